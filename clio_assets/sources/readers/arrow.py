"""Arrow: one record a row, of files and of streams, which have the same suffix.

`datasets.save_to_disk` writes streams. Offsets of a damaged file point anywhere in memory, so each
batch is checked before it is looked at.
"""

from collections.abc import Iterator
from typing import Any, Final

from clio_assets.sources.readers.arrow_rows import Rows
from clio_assets.sources.readers.protocol import Found, Unreadable

_FILE: Final = b"ARROW1"


def read_arrow(stream: Any) -> Iterator[Found]:
    """Each row, numbered from 1; nested columns as lists and objects. Raises Unreadable."""
    import pyarrow as pa

    number = 0
    try:
        is_file = stream.read(len(_FILE)) == _FILE
        stream.seek(0)
        reader = pa.ipc.open_file(stream) if is_file else pa.ipc.open_stream(stream)
        rows = Rows(reader.schema)
        for batch in _batches(reader, is_file):
            _check(batch)
            for found in rows.of(batch):
                number = found.line
                yield found
    except (pa.ArrowException, OSError, MemoryError, ValueError):  # names that are no text
        raise Unreadable(f"the Arrow data is broken behind record {number}") from None


def _batches(reader: Any, is_file: bool) -> Iterator[Any]:
    if not is_file:
        yield from reader
        return
    for number in range(reader.num_record_batches):
        yield reader.get_batch(number)


def _check(batch: Any) -> None:
    """Raises ArrowInvalid where a batch does not hold together. Text that is not UTF-8 does no
    harm: its row is set aside. But a check stops at the first fault, so it starts again without."""
    import pyarrow as pa

    for column in batch.columns:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
            column.view(_as_bytes(column.type)).validate(full=True)


def _as_bytes(kind: Any) -> Any:
    """A type with bytes where it has text."""
    import pyarrow as pa

    if pa.types.is_string(kind):
        return pa.binary()
    if pa.types.is_large_string(kind):
        return pa.large_binary()
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_as_bytes(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_as_bytes(kind.value_type)))
    if pa.types.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(_as_bytes(kind.value_type)))
    if pa.types.is_map(kind):
        return pa.map_(_as_bytes(kind.key_type), _as_bytes(kind.item_type))
    return kind
