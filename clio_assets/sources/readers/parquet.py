"""Parquet: one record a row, read in small batches."""

import json
from collections.abc import Iterator
from typing import Any, Final

from clio_assets.sources.formats.protocol import Record
from clio_assets.sources.readers.protocol import Found, Unreadable

_BATCH: Final = 128
#: Nested fields that some writers store as JSON text.
_NESTED: Final = (
    "messages",
    "conversation",
    "conversations",
    "chat_messages",
    "mapping",
    "request",
    "response",
    "metadata",
)


def read_parquet(stream: Any) -> Iterator[Found]:
    """Each row, numbered from 1; nested columns as lists and objects. Raises Unreadable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(stream, pre_buffer=False) as parquet:
            for batch in parquet.iter_batches(_BATCH, use_threads=False):
                for row in _rows(batch):
                    number += 1
                    if row is None:
                        yield Found(number, None, "invalid_utf8", b"")
                    else:
                        yield Found(number, {key: _nested(key, row[key]) for key in row})
    except (pa.ArrowException, OSError):
        raise Unreadable(f"the Parquet data is broken behind record {number}") from None


def _rows(batch: Any) -> Iterator[Record | None]:
    """Rows of a batch; None for one whose text is not UTF-8."""
    try:
        yield from batch.to_pylist(maps_as_pydicts="lossy")
    except UnicodeDecodeError:
        for position in range(batch.num_rows):
            try:
                yield from batch.slice(position, 1).to_pylist(maps_as_pydicts="lossy")
            except UnicodeDecodeError:
                yield None


def _nested(key: str, value: object) -> object:
    if key not in _NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
