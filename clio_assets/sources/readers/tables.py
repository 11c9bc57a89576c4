"""CSV: one record a row below a line of names, with whatever delimiter the file has.

    conversation_id,user_id,started_at,messages
    c1,u1,2026-03-01T12:00:00Z,"[{""role"": ""user"", ""content"": ""Hello, ...""}]"

Cells stay text; an empty one says nothing and becomes null. Quotes within a cell are doubled. Where
they are not, nothing behind can be told apart, and a cell may be as long as a conversation.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from clio_assets.sources.readers.protocol import LONGEST_RECORD, Found, Unreadable

_DELIMITERS: Final = (",", ";", "\t")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Enough to see how a file is delimited.
_CHARACTERS: Final = 2**18
_ROWS: Final = 20
#: Bytes that were no text, as `surrogateescape` keeps them.
_NO_TEXT = re.compile("[\udc80-\udcff]")


def read_table(stream: "io.BufferedReader[Any]", longest: int = LONGEST_RECORD) -> Iterator[Found]:
    """Each row with the line that it begins in, as editors number them. Raises Unreadable."""
    csv.field_size_limit(max(longest, csv.field_size_limit()))
    wide = stream.peek(2).startswith(_UTF_16)
    encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape")
    text = io.TextIOWrapper(stream, encoding, errors, newline="")
    lines = _Lines(text, longest)
    rows = csv.reader(lines, delimiter=_delimiter(lines.ahead()), strict=True)
    names: list[str] | None = None
    while True:
        lines.begin_row()
        try:
            row = next(rows, None)
        except csv.Error:
            raise Unreadable(f"the CSV is broken in or behind line {lines.begun}") from None
        if row is None:
            return
        if not row:  # a blank line
            continue
        if names is None:
            names = _checked_names(row)
        elif len(row) < len(names) and lines.has_no_end:
            raise Unreadable(f"it breaks off in line {lines.begun}")
        else:
            yield _record(lines.begun, names, row)


class _Lines:
    """Lines of a text, counted, and read no further than the longest record reaches."""

    def __init__(self, text: io.TextIOWrapper, longest: int) -> None:
        self._text = text
        self._longest = longest
        self._ahead: list[str] = []
        self._number = 0
        self._left = longest
        self.begun = 0
        self.has_no_end = False  # the line that came last, as only the last of a file may

    def ahead(self) -> str:
        """The beginning of the text, which comes again with the lines."""
        while sum(map(len, self._ahead)) < _CHARACTERS:
            line = self._text.readline(_CHARACTERS)
            if not line:
                break
            self._ahead.append(line)
        return "".join(self._ahead)

    def begin_row(self) -> None:
        """The next line is the first of a row."""
        self.begun = self._number + 1
        self._left = self._longest

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._whole_line()
        if not line:
            raise StopIteration
        self._left -= len(line)
        if self._left < 0:
            raise Unreadable(f"the row that begins in line {self.begun} is broken or too long")
        self._number += 1
        self.has_no_end = not line.endswith(("\n", "\r"))
        return line

    def _whole_line(self) -> str:
        if not self._ahead:
            return self._text.readline(self._left + 1)
        line = self._ahead.pop(0)
        if not self._ahead and not line.endswith(("\n", "\r")):
            line += self._text.readline(max(self._left + 1 - len(line), 0))
        return line


def _delimiter(beginning: str) -> str:
    """The one that makes most columns, of those by which the first rows have equally many."""
    return max(_DELIMITERS, key=lambda delimiter: _columns(beginning, delimiter))


def _columns(beginning: str, delimiter: str) -> tuple[bool, int]:
    widths: list[int] = []
    rows = csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter, strict=True)
    with suppress(csv.Error):  # the last row is seldom whole
        widths.extend(len(row) for row, _ in zip(rows, range(_ROWS), strict=False) if row)
    if len(beginning) >= _CHARACTERS:
        widths = widths[:-1] or widths
    return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0


def _checked_names(row: Sequence[str]) -> list[str]:
    """Names of columns; that of an index, which some tools write, is empty."""
    named = [name for name in row if name.strip()]
    if not named or any(not name.isprintable() for name in named):
        raise Unreadable("it is no CSV: its first line holds no names of columns")
    if len(set(named)) < len(named):
        raise Unreadable("several columns of the CSV have one name")
    return list(row)


def _record(line: int, names: Sequence[str], row: Sequence[str]) -> Found:
    if len(row) != len(names):
        return Found(line, None, "row_of_other_width", _raw(row))
    if any(map(_NO_TEXT.search, row)):
        return Found(line, None, "invalid_utf8", _raw(row))
    cells = zip(names, row, strict=True)
    return Found(line, {name: cell or None for name, cell in cells if name})


def _raw(row: Sequence[str]) -> bytes:
    return ",".join(row).encode("utf-8", "surrogateescape")
