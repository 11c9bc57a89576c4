"""A window on the text of a JSON file, which moves on as values are taken.

A value is decoded once enough of it is there, with twice as much each time it was not, so that time
stays linear and memory bounded by the longest value.
"""

import codecs
import io
import re
from typing import Final, NamedTuple

from clio_assets.sources.readers.decode import DECODER
from clio_assets.sources.readers.protocol import Unreadable

_PIECE: Final = 2**20
_SHOWN: Final = 10_000
BLANK: Final = re.compile(r"[ \t\r\n]*")


class Taken(NamedTuple):
    """A value, and the beginning of its text."""

    value: object
    raw: str


class Window:
    """The text that is not taken yet, as far as it was read: `text` from `at` on."""

    def __init__(self, stream: io.BufferedIOBase, longest: int) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._ended = False
        self.longest = longest
        self.text = ""
        self.at = 0

    def take(self, character: str) -> bool:
        """Move past the character if it comes next; white space aside."""
        found = self.is_next(character)
        self.at += found
        return found

    def is_next(self, character: str) -> bool:
        """Whether the character comes next; white space aside."""
        return not self.at_end() and self.text[self.at] == character

    def at_end(self) -> bool:
        """Whether only white space is left."""
        while True:
            blank = BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return False
            if self._ended:
                return True
            self._grow(_PIECE)

    def value(self, number: int) -> Taken:
        """The value that comes next, of the record of that number. Raises Unreadable."""
        found = self.value_within(self.longest, number)
        if found is None:
            raise too_long(number)
        return found

    def value_within(self, length: int, number: int) -> Taken | None:
        """The value that comes next; None where it is longer. Raises Unreadable where it breaks
        off, or cannot be told from what is longer."""
        self.at_end()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                raise Unreadable(f"record {number} is nested too deeply") from None
            except ValueError:
                end = None
            if end is not None and (end < len(self.text) or self._ended):
                raw = self.text[self.at : min(end, self.at + _SHOWN)]
                self.at = end
                return Taken(value, raw)
            if self._ended:
                raise Unreadable(f"the JSON is broken at record {number}")
            if len(self.text) - self.at >= length:
                return None
            self._grow(max(_PIECE, len(self.text) - self.at))

    def _grow(self, size: int) -> None:
        raw = self._stream.read(size)
        self._ended = not raw
        try:
            more = self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError:
            raise Unreadable("it is not valid UTF-8") from None
        self.text = self.text[self.at :] + more
        self.at = 0


def too_long(number: int) -> Unreadable:
    """What is said of a record that nothing makes shorter."""
    return Unreadable(f"record {number} is broken or too long")
