"""What goes to the Messages API and what comes back, whichever way it is sent.

A verb makes `Question`s. The asker (sending/asking.py) answers each from the store where it can,
else has its `Request` sent, live or in a batch, and keeps the `Reply` before anything uses it
(rule 5). The protocols are what the asker knows of the rooms that it works with.
"""

import json
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from clio_assets.analyst.protocol import NotAnswered

A = TypeVar("A")


@dataclass(frozen=True)
class Request:
    """One request; `parameters` are the arguments of the SDK's `messages.create`.

    `subject` is the keyed digest of the transcript of the one conversation it is about, empty where
    it is about a group: it tells what to delete when the conversation is forgotten.
    """

    verb: str
    parameters: Mapping[str, Any] = field(repr=False)
    subject: str = field(default="", repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole request, 64 hexadecimal digits: key of the store, id in a batch."""
        text = json.dumps(self.parameters, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    @property
    def model(self) -> str:
        """The model that is asked."""
        return str(self.parameters["model"])

    @property
    def max_tokens(self) -> int:
        """Most tokens of the reply."""
        return int(self.parameters["max_tokens"])


@dataclass(frozen=True)
class Usage:
    """Tokens of one reply, as the API counted them; `input_tokens` were neither cached nor read."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True)
class Reply:
    """A reply that was paid for: the text of its text blocks and why it ended."""

    text: str = field(repr=False)
    stop_reason: str
    usage: Usage
    batch: bool = False


class Unusable(Exception):  # noqa: N818 - a verdict on a reply, not an error of the platform
    """A reply breaks its form. `problem` tells the model what was wrong, without quoting it."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Question(Generic[A]):
    """A request, how its reply is read, and the request that asks again.

    `read` raises Unusable; `again` gets the problem and makes the second and last request.
    """

    request: Request
    read: Callable[[str], A] = field(repr=False)
    again: Callable[[str], Request] = field(repr=False)


@dataclass(frozen=True)
class Repeatable(Iterable[A]):
    """An iterable that can be gone through more than once: `make` starts it anew each time."""

    make: Callable[[], Iterator[A]] = field(repr=False)

    def __iter__(self) -> Iterator[A]:
        return self.make()


@dataclass(frozen=True)
class Purpose:
    """What is being made with the answers: a stage's partition."""

    stage: str
    partition: str


class Asks(Protocol):
    """Answers questions in their order (sending/asking.py)."""

    def ask(self, questions: Iterable[Question[A]]) -> Iterator[A | NotAnswered]:
        """The answer to each question, or why there is none.

        Questions are gone through more than once where they are many.
        """
        ...


class Answers(Protocol):
    """The answer store (store/answers.py)."""

    def find(self, digest: str) -> Reply | None:
        """The stored reply to the request of that digest; fast enough for every question."""
        ...

    async def keep(self, request: Request, reply: Reply, purpose: Purpose) -> None:
        """Store the reply and what it cost; returns when both are durable."""
        ...

    def file(self, digests: Collection[int], purpose: Purpose) -> None:
        """Keep what was asked for several partitions at once under the one that it is used for.

        `digests` are the first 64 bits of those of the requests.
        """
        ...


class CallBudget(Protocol):
    """The budget, as far as a call is concerned (money/budget.py)."""

    def reserved(self, request: Request, *, batch: bool) -> AbstractAsyncContextManager[None]:
        """Set aside the most that the request can cost while it is under way.

        Raises BudgetError before anything is sent where that would pass the budget.
        """
        ...


class LiveSender(Protocol):
    """Sends one request now (sending/live.py)."""

    async def send(self, request: Request) -> Reply | NotAnswered:
        """The reply, or why this one request has none; AnalystError where the run has to stop."""
        ...

    def withdraw(self, digest: str) -> None:
        """Cancel the `send` of that request if it has not left yet; nothing where it has."""
        ...


class BatchSender(Protocol):
    """Has many requests answered by Message Batches (batches/sender.py)."""

    @property
    def lost(self) -> int:
        """Batches so far whose answers were paid for and can no longer be had."""
        ...

    def send(
        self, requests: AsyncIterator[Request], purpose: Purpose
    ) -> AsyncIterator[tuple[str, NotAnswered]]:
        """Every reply goes to the store; yields digest and reason of the requests without one.

        Finds and collects batches of an earlier run first, and without any requests that is all.
        The caller passes each digest once.
        """
        ...
