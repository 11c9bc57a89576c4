"""One call of `Batches.send`: what waits to be sent, what is under way, what is sent once more."""

import sqlite3
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from clio_assets.analyst.claude.batches import journal
from clio_assets.analyst.claude.batches.api import PASSING
from clio_assets.analyst.claude.batches.journal import Origin, OutgoingRequest
from clio_assets.analyst.claude.batches.spool import Spool
from clio_assets.analyst.claude.exchange import Purpose, Request
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.sending.responses import TOO_LARGE
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.errors import AnalystError, BudgetError
from clio_assets.home.settings import ClaudeSettings

_TIMES: Final = 4  # that a request is sent before it is given up

Failure = tuple[str, NotAnswered]
Post = Callable[[Spool, Sequence[bytes], int], Awaitable[None]]


@dataclass(frozen=True)
class RoundContext:
    """What a round works with; `post` sends a batch that was entered in the journal."""

    store: AnswerStore
    budget: Budget
    settings: ClaudeSettings
    origin: Origin
    purpose: Purpose
    post: Post


@dataclass(frozen=True)
class _Entered:
    """What became of some requests: entered as batch `number` in this order, under way in other
    batches, or `left` because of the `refusal`. Others had been answered meanwhile."""

    number: int | None
    digests: Sequence[bytes]
    elsewhere: dict[bytes, int]
    left: Sequence[bytes]
    refusal: BudgetError | None


@dataclass
class Round:
    """Requests of one call, from the spool to their results."""

    context: RoundContext
    spool: Spool
    waiting: dict[int, set[bytes]] = field(default_factory=dict)  # by number of the batch
    _queue: deque[bytes] = field(default_factory=deque)
    _queued_bytes: int = 0
    _times: Counter[bytes] = field(default_factory=Counter)

    @property
    def unfinished(self) -> bool:
        """Whether some request has neither a reply nor a reason."""
        return bool(self._queue or self.waiting)

    async def add(self, request: Request) -> list[Failure]:
        """Take a request on, and send a batch as soon as there is a full one."""
        settings = self.context.settings
        reserved = self.context.budget.most(request, batch=True)
        digest = self.spool.add(request, reserved)
        if self.spool.size([digest]) > settings.batch_bytes:
            return [(request.digest, TOO_LARGE)]
        self._push([digest])
        full = settings.batch_requests <= len(self._queue)
        if full or self._queued_bytes >= settings.batch_bytes:
            await self._send_one()
        return []

    async def send_what_fits(self) -> None:
        """Send all that the budget allows now; BudgetError where nothing is left to wait for."""
        while self._queue and await self._send_one():
            pass

    def settle(self, reasons: dict[bytes, str]) -> list[Failure]:
        """Look through batches that are no longer under way: what failed for good, with reasons;
        what may be sent once more goes back to the queue."""
        under_way = {batch.number for batch in self.context.store.read(journal.open_batches)}
        failures = []
        for number in sorted(self.waiting.keys() - under_way):
            for digest in sorted(self.waiting.pop(number)):
                name = digest.hex()
                if self.context.store.find(name) is not None:
                    continue
                reason = reasons.pop(digest, "")
                self._times[digest] += 1
                if (not reason or reason in PASSING) and self._times[digest] < _TIMES:
                    self._push([digest])
                elif reason:
                    failures.append((name, NotAnswered(reason)))
                else:
                    raise AnalystError(
                        f"a batch was sent {_TIMES} times, and never did the server say that it "
                        "took it, or list it: lower `batch_bytes` under [claude], or set mode to "
                        "`live`, and run again"
                    )
        return failures

    async def _send_one(self) -> bool:
        """Send one batch from the head of the queue; whether there is any use in another try."""
        some = self._head()
        outgoing = [self.spool.outgoing(digest) for digest in some]
        entered = await self.context.store.database.run(lambda c: self._enter(c, outgoing))
        for _ in some:
            self._queued_bytes -= self.spool.bytes_of(self._queue.popleft())
        self._push(entered.left, in_front=True)
        for digest, number in entered.elsewhere.items():
            self.waiting.setdefault(number, set()).add(digest)
        if entered.number is not None:
            self.waiting[entered.number] = set(entered.digests)
            await self.context.post(self.spool, entered.digests, entered.number)
        if entered.refusal is not None and not self.waiting:
            raise entered.refusal
        return entered.refusal is None

    def _enter(
        self, connection: sqlite3.Connection, outgoing: Sequence[OutgoingRequest]
    ) -> _Entered:
        """In one transaction with all that others enter, so that nothing is entered twice."""
        to_send, elsewhere = journal.plan(connection, outgoing)
        budget, count = self.context.budget, len(to_send)
        room = budget.room(connection)
        if room is not None:
            count = 0
            for one in to_send:
                room -= one.reserved
                if room < 0:
                    break
                count += 1
        fitting, left = to_send[:count], to_send[count:]
        number = None
        if fitting:
            context = self.context
            number = journal.open_batch(connection, fitting, context.origin, context.purpose)
        return _Entered(
            number,
            [one.asked.digest for one in fitting],
            elsewhere,
            [one.asked.digest for one in left],
            budget.refusal(connection, left[0].reserved) if left else None,
        )

    def _head(self) -> list[bytes]:
        """As many requests as make one batch."""
        settings = self.context.settings
        some: list[bytes] = []
        size = self.spool.size([])
        for digest in islice(self._queue, settings.batch_requests):
            size += self.spool.bytes_of(digest)
            if some and size > settings.batch_bytes:
                break
            some.append(digest)
        return some

    def _push(self, digests: Sequence[bytes], *, in_front: bool = False) -> None:
        if in_front:
            self._queue.extendleft(reversed(digests))
        else:
            self._queue.extend(digests)
        self._queued_bytes += sum(map(self.spool.bytes_of, digests))
