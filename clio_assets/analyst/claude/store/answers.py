"""The answer store: every reply that was paid for, by the digest of its whole request."""

import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from clio_assets.analyst.claude.database.file import Database, told
from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.analyst.claude.store import erasing
from clio_assets.analyst.claude.store.erasing import PartitionErasure
from clio_assets.errors import HomeError

T = TypeVar("T")

_FIND: Final = (
    "SELECT text, stop_reason, input_tokens, output_tokens, cache_read_tokens, "
    "cache_write_tokens, batch FROM answers WHERE digest = ?"
)
_ADD: Final = "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

#: Partitions that were asked for at once are called by the first and the last of them.
_ASKED_FOR_SEVERAL: Final = "SELECT EXISTS(SELECT 1 FROM answers WHERE partition GLOB '* to *')"
_FILE: Final = (
    "UPDATE answers SET partition = ? WHERE digest BETWEEN ? AND ? AND partition GLOB '* to *'"
)
_FILED: Final = 8  # bytes of a digest that are told, of 32


@dataclass(frozen=True, slots=True)
class Asked:
    """What the store keeps of a request: all but its text."""

    digest: bytes
    verb: str
    model: str
    subject: bytes

    @classmethod
    def of(cls, request: Request) -> "Asked":
        """Of a request as it is sent."""
        subject = bytes.fromhex(request.subject)
        return cls(bytes.fromhex(request.digest), request.verb, request.model, subject)


class AnswerStore:
    """Answers and money of one home, in `folder`; see exchange.Answers.

    `prices` say what a reply cost when it is entered in the ledger.
    """

    def __init__(self, folder: Path, prices: PriceTable | None = None) -> None:
        self.database = Database(folder)
        self.prices = prices or PriceTable.load()

    def find(self, digest: str) -> Reply | None:
        """The stored reply to the request of that digest."""
        with told():
            row = self.database.reader().execute(_FIND, (bytes.fromhex(digest),)).fetchone()
        return None if row is None else Reply(row[0], row[1], Usage(*row[2:6]), bool(row[6]))

    async def keep(self, request: Request, reply: Reply, purpose: Purpose) -> None:
        """Store the reply and what it cost; returns when both are durable.

        Of two replies to the same request the first stays; both were paid for.
        """
        asked, now = Asked.of(request), int(time.time())

        def job(connection: sqlite3.Connection) -> None:
            add_answer(connection, asked, reply, purpose, now)
            paid = ledger.Paid(now, purpose, asked.verb, asked.model, reply.batch, reply.usage)
            ledger.add(connection, paid, self.prices)

        await self.database.run(job)

    def file(self, digests: Collection[int], purpose: Purpose) -> None:
        """See Answers: an erasure looks for answers by their day or window."""
        if not self.read(lambda c: c.execute(_ASKED_FOR_SEVERAL).fetchone())[0]:
            return
        first = [digest.to_bytes(_FILED, "big") for digest in digests]
        rest = 32 - _FILED
        rows = [(purpose.partition, one + bytes(rest), one + b"\xff" * rest) for one in first]
        self.database.do(lambda connection: connection.executemany(_FILE, rows))

    def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """What a query finds, on this thread's connection."""
        with told():
            return query(self.database.reader())

    def close(self) -> None:
        """Finish what waits and let go of the file."""
        self.database.close()

    # --- erasure -----------------------------------------------------------------------------

    def carried_out(self, erasure: str) -> bool:
        """Whether that erasure was the last that was carried out here."""
        return self.read(lambda connection: erasing.is_last(connection, erasure))

    def erase(
        self, erasure: str, parts: Sequence[PartitionErasure] | None, before: str = ""
    ) -> int:
        """Delete for good what the parts say (None: all), what was asked for days and windows
        before that day, and what was asked for no day or window; the number of answers.

        One transaction. Requests of batches under way are struck out, so that their answers are
        not stored either. The ledger stays: it holds numbers alone.
        """
        gone = self.database.do(lambda c: erasing.carry_out(c, erasure, parts, before))
        self.scrub()
        return gone

    def scrub(self) -> None:
        """Let nothing that was deleted linger in the write-ahead log."""
        with told():
            row = self.database.reader().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if row[0]:
            raise HomeError(
                "another process reads private/answers, so what was deleted is still in its log; "
                "end that process, then run this again"
            )


def add_answer(
    connection: sqlite3.Connection, asked: Asked, reply: Reply, purpose: Purpose, now: int
) -> None:
    """Enter a reply, within a transaction."""
    usage = reply.usage
    connection.execute(
        _ADD,
        (
            asked.digest,
            asked.verb,
            asked.model,
            reply.stop_reason,
            reply.text,
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_tokens,
            usage.cache_write_tokens,
            reply.batch,
            asked.subject,
            purpose.partition,
            now,
        ),
    )
