"""JSON Lines: one record a line. A bad line is set aside, the next one is read."""

import codecs
import io
from collections.abc import Iterator

from clio_assets.sources.formats.protocol import Malformed
from clio_assets.sources.readers.decode import decode
from clio_assets.sources.readers.protocol import LONGEST_RECORD, Found


def read_json_lines(stream: io.BufferedIOBase, longest: int = LONGEST_RECORD) -> Iterator[Found]:
    """Each line that is not blank, numbered as editors number them."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > longest:
            _skip_line(stream, line)
            yield Found(number, None, "record_too_long", line)
        elif line.strip():
            yield _record(number, line)


def _record(number: int, line: bytes) -> Found:
    try:
        return Found(number, decode(line), raw=line)
    except Malformed as malformed:
        return Found(number, None, malformed.reason, line)


def _skip_line(stream: io.BufferedIOBase, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = stream.readline(2**20)
