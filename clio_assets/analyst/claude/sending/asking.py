"""Questions in, answers out, in order: from the store, live or by batch, whatever is cheapest.

Every reply that was paid for is kept before it is used, those that cannot be used as well, so that
a second run of the same questions sends nothing and ends the same.
"""

import asyncio
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from clio_assets.analyst.claude.exchange import (
    Answers,
    BatchSender,
    CallBudget,
    LiveSender,
    Purpose,
    Question,
    Reply,
    Request,
    Unusable,
    Usage,
)
from clio_assets.analyst.claude.loop.background import BACKGROUND
from clio_assets.analyst.claude.loop.handover import handed_over
from clio_assets.analyst.claude.loop.in_order import Worker, in_order
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.home.settings import ClaudeSettings

A = TypeVar("A")
B = TypeVar("B")

#: Questions made beyond those that may be under way, so that one is at hand when a reply comes.
AHEAD = 64

#: What a reply costs, in millionths of a dollar: model, tokens, whether by batch.
Price = Callable[[str, Usage, bool], int]

REFUSED = NotAnswered("refused")
CONTEXT_OVERFLOW = NotAnswered("context_overflow")
MAX_TOKENS = NotAnswered("max_tokens")
INVALID = NotAnswered("invalid")

EMPTY = "The reply was empty."


@dataclass
class _Used:
    """The distinct replies used and what they took."""

    digests: set[int] = field(default_factory=set)
    input_tokens: int = 0
    output_tokens: int = 0
    microdollars: int = 0

    def add(self, request: Request, reply: Reply, price: Price | None) -> None:
        digest = int(request.digest[:16], 16)  # a number takes a third of the text's memory
        if digest in self.digests:
            return
        self.digests.add(digest)
        usage = reply.usage
        self.input_tokens += usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
        self.output_tokens += usage.output_tokens
        if price is not None:
            self.microdollars += price(request.model, usage, reply.batch)


@dataclass
class _OneAsk:
    """One `ask`: what got no reply by batch, and which requests are with the live sender."""

    failed: dict[str, NotAnswered] = field(default_factory=dict)
    sending: set[str] = field(default_factory=set)
    stopped: bool = False


