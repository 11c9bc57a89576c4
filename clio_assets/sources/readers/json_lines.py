"""JSON Lines: one record a line. A bad line is set aside, the next one is read."""

import codecs
import io
from collections.abc import Iterator
from typing import Final

from clio_assets.sources.formats.protocol import Malformed
from clio_assets.sources.readers.decode import decode
from clio_assets.sources.readers.protocol import LONGEST_RECORD, Found, Unreadable

#: What half a line looks like.
_OF_HALVES: Final = ("broken_json", "invalid_utf8")


def read_json_lines(stream: io.BufferedIOBase, longest: int = LONGEST_RECORD) -> Iterator[Found]:
    """Each line that is not blank, numbered as editors number them. Raises Unreadable where the
    last one is broken and has no end: there the file was cut off."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > longest:
            _skip_line(stream, line)
            yield Found(number, None, "record_too_long", line)
        elif line.strip():
            found = _record(number, line)
            if found.reason in _OF_HALVES and not line.endswith(b"\n"):
                raise Unreadable(f"it breaks off in line {number}")
            yield found


def _record(number: int, line: bytes) -> Found:
    try:
        return Found(number, decode(line), raw=line)
    except Malformed as malformed:
        return Found(number, None, malformed.reason, line)


def _skip_line(stream: io.BufferedIOBase, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = stream.readline(2**20)
