"""Message Batches: half the price, hours of patience, and nothing paid for twice.

A batch is in the journal before it is sent, with the digests of its requests; the server's name for
it right after. Whoever comes after a crash finds it there. Where the name was lost, the server's
list is searched: a batch of that time and size that the journal does not know is waited for, and it
is ours where its results bear the digests. Only what certainly is in no batch is sent again.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final, TypeVar

from clio_assets.analyst.claude.batches import journal
from clio_assets.analyst.claude.batches.api import STOPPING, BatchApi
from clio_assets.analyst.claude.batches.journal import OpenBatch, Origin, Result
from clio_assets.analyst.claude.batches.round import Round, RoundContext
from clio_assets.analyst.claude.batches.spool import Spool
from clio_assets.analyst.claude.database.file import Job
from clio_assets.analyst.claude.exchange import Purpose, Request
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.sending.breaker import INVALID_SINCE
from clio_assets.analyst.claude.sending.client import server_of
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.errors import AnalystError
from clio_assets.home.settings import ClaudeSettings

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types.messages import MessageBatch

T = TypeVar("T")

#: The server keeps results for 29 days.
_KEPT_SECONDS: Final = 29 * 86_400
_READINGS: Final = 5  # times that results are fetched that do not come to their end


class Batches:
    """Sends by batch; see exchange.BatchSender. One for all who share a store and a server.

    `grace_seconds` is how long a batch may take to show up in the server's list. `lost` counts
    batches that were paid for and whose answers can no longer be had.

    In mode live nothing is sent, and nothing is waited for: what has ended is collected, and what
    cannot be had is lost.
    """

    def __init__(
        self,
        client: "AsyncAnthropic",
        store: AnswerStore,
        budget: Budget,
        settings: ClaudeSettings,
        *,
        grace_seconds: float = 60.0,
    ) -> None:
        self._api = BatchApi(client, settings.batch_poll_seconds)
        self._store = store
        self._budget = budget
        self._settings = settings
        self._grace = grace_seconds
        self._server = server_of(settings)
        self._busy: set[int] = set()  # batches that somebody in this process is looking after
        self._reasons: dict[bytes, str] = {}  # of results without a reply, until they are read
        self._searched: dict[int, float] = {}  # nameless batches, and since when in vain
        self._others: dict[int, set[str]] = {}  # batches that turned out not to be a nameless one
        self.lost = 0

    async def send(
        self, requests: AsyncIterator[Request], purpose: Purpose
    ) -> AsyncIterator[tuple[str, NotAnswered]]:
        """Every reply goes to the store; yields digest and reason of the requests without one:
        `invalid_request`, `too_large`, `expired`, `canceled`, `server_error`.

        Batches of an earlier run that have ended are collected first; without any requests, those
        of the same purpose that are under way are waited for, too, as they are paid for.
        BudgetError, once what is under way has been collected, where the rest would pass the
        budget; AnalystError where the run has to stop.
        """
        await self.collect()
        with closing(Spool(self._store.database.folder)) as spool:
            origin = Origin(self._budget.processes.own_name, self._server)
            context = RoundContext(
                self._store, self._budget, self._settings, origin, purpose, self._post
            )
            round_ = Round(context, spool)
            nothing_asked = True
            async for request in requests:
                nothing_asked = False
                if self._store.find(request.digest) is None:
                    for failure in await round_.add(request):
                        yield failure
            waits = nothing_asked and self._settings.mode != "live"
            while round_.unfinished or (waits and self._at_work_on(purpose)):
                await round_.send_what_fits()
                await self.collect()
                for failure in round_.settle(self._reasons):
                    yield failure
                self._check_reachable(round_)
                if round_.waiting or nothing_asked:
                    seconds = self._settings.batch_poll_seconds
                    await asyncio.sleep(seconds * (0.8 + 0.2 * random.random()))

    def _check_reachable(self, round_: Round) -> None:
        """Refuse to wait for a batch of another server, which this one will never know."""
        for batch in self._store.read(journal.open_batches):
            if batch.number in round_.waiting and batch.origin.server != self._server:
                raise AnalystError(
                    f"{len(round_.waiting[batch.number]):,} of the requests are under way in a "
                    f"batch at {batch.origin.server}: set [claude] base_url back until a run has "
                    "collected it, or mode to `live` to have them answered, and paid for, here"
                )

    def _at_work_on(self, purpose: Purpose) -> bool:
        return any(
            batch.purpose == purpose and batch.origin.server == self._server
            for batch in self._store.read(journal.open_batches)
        )

    async def collect(self) -> None:
        """Look once at every batch under way, and store the results of those that have ended.

        Ends at once where there is none: worth calling before deciding how to send what is left.
        """
        for batch in self._store.read(journal.open_batches):
            if batch.number in self._busy:
                continue
            if time.time() - batch.opened_at > _KEPT_SECONDS:
                await self._lose(batch)
                continue
            if batch.origin.server != self._server:
                continue
            self._busy.add(batch.number)
            try:
                await self._look_after(batch)
            finally:
                self._busy.discard(batch.number)

    async def _look_after(self, batch: OpenBatch) -> None:
        if batch.api_id is None:
            if self._settings.mode != "live" and (
                batch.origin.process == self._budget.processes.own_name
                or not self._budget.processes.alive(batch.origin.process)
            ):
                await self._search(batch)
            return
        found = await self._api.retrieve(batch.api_id)
        if found is None:
            await self._lose_if_live(
                batch,
                f"the server does not know a batch of {batch.requests:,} requests that was sent to "
                "it: set the key that sent it",
            )
        elif found.processing_status == "ended" and found.results_url is None:
            await self._lose(batch)
        elif found.processing_status == "ended":
            await self._collect(batch, batch.api_id)

    async def _lose(self, batch: OpenBatch) -> None:
        """Give up a batch, so that what is needed of it may be sent, and paid for, again."""
        await self._run(lambda c: journal.drop_batch(c, batch.number))
        self.lost += 1

    async def _lose_if_live(self, batch: OpenBatch, trouble: str) -> None:
        """Leave it to the operator to give up what was paid for."""
        if self._settings.mode != "live":
            raise AnalystError(
                f"{trouble}; or to give it up, run once with [claude] mode `live`, which pays for "
                "its requests again"
            )
        await self._lose(batch)

    async def _collect(self, batch: OpenBatch, api_id: str) -> None:
        """Store all results. Not finding some of them stops the run: they were paid for."""
        strays: dict[bytes, Result] = {}
        invalid: set[bytes] = set()

        async def take(results: list[Result]) -> None:
            reasons = {r.digest: r.reason for r in results if r.reply is None}

            def job(connection: sqlite3.Connection) -> list[Result]:
                ours = journal.strays_among(connection, batch, results)
                journal.keep_results(connection, batch, results, self._store.prices)
                return ours

            found = await self._run(job)
            self._reasons.update(reasons)
            invalid.update(d for d, reason in reasons.items() if reason == "invalid_request")
            strays.update((stray.digest, stray) for stray in found)

        for attempt in range(_READINGS):
            whole = await self._api.results(api_id, take)
            left = len(self._unanswered(batch))
            if not left and (whole or not batch.forgotten):
                break
            await self._api.pause(attempt)
        if left:
            await self._lose_if_live(
                batch,
                f"the results of a batch of {batch.requests:,} requests lack {left:,} of them, "
                "however often they are fetched; what came is kept: run again later",
            )
            return
        await self._run(
            lambda c: journal.close_batch(c, batch, strays.values(), self._store.prices)
        )
        self._stop_where_all_fail(self._reasons)
        if len(invalid) == batch.requests >= INVALID_SINCE:
            raise AnalystError(
                f"the server called all {batch.requests:,} requests of a batch invalid: check in "
                "[claude] that the models take the effort, thinking and max_tokens that are set, "
                "then run again"
            )

    def _stop_where_all_fail(self, reasons: dict[bytes, str]) -> None:
        for reason in reasons.values():
            if reason in STOPPING:
                reasons.clear()
                raise AnalystError(
                    f"the server refuses requests of a batch ({reason}): look at the key and the "
                    "names of the models under [claude], then run again; answers are kept"
                )

    async def _search(self, batch: OpenBatch) -> None:
        """Find a batch whose name was lost, or make sure that it never arrived."""
        known = self._store.read(journal.known_ids) | self._others.get(batch.number, set())
        waiting = False
        for found in await self._api.made_since(batch.opened_at):
            if found.id in known or _size(found) != batch.requests:
                continue
            if found.processing_status != "ended" or found.results_url is None:
                waiting = True  # who knows whose it is
            elif await self._bears(found.id, batch):
                await self._adopt(batch, found.id)
                return
            else:
                self._others.setdefault(batch.number, set()).add(found.id)
        now = time.monotonic()
        if waiting:
            self._searched.pop(batch.number, None)
        elif now - self._searched.setdefault(batch.number, now) >= self._grace:
            await self._run(lambda c: journal.drop_batch(c, batch.number))

    async def _adopt(self, batch: OpenBatch, api_id: str) -> None:
        await self._run(lambda c: journal.name_batch(c, batch.number, api_id))
        await self._collect(batch, api_id)

    async def _bears(self, api_id: str, batch: OpenBatch) -> bool:
        """Whether these are the results of the batch's requests."""
        missing = self._unanswered(batch)
        wanted = len(missing)

        async def take(results: list[Result]) -> None:
            missing.difference_update(result.digest for result in results)

        whole = await self._api.results(api_id, take)
        return wanted > 0 and (not missing or (not whole and len(missing) < wanted))

    async def _post(self, spool: Spool, digests: Sequence[bytes], number: int) -> None:
        """Send a batch that is in the journal, and write down its name; a lost one is searched."""
        self._busy.add(number)
        try:
            api_id = await self._api.create(lambda: spool.body(digests), spool.size(digests))
            if api_id is not None:
                await self._run(lambda c: journal.name_batch(c, number, api_id))
        except AnalystError:  # the server said that it did not make it
            await self._run(lambda c: journal.drop_batch(c, number))
            raise
        finally:
            self._busy.discard(number)

    def _unanswered(self, batch: OpenBatch) -> set[bytes]:
        return self._store.read(lambda c: journal.unanswered(c, batch.number))

    async def _run(self, job: Job[T]) -> T:
        return await self._store.database.run(job)


def _size(found: "MessageBatch") -> int:
    counts = found.request_counts
    ended = counts.succeeded + counts.errored + counts.canceled + counts.expired
    return counts.processing + ended
