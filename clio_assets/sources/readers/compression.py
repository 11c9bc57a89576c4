"""Compressed streams that notice when they break off."""

import gzip
import io
from typing import Any, Final, cast

_PIECE: Final = 64 * 1024


def decompressed(raw: io.RawIOBase, compression: str) -> "io.BufferedReader[Any]":
    """The bytes behind `.gz`, `.zst` or no compression.

    Reading raises EOFError where they break off, and that, zlib.error or gzip.BadGzipFile where
    they are damaged.
    """
    stored: io.BufferedReader[Any] = io.BufferedReader(raw, buffer_size=2**20)
    if compression == ".gz":
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stored)), 2**20)
    if compression == ".zst":
        return io.BufferedReader(_Zstandard(stored), buffer_size=2**20)
    return stored


class _Zstandard(io.RawIOBase):
    """Zstandard frames one behind another; the library's own reader takes a cut one for whole."""

    def __init__(self, stored: "io.BufferedReader[Any]") -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._frames = zstandard.ZstdDecompressor()
        self._frame = self._frames.decompressobj()
        self._stored = stored
        self._begun = False  # whether a frame is open
        self._waiting = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        while len(self._waiting) == 0:
            piece = self._stored.read(_PIECE)
            if not piece and self._begun:
                raise EOFError
            if not piece:
                return 0
            self._waiting = memoryview(self._decompress(piece))
        size = min(len(view), len(self._waiting))
        view[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size

    def _decompress(self, piece: bytes) -> bytes:
        found = b""
        while piece:
            self._begun = True
            try:
                found += self._frame.decompress(piece)
            except self._error:
                raise EOFError from None
            if not self._frame.eof:
                break
            piece = self._frame.unused_data
            self._frame = self._frames.decompressobj()
            self._begun = False
        return found
