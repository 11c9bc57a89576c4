"""Reading the public database: the only thing that explorer, export and `clio tree` open."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from clio_assets.errors import HomeError

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

#: Which file lies at the path: device, inode, bytes, and time of its last change.
FileState = tuple[int, int, int, int]

#: What releases of earlier versions lack, or where no attribute is declared, as SQL: columns of
#: tables, and whole tables. Readers see such a release as one in which these are null, or nothing.
_ADDED: Final[dict[str, dict[str, str]]] = {
    "windows": {
        "coherent": "INTEGER",
        "min_coherence": "DOUBLE",
        "min_users": "INTEGER",
        "min_conversations": "INTEGER",
    },
    "clusters": {"coherence": "DOUBLE"},
    "accounts": {
        "window": "VARCHAR",
        "facet": "VARCHAR",
        "stage": "VARCHAR",
        "reason": "VARCHAR",
        "conversations": "INTEGER",
    },
    "trends": {
        "window": "VARCHAR",
        "facet": "VARCHAR",
        "level": "INTEGER",
        "topic": "VARCHAR",
        "cluster": "VARCHAR",
        "event": "VARCHAR",
        "related": "VARCHAR",
        "size": "INTEGER",
        "share": "DOUBLE",
        "share_before": "DOUBLE",
    },
    "attributes": {
        "window": "VARCHAR",
        "attribute": "VARCHAR",
        "kind": "VARCHAR",
        "value": "VARCHAR",
        "place": "INTEGER",
    },
    "means": {
        "window": "VARCHAR",
        "clustered_facet": "VARCHAR",
        "cluster": "VARCHAR",
        "attribute": "VARCHAR",
        "mean": "DOUBLE",
        "step": "DOUBLE",
        "suppressed": "BOOLEAN",
    },
}

#: A reader of numbers needs neither other files nor extensions, nor room on disk.
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
    "threads": "1",
}


class PublicReader:
    """One release held open. Results come as Python rows or numpy columns: a server that reads
    them needs no Arrow, which would be a third of its memory.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of one SELECT over the published tables, by column."""
        result = self._connection.execute(sql, dict(parameters or {}))
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def columns(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> "dict[str, npt.NDArray[Any]]":
        """The columns of one SELECT over the published tables; none of them may hold a null."""
        import numpy as np

        found = self._connection.execute(sql, dict(parameters or {})).fetchnumpy()
        return {name: np.asarray(column) for name, column in found.items()}

    def table(self, sql: str, parameters: Mapping[str, object] | None = None) -> "pa.Table":
        """The result of one SELECT over the published tables as an Arrow table."""
        return self._connection.sql(sql, params=dict(parameters or {})).to_arrow_table()


class PublicDatabase:
    """The current release, opened read-only for each reading, so that a new one is seen at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> "pa.Table":
        """Result of one SELECT over the published tables."""
        with self.reading() as reader:
            return reader.table(sql, parameters)

    @contextmanager
    def reading(self) -> Iterator[PublicReader]:
        """Several queries over one and the same release, whatever is released meanwhile."""
        if not self._path.exists():
            raise HomeError("nothing has been published in this home yet; run `clio run` first")
        with duckdb.connect(str(self._path), read_only=True, config=_SETTINGS) as connection:
            _as_of_today(connection)
            yield PublicReader(connection)

    def state(self) -> FileState | None:
        """Tells one release's file from the next without opening it; None where there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _as_of_today(connection: duckdb.DuckDBPyConnection) -> None:
    """Put views in front of tables that lack columns, of this connection alone."""
    found: dict[str, set[str]] = {}
    database = ""
    for name, table, column in connection.execute(
        "SELECT database_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall():
        database = str(name).replace('"', '""')
        found.setdefault(str(table), set()).add(str(column))
    for table, columns in _ADDED.items():
        there = found.get(table, set())
        lacking = [f'NULL::{of} AS "{name}"' for name, of in columns.items() if name not in there]
        if not lacking:
            continue
        what = ", ".join(["*", *lacking] if there else lacking)
        rows = f'FROM "{database}".main."{table}"' if there else "WHERE false"
        connection.execute(f'CREATE TEMP VIEW "{table}" AS SELECT {what} {rows}')
