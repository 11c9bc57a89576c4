"""The records of a source, file by file, each file with the shape that is told for it.

A file that cannot be read, or whose shape nobody knows, is noted and the others go on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from clio_assets.errors import SourceError
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.counts import Tally
from clio_assets.sources.files import SourceFile
from clio_assets.sources.formats import FORMATS, detect
from clio_assets.sources.formats.protocol import PieceFormat, SourceFormat
from clio_assets.sources.readers.protocol import Found, Unreadable
from clio_assets.sources.reading import read_file

FIRST_RECORDS: Final = 100  # looked at to tell the shape


@dataclass(frozen=True, slots=True)
class ShapedRecord:
    """A record, or what stands where one should be, the number of its file, and its shape."""

    file: int
    found: Found
    shape: SourceFormat


def shaped_records(
    files: Iterable[tuple[int, SourceFile]], settings: SourceSettings, tally: Tally
) -> Iterator[ShapedRecord]:
    """All records of the files, each with its number, a bounded number in memory at a time."""
    for number, file in files:
        found, broken = read_file(file), None
        first: list[Found] = []
        try:
            for record in found:
                first.append(record)
                if len(first) == FIRST_RECORDS:
                    break
        except Unreadable as error:
            found, broken = iter(()), str(error)
        try:
            shape = _shape(settings, first) if first else None
        except SourceError as error:
            tally.damage[number] = str(error)
            continue
        if shape is not None:
            tally.count(number, "shape", shape.name)
            if isinstance(shape, PieceFormat):
                tally.pieces.add(number)
            try:
                for record in chain(first, found):
                    tally.count(number, "records")
                    yield ShapedRecord(number, record, shape)
            except Unreadable as error:
                broken = str(error)
        if broken is not None:
            tally.damage[number] = broken


def require_read(tally: Tally, places: Mapping[int, int]) -> None:
    """Stop with SourceError where no file could be read at all; `places` are those of the files in
    the source, by number."""
    if tally.of_kind("records"):
        return
    if not tally.damage:
        raise SourceError("the source holds no records")
    number, why = min(tally.damage.items(), key=lambda pair: places[pair[0]])
    others = f"; and {len(tally.damage) - 1} more of its files" if len(tally.damage) > 1 else ""
    raise SourceError(
        f"file {places[number]} of {len(places)} of the source cannot be read: {why}{others}"
    )


def _shape(settings: SourceSettings, first: Sequence[Found]) -> SourceFormat:
    if settings.format is not None:
        return FORMATS[settings.format]
    values = [record.value for record in first if record.value is not None]
    if values:
        return detect(values)
    raise SourceError(
        f"none of its first {len(first)} records is a JSON object ({first[0].reason} in the "
        f"first): the shapes that can be read, and named with --format, are {', '.join(FORMATS)}"
    )
