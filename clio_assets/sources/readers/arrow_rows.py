"""Rows of Arrow's batches, which Parquet is read into as well, as records."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from clio_assets.sources.formats.protocol import Reason
from clio_assets.sources.readers.protocol import Found
from clio_assets.sources.readers.values import Convert, converter

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows that become Python objects at a time.
BATCH: Final = 128


class Rows:
    """The rows of a file of one schema, numbered from 1 through all its batches."""

    def __init__(self, schema: "pa.Schema") -> None:
        self._converters: Mapping[str, Convert] = {
            field.name: convert for field in schema if (convert := converter(field.type))
        }
        self.number = 0

    def of(self, batch: Any) -> Iterator[Found]:
        """The rows of a batch; one with text that is not UTF-8, or a value that Python does not
        have, is set aside."""
        for start in range(0, batch.num_rows, BATCH):
            part = batch.slice(start, BATCH)
            try:
                rows = part.to_pylist(maps_as_pydicts="lossy")
            except (ValueError, OverflowError):  # somewhere in there: one by one
                for position in range(part.num_rows):
                    yield self._row_alone(part.slice(position, 1))
            else:
                for row in rows:
                    yield self._found(row)

    def _row_alone(self, row: Any) -> Found:
        try:
            [value] = row.to_pylist(maps_as_pydicts="lossy")
        except UnicodeDecodeError:
            return self._aside("invalid_utf8")
        except (ValueError, OverflowError):
            return self._aside("value_out_of_range")
        return self._found(value)

    def _found(self, row: dict[str, Any]) -> Found:
        self.number += 1
        for name, convert in self._converters.items():
            row[name] = convert(row[name])
        return Found(self.number, row)

    def _aside(self, reason: Reason) -> Found:
        self.number += 1
        return Found(self.number, None, reason, b"")
