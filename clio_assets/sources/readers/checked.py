"""Streams whose library speaks in exceptions of its own, and what is said instead."""

import io
from typing import Any, cast

from clio_assets.sources.readers.protocol import Unreadable


class Checked(io.RawIOBase):
    """The bytes of another stream; Unreadable, in the given words, where that one fails so."""

    def __init__(self, stream: Any, errors: tuple[type[Exception], ...], words: str) -> None:
        self._stream = stream
        self._errors = errors
        self._words = words

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        try:
            return cast("int", self._stream.readinto(buffer))
        except self._errors:
            raise Unreadable(self._words) from None

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