@dataclass
class Asker:
    """Asks the questions of one purpose, and counts what the replies took."""

    answers: Answers
    budget: CallBudget
    live: LiveSender
    batch: BatchSender
    settings: ClaudeSettings
    purpose: Purpose
    price: Price | None = None
    _under_way: dict[str, "asyncio.Future[Reply | NotAnswered]"] = field(
        default_factory=dict, init=False, repr=False
    )
    _used: _Used = field(default_factory=_Used, init=False, repr=False)
    _unanswered: Counter[str] = field(default_factory=Counter, init=False, repr=False)
    _lost: int = field(default=0, init=False, repr=False)

    @property
    def usage(self) -> Mapping[str, int]:
        """What the distinct replies used so far took, stored ones included: `model_calls`,
        `input_tokens` (cached ones included), `output_tokens` and, where there is a price,
        `microdollars`.

        Where there are any: how many questions had no answer, by reason (`unanswered_refused`),
        and batches that were paid for and lost (`lost_batches`), whose cost nobody knows.
        """
        used = self._used
        counts = {
            "model_calls": len(used.digests),
            "input_tokens": used.input_tokens,
            "output_tokens": used.output_tokens,
        }
        if self.price is not None:
            counts["microdollars"] = used.microdollars
        counts |= {f"unanswered_{why}": n for why, n in sorted(self._unanswered.items())}
        return {**counts, "lost_batches": self._lost} if self._lost else counts

    def ask(self, questions: Iterable[Question[A]]) -> Iterator[A | NotAnswered]:
        """The answers, in the order of the questions, as they come.

        `questions` are gone through several times where batches may be used, and have to come out
        the same each time: a sequence, or a `Repeatable`. Each is made when it is needed, in the
        caller's thread; `read` and `again` are called in another. Raises AnalystError or
        BudgetError where the run has to stop, once the replies to what had been sent are kept.
        """
        if iter(questions) is questions:
            raise TypeError("questions have to be repeatable: pass a sequence or a `Repeatable`")
        return self._answers(questions)

    def _answers(self, questions: Iterable[Question[A]]) -> Iterator[A | NotAnswered]:
        this = _OneAsk()
        if self.settings.mode == "live":
            self._send_batches((), this)  # batches of an earlier run are paid for
        else:
            self._ask_by_batch(questions, this)

        async def answered(question: Question[A]) -> A | NotAnswered:
            return await self._answer(question, this)

        for answer in self._each(questions, answered, this):
            if isinstance(answer, NotAnswered):
                self._unanswered[answer.reason] += 1
            yield answer
        self.answers.file(self._used.digests, self.purpose)

    # by batch: the replies end in the store, where `_answer` finds them

    def _ask_by_batch(self, questions: Iterable[Question[A]], this: _OneAsk) -> None:
        """Have batches answer what is missing, where that is enough for them; twice, since a reply
        may call for a second request. In auto, what is left goes live."""
        volume = 1 if self.settings.mode == "batch" else self.settings.batch_from
        missing = self._count_missing(questions, this, volume)
        if 0 < missing < volume:  # batches of an earlier run are paid for
            self._send_batches((), this)
        for _ in range(2):
            if missing < volume:
                return
            self._send_batches(self._missing(questions, this), this)
            missing = self._count_missing(questions, this, volume)

    def _count_missing(self, questions: Iterable[Question[A]], this: _OneAsk, most: int) -> int:
        """How many distinct requests have to be sent; stops counting at `most`."""
        missing = self._missing(questions, this)
        try:
            return sum(1 for _ in islice(missing, most))
        finally:
            missing.close()

    def _missing(
        self, questions: Iterable[Question[A]], this: _OneAsk
    ) -> Generator[Request, None, None]:
        """The distinct requests that have to be sent next."""

        async def next_request(question: Question[A]) -> Request | None:
            return self._next_request(question, this)

        seen: set[int] = set()
        for request in self._each(questions, next_request, this):
            if request is not None and (digest := int(request.digest[:16], 16)) not in seen:
                seen.add(digest)
                yield request

    def _next_request(self, question: Question[A], this: _OneAsk) -> Request | None:
        """The first request without a reply; None where the question has its answer, or has none
        for good."""
        request = question.request
        for last in (False, True):
            if request.digest in this.failed:
                return None
            reply = self.answers.find(request.digest)
            if reply is None:
                return request
            verdict = _judge(question, request, reply, last=last)
            if not isinstance(verdict, Request):
                return None
            request = verdict
        return None

    def _send_batches(self, requests: Iterable[Request], this: _OneAsk) -> None:
        def send(items: AsyncIterator[Request]) -> AsyncIterator[tuple[str, NotAnswered]]:
            return self.batch.send(items, self.purpose)

        lost_before = self.batch.lost
        for digest, reason in handed_over(requests, send, BACKGROUND.loop()):
            this.failed[digest] = reason
        self._lost += self.batch.lost - lost_before

    # in the loop

    def _each(
        self,
        questions: Iterable[Question[A]],
        work: Callable[[Question[A]], Coroutine[Any, Any, B]],
        this: _OneAsk,
    ) -> Generator[B, None, None]:
        """`work` done in the loop with each question, in order."""

        def stop() -> None:
            this.stopped = True
            for digest in this.sending:
                self.live.withdraw(digest)

        most = self.settings.max_concurrent + AHEAD
        return in_order(questions, Worker(work, stop), BACKGROUND.loop(), most=most)

    async def _answer(self, question: Question[A], this: _OneAsk) -> A | NotAnswered:
        request = question.request
        verdict: A | NotAnswered | Request = request
        for last in (False, True):
            reply = await self._reply(request, this)
            if isinstance(reply, NotAnswered):
                return reply
            self._used.add(request, reply, self.price)
            verdict = _judge(question, request, reply, last=last)
            if not isinstance(verdict, Request):
                return verdict
            request = verdict
        raise AssertionError("a third request")

    async def _reply(self, request: Request, this: _OneAsk) -> Reply | NotAnswered:
        """The stored reply, that of an identical request under way, or a new one."""
        digest = request.digest
        while True:
            stored = self.answers.find(digest) or this.failed.get(digest)
            if stored is not None:
                return stored
            if this.stopped:
                raise asyncio.CancelledError
            shared = self._under_way.get(digest)
            if shared is None:
                return await self._send(request, this)
            await asyncio.wait((shared,))
            if not shared.cancelled():
                return shared.result()

    async def _send(self, request: Request, this: _OneAsk) -> Reply | NotAnswered:
        """Send the request and keep the reply; identical ones wait for it."""
        digest = request.digest
        shared = asyncio.get_running_loop().create_future()
        self._under_way[digest] = shared
        this.sending.add(digest)
        try:
            async with self.budget.reserved(request, batch=False):
                if this.stopped:  # while it waited for the budget
                    raise asyncio.CancelledError
                reply = await self.live.send(request)
                if isinstance(reply, Reply):
                    await self.answers.keep(request, reply, self.purpose)
            shared.set_result(reply)
            return reply
        finally:
            shared.cancel()
            this.sending.discard(digest)
            del self._under_way[digest]


def _judge(
    question: Question[A], request: Request, reply: Reply, *, last: bool
) -> A | NotAnswered | Request:
    """The answer that a reply gives, why it gives none, or what to ask then."""
    if reply.stop_reason == "refusal":
        return REFUSED
    if reply.stop_reason == "model_context_window_exceeded":
        return CONTEXT_OVERFLOW
    if reply.stop_reason == "max_tokens":
        if last:
            return MAX_TOKENS
        longer = {**request.parameters, "max_tokens": 2 * request.max_tokens}
        return replace(request, parameters=longer)
    if not reply.text.strip():
        return INVALID if last else question.again(EMPTY)
    try:
        return question.read(reply.text)
    except Unusable as error:
        return INVALID if last else question.again(error.problem)
