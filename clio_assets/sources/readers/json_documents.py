"""JSON files that hold an array of records, or one record after another.

Read piece by piece with the standard decoder: an element is decoded once enough of it is there,
with twice as much each time it was not, so that time stays linear and memory bounded by the
longest element.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.sources.readers.decode import DECODER
from clio_assets.sources.readers.protocol import LONGEST_RECORD, Found, Unreadable

_PIECE: Final = 2**20
_SHOWN: Final = 10_000
_BLANK = re.compile(r"[ \t\r\n]*")


def read_json_document(stream: io.BufferedIOBase, longest: int = LONGEST_RECORD) -> Iterator[Found]:
    """The elements of the array, or the documents one by one, numbered from 1.

    An element that is no object is set aside. Raises Unreadable where the JSON breaks off or
    breaks: nothing after that place can be told apart.
    """
    text = _Text(stream, longest)
    is_array = text.take("[")
    number = 0
    while not text.at_end() and not (is_array and text.take("]")):
        number += 1
        if is_array and number > 1 and not text.take(","):
            raise Unreadable(f"the JSON is broken behind record {number - 1}")
        value, raw = text.value(number)
        if isinstance(value, Mapping):
            yield Found(number, value)
        else:
            yield Found(number, None, "not_an_object", raw.encode())
    if is_array and not text.closed:
        raise Unreadable(f"the JSON array breaks off behind record {number}")
    if not text.at_end():
        raise Unreadable("something follows the JSON array")


class _Text:
    """A window on the text of a stream, which moves on as values are taken."""

    def __init__(self, stream: io.BufferedIOBase, longest: int) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._longest = longest
        self._text = ""
        self._at = 0
        self._ended = False
        self.closed = False

    def take(self, character: str) -> bool:
        """Move past the character if it comes next; white space aside."""
        found = not self.at_end() and self._text[self._at] == character
        self._at += found
        self.closed = self.closed or (found and character == "]")
        return found

    def at_end(self) -> bool:
        """Whether only white space is left."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return False
            if self._ended:
                return True
            self._grow(_PIECE)

    def value(self, number: int) -> tuple[object, str]:
        """The value that comes next, with the beginning of its text."""
        self.at_end()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise Unreadable(f"record {number} is nested too deeply") from None
            except ValueError:
                end = None
            if end is not None and (end < len(self._text) or self._ended):
                raw = self._text[self._at : min(end, self._at + _SHOWN)]
                self._at = end
                return value, raw
            if self._ended:
                raise Unreadable(f"the JSON is broken at record {number}")
            if len(self._text) - self._at > self._longest:
                raise Unreadable(f"record {number} is broken or too long")
            self._grow(max(_PIECE, len(self._text) - self._at))

    def _grow(self, size: int) -> None:
        raw = self._stream.read(size)
        self._ended = not raw
        try:
            more = self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError:
            raise Unreadable("it is not valid UTF-8") from None
        self._text = self._text[self._at :] + more
        self._at = 0
