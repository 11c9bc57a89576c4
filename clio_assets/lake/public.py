"""Reading the public database: the only thing that explorer, export and `clio tree` open."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from clio_assets.errors import HomeError


class PublicDatabase:
    """The current release, opened read-only for each query, so that a new one is seen at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Result of one SELECT over the published tables."""
        if not self._path.exists():
            raise HomeError("nothing has been published in this home yet; run `clio run` first")
        with duckdb.connect(str(self._path), read_only=True) as connection:
            return connection.sql(sql, params=dict(parameters or {})).to_arrow_table()
