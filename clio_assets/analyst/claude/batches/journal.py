"""The journal of batches: what was sent is written down before it leaves, and struck out with the
answer that comes in, in one transaction. It holds digests, no text.

These are jobs and queries on answers.sqlite (schema.sql).
"""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from clio_assets.analyst.claude.exchange import Purpose, Reply
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.analyst.claude.store.answers import Asked, add_answer

_FIELDS: Final = "number, api_id, server, process, stage, partition, requests, forgotten, opened_at"


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request to be sent by batch, and the most that it can cost in microdollars."""

    asked: Asked
    reserved: int


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from: the process that sends it, and the server that gets it."""

    process: str
    server: str


@dataclass(frozen=True)
class OpenBatch:
    """A batch under way. `api_id` is None until the server's name for it is known.

    `requests` were sent, of which `forgotten` were struck out since; `opened_at` in Unix seconds.
    """

    number: int
    api_id: str | None
    origin: Origin
    purpose: Purpose
    requests: int
    forgotten: int
    opened_at: int


@dataclass(frozen=True)
class Result:
    """One line of a batch's results: the reply, or the reason why there is none."""

    digest: bytes
    reply: Reply | None = field(default=None, repr=False)
    reason: str = ""
    model: str = ""


def plan(
    connection: sqlite3.Connection, outgoing: Sequence[OutgoingRequest]
) -> tuple[list[OutgoingRequest], dict[bytes, int]]:
    """Which requests still have to be sent, and which are under way in other batches."""
    to_send, elsewhere = [], {}
    for one in outgoing:
        digest = (one.asked.digest,)
        if connection.execute("SELECT 1 FROM answers WHERE digest = ?", digest).fetchone():
            continue
        row = connection.execute(
            "SELECT batch FROM batch_requests WHERE digest = ?", digest
        ).fetchone()
        if row is None:
            to_send.append(one)
        else:
            elsewhere[one.asked.digest] = row[0]
    return to_send, elsewhere


def open_batch(
    connection: sqlite3.Connection,
    outgoing: Sequence[OutgoingRequest],
    origin: Origin,
    purpose: Purpose,
) -> int:
    """Write down that these requests are about to be sent; the batch's number in the journal."""
    cursor = connection.execute(
        "INSERT INTO batches (server, process, stage, partition, requests, reserved, opened_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            origin.server,
            origin.process,
            purpose.stage,
            purpose.partition,
            len(outgoing),
            sum(one.reserved for one in outgoing),
            int(time.time()),
        ),
    )
    number = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO batch_requests VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                one.asked.digest,
                number,
                one.asked.verb,
                one.asked.model,
                one.asked.subject,
                one.reserved,
            )
            for one in outgoing
        ),
    )
    return number


def name_batch(connection: sqlite3.Connection, number: int, api_id: str) -> None:
    """Write down what the server calls the batch."""
    connection.execute("UPDATE batches SET api_id = ? WHERE number = ?", (api_id, number))


def drop_batch(connection: sqlite3.Connection, number: int) -> None:
    """Strike out a batch that never arrived, or whose results are gone: it may be sent again."""
    connection.execute("DELETE FROM batch_requests WHERE batch = ?", (number,))
    connection.execute("DELETE FROM batches WHERE number = ? AND api_id IS NULL", (number,))
    connection.execute(
        "UPDATE batches SET closed_at = ?, reserved = 0 WHERE number = ?",
        (int(time.time()), number),
    )


def open_batches(connection: sqlite3.Connection) -> list[OpenBatch]:
    """All batches under way, oldest first."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM batches WHERE closed_at IS NULL ORDER BY number"
    )
    return [
        OpenBatch(number, api_id, Origin(process, server), Purpose(stage, key), *counts)
        for number, api_id, server, process, stage, key, *counts in rows
    ]


def known_ids(connection: sqlite3.Connection) -> set[str]:
    """The server's names of all batches in the journal, ended ones as well."""
    rows = connection.execute("SELECT api_id FROM batches WHERE api_id IS NOT NULL")
    return {name for (name,) in rows}


def unanswered(connection: sqlite3.Connection, number: int) -> set[bytes]:
    """Digests of the batch's requests without a result."""
    rows = connection.execute("SELECT digest FROM batch_requests WHERE batch = ?", (number,))
    return {digest for (digest,) in rows}


def keep_results(
    connection: sqlite3.Connection, batch: OpenBatch, results: Iterable[Result], prices: PriceTable
) -> None:
    """Store replies with what they cost and strike out their requests, once for each request.

    What the journal does not name is left alone: repeated lines, and what was forgotten since.
    """
    now = int(time.time())
    freed = 0
    for result in results:
        row = connection.execute(
            "DELETE FROM batch_requests WHERE digest = ? AND batch = ? "
            "RETURNING verb, model, subject, reserved",
            (result.digest, batch.number),
        ).fetchone()
        if row is None:
            continue
        verb, model, subject, reserved = row
        freed += reserved
        if result.reply is not None:
            asked = Asked(result.digest, verb, model, subject)
            add_answer(connection, asked, result.reply, batch.purpose, now)
            usage = result.reply.usage
            paid = ledger.Paid(now, batch.purpose, verb, model, True, usage)
            ledger.add(connection, paid, prices)
    connection.execute(
        "UPDATE batches SET reserved = reserved - ? WHERE number = ?", (freed, batch.number)
    )


def close_batch(
    connection: sqlite3.Connection, batch: OpenBatch, strays: Iterable[Result], prices: PriceTable
) -> None:
    """Every request has its result. `strays` were paid for and forgotten since: money alone."""
    row = connection.execute(
        "UPDATE batches SET closed_at = ?, reserved = 0 WHERE number = ? AND closed_at IS NULL",
        (int(time.time()), batch.number),
    )
    if not row.rowcount:
        return  # another process did
    for stray in strays:
        if stray.reply is not None:
            usage = stray.reply.usage
            paid = ledger.Paid(
                int(time.time()), batch.purpose, "forgotten", stray.model, True, usage
            )
            ledger.add(connection, paid, prices)


def strays_among(
    connection: sqlite3.Connection, batch: OpenBatch, results: Iterable[Result]
) -> list[Result]:
    """Results that neither the journal nor the store names: of requests that were forgotten."""
    if not batch.forgotten:
        return []
    return [
        result
        for result in results
        if not connection.execute(
            "SELECT 1 FROM answers WHERE digest = :digest UNION ALL "
            "SELECT 1 FROM batch_requests WHERE digest = :digest AND batch = :batch",
            {"digest": result.digest, "batch": batch.number},
        ).fetchone()
    ]
