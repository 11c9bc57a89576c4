"""From the files of a source to its records, one after another."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

from clio_assets.errors import SourceError
from clio_assets.sources import formats
from clio_assets.sources.archives import ARCHIVES
from clio_assets.sources.copies import database, seekable
from clio_assets.sources.files import (
    ARROW,
    DATABASES,
    LINES,
    PARQUET,
    TABLES,
    SourceFile,
    words_of,
)
from clio_assets.sources.readers.arrow import read_arrow
from clio_assets.sources.readers.compression import decompressed
from clio_assets.sources.readers.json_documents import read_json_document
from clio_assets.sources.readers.json_lines import read_json_lines
from clio_assets.sources.readers.json_texts import are_lines
from clio_assets.sources.readers.nested import with_nested
from clio_assets.sources.readers.parquet import read_parquet
from clio_assets.sources.readers.protocol import Found, Unreadable
from clio_assets.sources.readers.sqlite import read_sqlite
from clio_assets.sources.readers.tables import read_table


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record, or what stands where one should be, and the number of its file, from 1."""

    file: int
    found: Found


def read_records(files: Sequence[SourceFile]) -> Iterator[SourceRecord]:
    """All records of the files, in order, a bounded number in memory at a time.

    Raises SourceError, naming the file by number, where one cannot be read to its end.
    """
    for number, file in enumerate(files, 1):
        try:
            for found in read_file(file):
                yield SourceRecord(number, found)
        except Unreadable as error:
            raise SourceError(
                f"file {number} of {len(files)} of the source cannot be read: {error}"
            ) from None


def read_file(file: SourceFile) -> Iterator[Found]:
    """The records of one file, in order, a bounded number in memory at a time.

    Raises Unreadable, in fixed words, whatever goes wrong with the file: the records before are
    as they are.
    """
    with closing(_read(file)) as records:
        while True:
            try:
                found = with_nested(next(records))
            except StopIteration:
                return
            except Unreadable:
                raise
            except OSError as error:
                raise Unreadable(words_of(error)) from None
            except Exception as error:  # noqa: BLE001 - drivers raise what they like, and quote
                raise Unreadable(f"reading it failed ({type(error).__name__})") from None
            yield found


def _read(file: SourceFile) -> Generator[Found, None, None]:
    if file.has_suffix(ARCHIVES):
        raise Unreadable(_words_for(file))
    if file.has_suffix(DATABASES):
        with database(file) as copy:
            yield from read_sqlite(copy, formats.DATABASES)
        return
    if file.has_suffix(PARQUET + ARROW):
        with seekable(file) as stream:
            yield from read_parquet(stream) if file.has_suffix(PARQUET) else read_arrow(stream)
        return
    with file.open() as raw, decompressed(raw, file.compression) as stream:
        yield from _from_stream(file, stream)


def _from_stream(file: SourceFile, stream: Any) -> Iterator[Found]:
    if file.has_suffix(TABLES):
        yield from read_table(stream)
    elif are_lines(cast("bytes", stream.peek()), expected=file.has_suffix(LINES)):
        yield from read_json_lines(stream)
    else:
        yield from read_json_document(stream, split=formats.parted)


def _words_for(file: SourceFile) -> str:
    """Why an archive is met as a file, where its members should be."""
    if file.archive is not None:
        return "it is an archive within an archive: unpack the outer one and name the folder"
    with file.open():  # a system's own words, where it is closed or gone
        return "it is no ZIP archive, or a damaged one"
