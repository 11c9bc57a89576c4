"""What was truly spent: one row per reply that was paid for, kept through every erasure."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clio_assets.analyst.claude.database.file import FILE, told
from clio_assets.analyst.claude.exchange import Purpose, Usage
from clio_assets.analyst.claude.money.prices import PriceTable

if TYPE_CHECKING:
    from clio_assets.home.home import Home

_ADD: Final = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SPENDING: Final = """
    SELECT stage, model, batch, count(*) AS replies,
        sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens, sum(cache_write_tokens) AS cache_write_tokens,
        sum(microdollars) AS microdollars, sum(priced = 0) AS unpriced_replies
    FROM ledger GROUP BY stage, model, batch ORDER BY stage, model, batch
"""


@dataclass(frozen=True)
class Paid:
    """A reply that was paid for, as the ledger keeps it."""

    at: int
    purpose: Purpose
    verb: str
    model: str
    batch: bool
    usage: Usage


def add(connection: sqlite3.Connection, paid: Paid, prices: PriceTable) -> None:
    """Enter a reply, within the transaction that keeps it."""
    usage = paid.usage
    connection.execute(
        _ADD,
        (
            paid.at,
            paid.purpose.stage,
            paid.purpose.partition,
            paid.verb,
            paid.model,
            paid.batch,
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_tokens,
            usage.cache_write_tokens,
            prices.microdollars(paid.model, usage, paid.batch),
            prices.knows(paid.model),
        ),
    )


def spent(connection: sqlite3.Connection) -> int:
    """Microdollars spent in all, as far as prices were known."""
    (total,) = connection.execute("SELECT microdollars FROM total").fetchone()
    return int(total)


def reprice(connection: sqlite3.Connection, prices: PriceTable) -> None:
    """Price what was spent on models whose price was unknown then."""
    rows = connection.execute(
        "SELECT rowid, model, batch, input_tokens, output_tokens, cache_read_tokens, "
        "cache_write_tokens FROM ledger WHERE priced = 0"
    ).fetchall()
    connection.executemany(
        "UPDATE ledger SET microdollars = ?, priced = 1 WHERE rowid = ?",
        [
            (prices.microdollars(model, Usage(*tokens), bool(batch)), row)
            for row, model, batch, *tokens in rows
            if prices.knows(model)
        ],
    )


def by_stage(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Replies, tokens and microdollars of each stage, model and way of sending, sorted."""
    cursor = connection.execute(_SPENDING)
    names = [column[0] for column in cursor.description]
    rows: list[Mapping[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor]
    return [{**row, "batch": bool(row["batch"])} for row in rows]


def spending(home: "Home") -> list[dict[str, Any]]:
    """`by_stage` of a home: stage, model, batch, replies, tokens by kind, microdollars, and
    `unpriced_replies`, whose cost is not in the sum. Makes nothing where nothing was ever asked."""
    return spending_in(home.answers)


def spending_in(folder: Path) -> list[dict[str, Any]]:
    """As `spending`, of the folder of an answer store."""
    path = folder / FILE
    if not path.exists():
        return []
    with told():
        connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=60)
        try:
            return by_stage(connection)
        finally:
            connection.close()
