"""DuckDB as the engine over Arrow tables: SQL in, a table out, nothing kept."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import duckdb
import pyarrow as pa

Connect = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]


class Engine:
    """Runs SQL over tables that are handed in, each query on a connection of its own.

    `connect` opens an in-memory database, for example dagster-duckdb's `get_connection`.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def query(
        self,
        sql: str,
        tables: Mapping[str, pa.Table],
        parameters: Mapping[str, object] | None = None,
    ) -> pa.Table:
        """Result of one SELECT that may name the tables and use `$name` parameters.

        Rows come in the order of the query's ORDER BY; without one the order is not defined.
        """
        with self._connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            for name, table in tables.items():
                connection.register(name, table)
            return connection.sql(sql, params=dict(parameters or {})).to_arrow_table()


def in_memory() -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database, for callers without dagster-duckdb."""
    return duckdb.connect(":memory:")
