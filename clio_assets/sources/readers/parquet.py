"""Parquet: one record a row, read in small batches."""

from collections.abc import Iterator
from typing import Any

from clio_assets.sources.readers.arrow_rows import BATCH, Rows
from clio_assets.sources.readers.protocol import Found, Unreadable


def read_parquet(stream: Any) -> Iterator[Found]:
    """Each row, numbered from 1; nested columns as lists and objects. Raises Unreadable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(stream, pre_buffer=False) as parquet:
            rows = Rows(parquet.schema_arrow)
            for batch in parquet.iter_batches(BATCH, use_threads=False):
                for found in rows.of(batch):
                    number = found.line
                    yield found
    except (pa.ArrowException, OSError, ValueError):  # names that are no text
        raise Unreadable(f"the Parquet data is broken behind record {number}") from None
