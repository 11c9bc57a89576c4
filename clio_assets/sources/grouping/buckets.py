"""Rows sorted into buckets by a key, in files without a name, so that a crash leaves nothing.

Memory holds the rows that wait to be written, and one bucket at a time when they are read back. A
bucket too large for that is divided once more, by the next byte of the keys.
"""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_BUCKETS: Final = 64
#: Bytes of rows that may wait before they are written, and of a bucket that is read back whole.
WAITING: Final = 48 * 2**20
WHOLE: Final = 192 * 2**20

_ROW: Final = 400  # what a row takes beside its long texts, as Python objects
_DEEPEST: Final = 8  # one key alone can fill a bucket, which no division makes smaller


class Buckets:
    """Rows by the first bytes of a binary column; `add` them all, then read bucket by bucket."""

    def __init__(
        self,
        schema: pa.Schema,
        by: str,
        *,
        scratch: Path | None = None,
        waiting: int = WAITING,
        whole: int = WHOLE,
    ) -> None:
        self._schema = schema
        self._by = schema.get_field_index(by)
        self._scratch = scratch
        self._limits = (waiting, whole)
        self._rows: list[list[tuple[Any, ...]]] = [[] for _ in range(_BUCKETS)]
        self._waiting = 0
        self._files: list[_BucketFile | None] = [None] * _BUCKETS

    def add(self, row: tuple[Any, ...], size: int) -> None:
        """Take a row, in the order of the schema; `size` is about how many bytes its texts have."""
        self._rows[row[self._by][0] % _BUCKETS].append(row)
        self._waiting += _ROW + size
        if self._waiting > self._limits[0]:
            self._flush()

    def add_table(self, rows: pa.Table) -> None:
        """Take many rows at once, which are written at once."""
        numbers = _numbers(rows.column(self._by), 0)
        ordered = rows.take(np.argsort(numbers, kind="stable"))
        ends = np.cumsum(np.bincount(numbers, minlength=_BUCKETS)).tolist()
        for number, (start, end) in enumerate(pairwise([0, *ends])):
            if end > start:
                self._file(number).append(ordered.slice(start, end - start))

    def tables(self) -> Iterator[pa.Table]:
        """The rows of each bucket; all rows of a key are in one table."""
        self._flush()
        for number, file in enumerate(self._files):
            if file is not None:
                yield from self._divided(file, depth=1)
                file.close()
                self._files[number] = None

    def _flush(self) -> None:
        for number, rows in enumerate(self._rows):
            if rows:
                self._file(number).append(_table(rows, self._schema))
                self._rows[number] = []
        self._waiting = 0

    def _file(self, number: int) -> "_BucketFile":
        found = self._files[number]
        if found is None:
            found = self._files[number] = _BucketFile(self._schema, self._scratch)
        return found

    def _divided(self, file: "_BucketFile", depth: int) -> Iterator[pa.Table]:
        if file.size <= self._limits[1] or depth == _DEEPEST:
            yield pa.Table.from_batches(file.batches(), self._schema)
            return
        parts: list[_BucketFile | None] = [None] * _BUCKETS
        for batch in file.batches():
            rows = pa.Table.from_batches([batch])
            numbers = _numbers(rows.column(self._by), depth)
            for number in np.unique(numbers).tolist():
                part = parts[number] = parts[number] or _BucketFile(self._schema, self._scratch)
                part.append(rows.filter(pa.array(numbers == number)))
        for part in parts:
            if part is not None:
                yield from self._divided(part, depth + 1)
                part.close()


class _BucketFile:
    """An Arrow stream in an unnamed file; compressing it would take longer than all the rest."""

    def __init__(self, schema: pa.Schema, scratch: Path | None) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed later
        self._writer = pa.ipc.new_stream(self._file, schema)
        self.size = 0

    def append(self, rows: pa.Table) -> None:
        self.size += rows.nbytes
        self._writer.write_table(rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        self._writer.close()
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as reader:
            yield from reader

    def close(self) -> None:
        self._file.close()


def _numbers(keys: pa.ChunkedArray, depth: int) -> npt.NDArray[np.int64]:
    """The bucket of each key: a byte of it, at that depth."""
    found = [
        np.frombuffer(chunk.buffers()[1], dtype=np.uint8)
        .reshape(-1, chunk.type.byte_width)[chunk.offset : chunk.offset + len(chunk), depth]
        .astype(np.int64)
        for chunk in keys.chunks
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *found]) % _BUCKETS


def _table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
