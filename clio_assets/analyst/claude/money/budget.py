"""`budget_usd`, over a whole home: spent + set aside never passes it, whichever process asks.

Before a request leaves, the most that it can cost is set aside; when it is over, what it did cost
is in the ledger and the rest comes back. Live calls of one process share one row of the database,
which one job of the writer brings up to date for all that wait. What batches may cost stays with
them, since they go on when their process dies; what a killed process had set aside lapses.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from clio_assets.analyst.claude.database.file import Database
from clio_assets.analyst.claude.database.processes import Processes
from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.money.prices import MICRODOLLARS, PriceTable
from clio_assets.errors import BudgetError
from clio_assets.home.settings import ClaudeSettings

_SET_ASIDE: Final = (
    "INSERT INTO reservations VALUES (?, ?) "
    "ON CONFLICT (process) DO UPDATE SET microdollars = excluded.microdollars"
)
_NOTHING_ASIDE: Final = "DELETE FROM reservations WHERE process = ?"


@dataclass(eq=False)
class _Ask:
    amount: int
    granted: "asyncio.Future[None]"
    taken: bool = False  # counted in what is out


@dataclass
class _Decisions:
    granted: list[_Ask] = field(default_factory=list)
    refused: list[tuple[_Ask, BudgetError]] = field(default_factory=list)


class Budget:
    """See exchange.CallBudget. Without `budget_usd` it lets everything pass."""

    def __init__(self, database: Database, settings: ClaudeSettings, prices: PriceTable) -> None:
        self._database = database
        self._prices = prices
        self.processes = Processes(database.folder)
        dollars = settings.budget_usd
        self.limit = None if dollars is None else int(Decimal(str(dollars)) * MICRODOLLARS)
        self._lock = threading.Lock()
        self._asks: deque[_Ask] = deque()
        self._out = 0  # granted and not given back
        self._settling = self._repriced = False
        if self.limit is not None:
            roles = (settings.extract, settings.name, settings.hierarchy, settings.audit)
            prices.require(role.model for role in roles)

    def reserved(self, request: Request, *, batch: bool) -> AbstractAsyncContextManager[None]:
        """Set aside the most that the request can cost while it is under way.

        Waits where other calls of this process may give enough back; raises BudgetError where
        the request would pass the budget all the same, and UsageError for a model without a price.
        Keep the reply before leaving the context.
        """
        if self.limit is None:
            return nullcontext()
        return self._held(self._prices.most(request, batch))

    def most(self, request: Request, *, batch: bool) -> int:
        """The most that the request can cost in microdollars.

        0 for a model without a price, which a budget would refuse: UsageError.
        """
        if self.limit is None and not self._prices.knows(request.model):
            return 0
        return self._prices.most(request, batch)

    def room(self, connection: sqlite3.Connection) -> int | None:
        """Microdollars that can still be set aside, None where there is no budget.

        For jobs of the writer. What processes that are gone had set aside lapses.
        """
        if self.limit is None:
            return None
        if not self._repriced:
            ledger.reprice(connection, self._prices)
            self._repriced = True
        with self._lock:
            own = self._out
        room = self.limit - ledger.spent(connection) - _in_batches(connection) - own
        return room - self._others(connection)

    def refusal(self, connection: sqlite3.Connection, amount: int) -> BudgetError:
        """The error that says why that amount cannot be set aside."""
        spent, limit = ledger.spent(connection), self.limit or 0
        aside = limit - spent - (self.room(connection) or 0)
        held = f", {_dollars(aside)} set aside for what is under way" if aside > 0 else ""
        return BudgetError(
            f"the next request may cost up to {_dollars(amount)}, and of the {_dollars(limit)} "
            f"that `budget_usd` allows {_dollars(spent)} are spent{held}; every answer so far is "
            "kept: raise `budget_usd` in clio.toml and run again to go on from there"
        )

    def close(self) -> None:
        """Give back what this process had set aside."""
        if self.limit is not None:
            name = self.processes.own_name
            self._database.do(lambda c: c.execute(_NOTHING_ASIDE, (name,)))
        self.processes.leave()

    # --- live calls --------------------------------------------------------------------------

    @asynccontextmanager
    async def _held(self, amount: int) -> AsyncIterator[None]:
        ask = _Ask(amount, asyncio.get_running_loop().create_future())
        with self._lock:
            self._asks.append(ask)
        self._settle_soon()
        try:
            await ask.granted
        except BaseException:
            self._withdraw(ask)
            raise
        try:
            yield
        finally:
            self._give_back(amount)

    def _withdraw(self, ask: _Ask) -> None:
        """Of somebody who does not wait any longer: out of the queue, or given back."""
        with self._lock:
            if ask in self._asks:
                self._asks.remove(ask)
        if ask.taken:
            self._give_back(ask.amount)

    def _give_back(self, amount: int) -> None:
        with self._lock:
            self._out -= amount
        self._settle_soon()

    def _settle_soon(self) -> None:
        with self._lock:
            if self._settling:
                return
            self._settling = True
        decisions = _Decisions()
        settled = self._database.submit(lambda connection: self._settle(connection, decisions))
        settled.add_done_callback(lambda settled: self._decided(settled.exception(), decisions))

    def _settle(self, connection: sqlite3.Connection, decisions: _Decisions) -> None:
        """Grant what fits, first come first served; runs in the writer."""
        with self._lock:
            self._settling = False
        room = self.room(connection) or 0
        with self._lock:
            while self._asks and self._asks[0].amount <= room:
                ask = self._asks.popleft()
                room -= ask.amount
                self._out += ask.amount
                ask.taken = True
                decisions.granted.append(ask)
            stuck = list(self._asks) if not self._out else []  # nothing will come back
            for ask in stuck:
                self._asks.remove(ask)
            out = self._out
        decisions.refused = [(ask, self.refusal(connection, ask.amount)) for ask in stuck]
        if out:
            connection.execute(_SET_ASIDE, (self.processes.own_name, out))
        else:
            connection.execute(_NOTHING_ASIDE, (self.processes.own_name,))

    def _decided(self, error: BaseException | None, decisions: _Decisions) -> None:
        """Wake those who waited, once what they were granted is durable."""
        if error is None:
            for ask in decisions.granted:
                _wake(ask, None)
            for ask, refusal in decisions.refused:
                _wake(ask, refusal)
            return
        with self._lock:  # nothing was written: nobody gets anything
            self._settling = False
            for ask in decisions.granted:
                self._out -= ask.amount
                ask.taken = False
            stranded = [*decisions.granted, *(ask for ask, _ in decisions.refused), *self._asks]
            self._asks.clear()
        for ask in stranded:
            _wake(ask, error)

    def _others(self, connection: sqlite3.Connection) -> int:
        """What other processes set aside; those that are gone are struck out."""
        own, total = self.processes.own_name, 0
        rows = connection.execute("SELECT process, microdollars FROM reservations").fetchall()
        for name, amount in rows:
            if name == own:
                continue
            if self.processes.alive(name):
                total += amount
            else:
                connection.execute(_NOTHING_ASIDE, (name,))
        return total


def _in_batches(connection: sqlite3.Connection) -> int:
    (amount,) = connection.execute(
        "SELECT coalesce(sum(reserved), 0) FROM batches WHERE closed_at IS NULL"
    ).fetchone()
    return int(amount)


def _wake(ask: _Ask, error: BaseException | None) -> None:
    def settle() -> None:
        if ask.granted.done():  # cancelled meanwhile; `_withdraw` has given it back
            return
        if error is None:
            ask.granted.set_result(None)
        else:
            ask.granted.set_exception(error)

    loop = ask.granted.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


def _dollars(microdollars: int) -> str:
    return f"${microdollars / MICRODOLLARS:,.4f}"
