"""One table as a Parquet file in storage: streamed in, and read back whole or by columns."""

from collections.abc import Collection

import pyarrow as pa
import pyarrow.parquet as pq

from clio_assets.lake.records import StoredTable
from clio_assets.lake.storage import Storage


class TableDraft:
    """A table on its way: rows are added, then it is kept under a name with its digest in it."""

    def __init__(self, storage: Storage, prefix: str, table: str, schema: pa.Schema) -> None:
        self._table = table
        self._rows = 0
        self._draft = storage.draft(f"{prefix}/{table}.parquet")
        try:
            self._writer = pq.ParquetWriter(self._draft.sink, schema, compression="zstd")
        except BaseException:
            self._draft.drop()
            raise

    def append(self, rows: pa.Table) -> None:
        """Add rows; they become one row group or more."""
        self._writer.write_table(rows)
        self._rows += rows.num_rows

    def keep(self) -> StoredTable:
        """Put the table in place; what a manifest says of it."""
        self._writer.close()
        digest = self._draft.digest()
        file = f"{self._table}.{digest[:16]}.parquet"
        self._draft.keep(file)
        return StoredTable(file=file, sha256=digest, rows=self._rows)

    def keep_aside(self) -> str:
        """Put the rows in place under a name that no table has; that name."""
        self._writer.close()
        file = f"aside.{self._table}.parquet"
        self._draft.keep(file)
        return file

    def drop(self) -> None:
        """Leave nothing of it. Does nothing once it is kept."""
        try:
            self._writer.close()
        finally:
            self._draft.drop()


def put_table(storage: Storage, prefix: str, table: str, rows: pa.Table) -> StoredTable:
    """Put a whole table in place at once."""
    draft = TableDraft(storage, prefix, table, rows.schema)
    try:
        draft.append(rows)
        return draft.keep()
    finally:
        draft.drop()


def get_table(storage: Storage, name: str, columns: Collection[str] | None = None) -> pa.Table:
    """A whole table, or those of the columns that it has, in the order that they are stored in."""
    with storage.open(name) as source:
        file = pq.ParquetFile(source)  # one file: no data set to be put together first
        held = None if columns is None else [n for n in file.schema_arrow.names if n in columns]
        return file.read(held)


def get_columns(storage: Storage, name: str, wanted: Collection[str]) -> pa.Table | None:
    """Those of the wanted columns that a table has; None where it has none of them.

    OSError or pyarrow.ArrowException where it cannot be read.
    """
    with storage.open(name) as source:
        names = set(pq.read_schema(source).names) & set(wanted)
    if not names:
        return None
    with storage.open(name) as source:
        return pq.read_table(source, columns=sorted(names))
