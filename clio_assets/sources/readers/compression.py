"""Compressed streams, known by their first bytes: a download may be unpacked on its way and keep
its name, and a store may pack what it is given."""

import codecs
import gzip
import io
import re
import zlib
from typing import Any, Final, cast

from clio_assets.sources.readers.checked import Checked
from clio_assets.sources.readers.protocol import Unreadable

_BUFFER: Final = 2**20
_GZIP: Final = b"\x1f\x8b"
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"
_SKIPPED_FRAME = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")  # may stand before the first that counts
_SQLITE: Final = b"SQLite format 3\0"
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DAMAGED: Final = "its compressed data is cut short or damaged"

#: `zstd --long=31` looks back 2 GB; without being asked, decoders refuse more than 128 MB.
_LONGEST_WINDOW: Final = 31


def decompressed(raw: Any, compression: str) -> "io.BufferedReader[Any]":
    """The bytes behind gzip, Zstandard or no compression; `.gz` and `.zst` say what is expected.

    Raises Unreadable, on reading too, where they break off, are damaged, or are nothing known.
    """
    stored: io.BufferedReader[Any] = io.BufferedReader(raw, _BUFFER)
    head = stored.peek(64)[:64]
    if head.startswith(_GZIP):
        return _gzip(stored)
    if head.startswith(_ZSTANDARD) or (compression == ".zst" and _SKIPPED_FRAME.match(head)):
        return _zstandard(stored)
    if not compression or not head or head.startswith(_SQLITE):
        return stored
    if _GZIP.startswith(head) or _ZSTANDARD.startswith(head):  # fewer bytes than tell it
        raise Unreadable(_DAMAGED)
    if _NO_TEXT.search(head.removeprefix(codecs.BOM_UTF8)):
        raise Unreadable("it is not compressed as its name says, or damaged")
    return stored


def _gzip(stored: Any) -> "io.BufferedReader[Any]":
    errors = (EOFError, zlib.error, gzip.BadGzipFile)
    return _buffered(gzip.GzipFile(fileobj=stored), errors)


def _zstandard(stored: Any) -> "io.BufferedReader[Any]":
    from clio_assets.sources.readers.zstandard import zstd

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _LONGEST_WINDOW}
    return _buffered(zstd.ZstdFile(stored, options=options), (EOFError, zstd.ZstdError))


def _buffered(stream: Any, errors: tuple[type[Exception], ...]) -> "io.BufferedReader[Any]":
    return io.BufferedReader(cast("io.RawIOBase", Checked(stream, errors, _DAMAGED)), _BUFFER)
