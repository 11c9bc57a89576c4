"""What an Asker works with, in memory: a store, a budget, and senders that answer by a function."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from clio_assets.analyst.claude.exchange import (
    Purpose,
    Question,
    Reply,
    Request,
    Unusable,
    Usage,
)
from clio_assets.analyst.claude.sending.asking import Asker
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.errors import BudgetError
from clio_assets.home.settings import ClaudeSettings

PURPOSE = Purpose("facets", "2026-01-01")

Answer = Callable[[Request], "Reply | NotAnswered"]


def text_of(request: Request) -> str:
    return str(request.parameters["messages"][0]["content"])


def reply(text: str, stop_reason: str = "end_turn") -> Reply:
    return Reply(text, stop_reason, Usage(10, 2, 3, 4))


def echo(request: Request) -> Reply:
    return reply(text_of(request))


@dataclass
class Shelf:
    """Answers in memory."""

    kept: dict[str, Reply] = field(default_factory=dict)

    def find(self, digest: str) -> Reply | None:
        return self.kept.get(digest)

    async def keep(self, request: Request, reply: Reply, purpose: Purpose) -> None:
        await asyncio.sleep(0)
        assert purpose == PURPOSE
        self.kept[request.digest] = reply

    def file(self, digests: Collection[int], purpose: Purpose) -> None:
        assert purpose == PURPOSE
        assert all(any(kept.startswith(f"{one:016x}") for kept in self.kept) for one in digests)


@dataclass
class Purse:
    """A budget that grants so many requests."""

    grants: float = float("inf")
    held: int = 0

    @asynccontextmanager
    async def reserved(self, request: Request, *, batch: bool) -> AsyncIterator[None]:
        if self.grants < 1:
            raise BudgetError("spent")
        self.grants -= 1
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1


@dataclass
class Line:
    """A live sender that answers by a function, later calls sooner."""

    answer: Answer = echo
    seconds: float = 0.0
    sent: list[str] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    ended: int = 0
    withdrawn: list[str] = field(default_factory=list)

    async def send(self, request: Request) -> Reply | NotAnswered:
        self.sent.append(text_of(request))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.seconds / (1 + len(self.sent) % 7))
            found = self.answer(request)
            self.ended += 1
            return found
        finally:
            self.under_way -= 1

    def withdraw(self, digest: str) -> None:
        self.withdrawn.append(digest)


@dataclass
class Post:
    """A batch sender that answers by a function and keeps what it gets."""

    shelf: Shelf
    answer: Answer = echo
    rounds: list[list[str]] = field(default_factory=list)
    lost: int = 0

    async def send(
        self, requests: AsyncIterator[Request], purpose: Purpose
    ) -> AsyncIterator[tuple[str, NotAnswered]]:
        this: list[str] = []
        self.rounds.append(this)
        async for request in requests:
            this.append(text_of(request))
            found = self.answer(request)
            if isinstance(found, Reply):
                await self.shelf.keep(request, found, purpose)
            else:
                yield request.digest, found


@dataclass
class AskerSetup:
    """An asker with all that it needs."""

    mode: str = "live"
    answer: Answer = echo
    seconds: float = 0.0
    settings: dict[str, Any] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    purse: Purse = field(default_factory=Purse)

    def __post_init__(self) -> None:
        self.line = Line(self.answer, self.seconds)
        self.post = Post(self.shelf, self.answer)
        settings = ClaudeSettings(**{"mode": self.mode, **self.settings})
        self.asker = Asker(
            self.shelf,
            self.purse,
            self.line,
            self.post,
            settings,
            PURPOSE,
            price=lambda model, usage, batch: usage.input_tokens + 1000 * batch,
        )

    def ask(self, *words: str) -> list[str | NotAnswered]:
        return list(self.asker.ask([question(word) for word in words]))


def request(text: str, max_tokens: int = 100) -> Request:
    messages = [{"role": "user", "content": text}]
    parameters = {"model": "m", "max_tokens": max_tokens, "messages": messages}
    return Request("extract", parameters)


def question(word: str) -> Question[str]:
    def read(text: str) -> str:
        if text.startswith("bad"):
            raise Unusable("it was bad")
        return text.upper()

    return Question(request(word), read, lambda problem: request(f"{word}, again: {problem}"))
