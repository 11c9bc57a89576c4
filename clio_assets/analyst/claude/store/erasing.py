"""What an erasure deletes of the stored answers, in the terms of their tables.

These are jobs and queries on answers.sqlite (schema.sql).
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: What a part of an erasure takes, in terms of `answers`, or of `batch_requests` with its batch.
_OF_PART: Final = (
    "(subject IN (SELECT subject FROM temp.gone) OR "
    "(partition = :key AND subject NOT IN (SELECT subject FROM temp.staying) "
    "AND (subject = x'' OR NOT :groups_alone)))"
)
#: What belongs to a day or window before the given one, or to none.
_BEYOND_DATES: Final = (
    "((partition GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND partition < :before) OR "
    "(partition NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND partition <> 'all'))"
)


@dataclass(frozen=True)
class PartitionErasure:
    """What to delete of the answers that were asked for one partition.

    All of them except those about the `staying` subjects, or those about groups alone (windows
    are called like their first days); and, wherever they were asked, those about the subjects that
    are `gone`. Subjects are hexadecimal.
    """

    partition: str
    gone: Sequence[str] = ()
    staying: Sequence[str] = ()
    groups_alone: bool = False


def is_last(connection: sqlite3.Connection, erasure: str) -> bool:
    """Whether that erasure was the last that was carried out."""
    return (erasure,) in connection.execute("SELECT id FROM erasure").fetchall()


def carry_out(
    connection: sqlite3.Connection,
    erasure: str,
    parts: Sequence[PartitionErasure] | None,
    before: str,
) -> int:
    """See AnswerStore.erase; within a transaction."""
    if parts is None:
        gone = _delete(connection, "1", {})
    else:
        gone = _delete(connection, _BEYOND_DATES, {"before": before})
        gone += sum(_erase(connection, part) for part in parts)
    connection.execute("DELETE FROM erasure")
    connection.execute("INSERT INTO erasure VALUES (?)", (erasure,))
    return gone


def _erase(connection: sqlite3.Connection, part: PartitionErasure) -> int:
    for table, subjects in (("gone", part.gone), ("staying", part.staying)):
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (subject BLOB PRIMARY KEY)")
        connection.execute(f"DELETE FROM temp.{table}")
        connection.executemany(
            f"INSERT OR IGNORE INTO temp.{table} VALUES (?)",
            ((bytes.fromhex(subject),) for subject in subjects),
        )
    values = {"key": part.partition, "groups_alone": part.groups_alone}
    return _delete(connection, _OF_PART, values)


def _delete(connection: sqlite3.Connection, doomed: str, values: Mapping[str, object]) -> int:
    """Delete doomed answers, and strike doomed requests out of batches under way."""
    cursor = connection.execute(f"DELETE FROM answers WHERE {doomed}", values)
    requests = "SELECT digest FROM batch_requests JOIN batches ON number = batch"
    doomed_requests = f"digest IN ({requests} WHERE {doomed})"
    connection.execute(
        "UPDATE batches SET forgotten = forgotten + (SELECT count(*) FROM batch_requests "
        f"WHERE batch = number AND {doomed_requests}) WHERE closed_at IS NULL",
        values,
    )
    connection.execute(f"DELETE FROM batch_requests WHERE {doomed_requests}", values)
    return cursor.rowcount
