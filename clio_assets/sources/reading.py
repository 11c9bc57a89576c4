"""From the files of a source to its records, one after another."""

import codecs
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gzip import BadGzipFile

from clio_assets.errors import SourceError
from clio_assets.sources.files import DOCUMENTS, PARQUET, SourceFile, words_of
from clio_assets.sources.formats.protocol import Malformed
from clio_assets.sources.readers.compression import decompressed
from clio_assets.sources.readers.decode import decode
from clio_assets.sources.readers.json_documents import read_json_document
from clio_assets.sources.readers.json_lines import read_json_lines
from clio_assets.sources.readers.parquet import read_parquet
from clio_assets.sources.readers.protocol import Found, Unreadable


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
            words = f"file {number} of {len(files)} of the source cannot be read"
            raise SourceError(f"{words}: {error}") from None


def read_file(file: SourceFile) -> Iterator[Found]:
    """The records of one file. Raises Unreadable, whatever is wrong with it."""
    try:
        yield from _read(file)
    except (EOFError, zlib.error, BadGzipFile):
        raise Unreadable("its compressed data is cut short or damaged") from None
    except OSError as error:
        raise Unreadable(words_of(error)) from None


def _read(file: SourceFile) -> Iterator[Found]:
    with file.open() as raw:
        if file.has_suffix(PARQUET):
            yield from read_parquet(raw)
            return
        with decompressed(raw, file.compression) as stream:
            if file.has_suffix(DOCUMENTS) and not _is_lines(stream):
                yield from read_json_document(stream)
            else:
                yield from read_json_lines(stream)


def _is_lines(stream: io.BufferedReader) -> bool:
    """Whether the first line is a whole record, as in JSON Lines under another name."""
    line, _, _ = stream.peek().removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")
    try:
        decode(line)
    except Malformed:
        return False
    return True
