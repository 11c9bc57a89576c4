import gzip
import io
import random

import pytest

from clio_assets.sources.readers.compression import decompressed
from clio_assets.sources.readers.protocol import Unreadable
from clio_assets.sources.readers.zstandard import zstd

LINES = b"".join(b'{"n": %d}\n' % random.Random(n).randrange(10**12) for n in range(50_000))


def zst(data: bytes, window: int = 0) -> bytes:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: window} if window else {}
    compressor = zstd.ZstdCompressor(options=options)
    return compressor.compress(data) + compressor.flush()  # a size unknown, as of a stream


def read(data: bytes, compression: str) -> bytes:
    with decompressed(io.BytesIO(data), compression) as stream:  # type: ignore[arg-type]
        return b"".join(iter(stream.readline, b""))


SKIPPABLE = b"\x50\x2a\x4d\x18\x04\0\0\0note"
CUT = "its compressed data is cut short or damaged"


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
@pytest.mark.parametrize(
    "stored",
    [
        LINES,
        gzip.compress(LINES, mtime=0),
        gzip.compress(LINES[:1000], mtime=0) + gzip.compress(LINES[1000:], mtime=0),
        zst(LINES),
        zst(LINES[:1000]) + zst(b"") + zst(LINES[1000:]),
        zst(LINES, window=28),
        zst(LINES, window=31),
    ],
)
def test_bytes_come_back_when_they_are_whole_whatever_the_name_says(
    stored: bytes, compression: str
) -> None:
    assert read(stored, compression) == LINES


def test_frames_for_others_are_skipped_when_the_name_says_zstandard() -> None:
    assert read(SKIPPABLE + zst(LINES) + SKIPPABLE, ".zst") == LINES


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_nothing_comes_back_when_the_file_is_empty(compression: str) -> None:
    assert read(b"", compression) == b""


@pytest.mark.parametrize("cut", [1, 2, 3, 4, 5, 10, 18, 1000, 50_000, -9, -4, -1])
@pytest.mark.parametrize(
    ("stored", "compression"), [(gzip.compress(LINES, mtime=0), ".gz"), (zst(LINES), ".zst")]
)
def test_reading_fails_when_the_data_is_cut_short(
    stored: bytes, compression: str, cut: int
) -> None:
    with pytest.raises(Unreadable, match=CUT):
        read(stored[:cut], compression)


@pytest.mark.parametrize(
    ("stored", "compression"), [(gzip.compress(LINES, mtime=0), ".gz"), (zst(LINES), ".zst")]
)
def test_reading_fails_when_the_data_is_damaged(stored: bytes, compression: str) -> None:
    middle = len(stored) // 2
    with pytest.raises(Unreadable, match=CUT):
        read(stored[:middle] + bytes(1000) + stored[middle + 1000 :], compression)


@pytest.mark.parametrize("compression", [".gz", ".zst"])
@pytest.mark.parametrize("stored", [b"\0\1\2\3 something", b"PK\3\4\0\0", b"PAR1\x15\x04"])
def test_reading_fails_when_the_data_is_something_else(stored: bytes, compression: str) -> None:
    with pytest.raises(Unreadable, match="not compressed as its name says, or damaged"):
        read(stored, compression)
