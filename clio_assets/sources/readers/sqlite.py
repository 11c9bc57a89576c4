"""SQLite: one record a row of the query that goes with the tables.

A copy of the file is read, in a folder of its own, with the writes that lay beside it. What is
not UTF-8 in a row sets the row aside.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats.protocol import Database, Record
from clio_assets.sources.readers.protocol import LONGEST_RECORD, Found, Unreadable
from clio_assets.sources.readers.values import plain_bytes

_NO_DATABASE: Final = "it is no SQLite database, or an encrypted or damaged one"


class _NotText:
    """Stands for text that is not UTF-8."""


_NOT_TEXT: Final = _NotText()


def read_sqlite(copy: Path, known: Sequence[tuple[Format, Database]]) -> Iterator[Found]:
    """The rows of the first kind of database whose tables are there, numbered from 1. Raises
    Unreadable."""
    try:
        connection = _open(copy)
    except sqlite3.Error:
        raise Unreadable(_NO_DATABASE) from None
    with closing(connection):
        yield from _rows(connection, _query(connection, known))


def _open(copy: Path) -> sqlite3.Connection:
    """A connection to what the copy holds once all writes are in it; its file has no name any
    more, so that nothing is left behind whatever ends the reading."""
    if len(list(copy.parent.glob(f"{copy.name}*"))) > 1:
        with closing(sqlite3.connect(copy, isolation_level=None)) as settling:
            settling.execute("PRAGMA journal_mode = DELETE").fetchall()
    uri = f"{copy.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        if copy.stat().st_size < _size(connection):  # SQLite takes what is missing for zeros
            raise sqlite3.DatabaseError
    except sqlite3.Error:
        connection.close()
        raise
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_RECORD)
    connection.text_factory = _text
    with suppress(OSError):  # some systems keep the name of an open file
        copy.unlink()
    return connection


def _size(connection: sqlite3.Connection) -> int:
    """Bytes that the database has by its own account."""
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    [(of_each,)] = connection.execute("PRAGMA page_size").fetchall()
    return int(pages) * int(of_each)


def _text(value: bytes) -> object:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return _NOT_TEXT


def _query(connection: sqlite3.Connection, known: Sequence[tuple[Format, Database]]) -> str:
    for _, database in known:
        if all(
            columns <= _columns(connection, table) for table, columns in database.tables.items()
        ):
            return database.query
    names = ", ".join(sorted({name for name, _ in known})) or "none"
    raise Unreadable(f"its tables are of no kind of database that is known ({names})")


def _columns(connection: sqlite3.Connection, table: str) -> set[object]:
    try:
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    except sqlite3.Error:
        raise Unreadable(_NO_DATABASE) from None
    return {name for (name,) in found}


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[Found]:
    number = 0
    try:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        for row in cursor:
            number += 1
            if _NOT_TEXT in row:
                yield Found(number, None, "invalid_utf8", b"")
            else:
                yield Found(number, _record(names, row))
    except sqlite3.DataError:
        raise Unreadable(f"a row behind record {number} is too long") from None
    except (sqlite3.Error, OverflowError):
        raise Unreadable(f"the database is damaged behind record {number}") from None


def _record(names: Sequence[str], row: Sequence[object]) -> Record:
    return {name: plain_bytes(value) for name, value in zip(names, row, strict=True)}
