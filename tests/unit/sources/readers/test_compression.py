import gzip
import io
import random

import pytest
import zstandard

from clio_assets.sources.readers.compression import decompressed

LINES = b"".join(b'{"n": %d}\n' % random.Random(n).randrange(10**12) for n in range(50_000))


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def read(data: bytes, compression: str) -> bytes:
    with decompressed(io.BytesIO(data), compression) as stream:  # type: ignore[arg-type]
        return b"".join(iter(stream.readline, b""))


@pytest.mark.parametrize(
    ("stored", "compression"),
    [
        (LINES, ""),
        (gzip.compress(LINES), ".gz"),
        (gzip.compress(LINES[:1000]) + gzip.compress(LINES[1000:]), ".gz"),
        (zst(LINES), ".zst"),
        (zst(LINES[:1000]) + zst(b"") + zst(LINES[1000:]), ".zst"),
    ],
)
def test_bytes_come_back_when_they_are_whole(stored: bytes, compression: str) -> None:
    assert read(stored, compression) == LINES


def test_nothing_comes_back_when_the_file_is_empty() -> None:
    assert read(b"", ".zst") == read(b"", ".gz") == read(b"", "") == b""


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
@pytest.mark.parametrize(
    ("stored", "compression"), [(gzip.compress(LINES), ".gz"), (zst(LINES), ".zst")]
)
def test_reading_fails_when_the_data_is_cut_short(
    stored: bytes, compression: str, share: float
) -> None:
    with pytest.raises(EOFError):
        read(stored[: int(len(stored) * share)], compression)


@pytest.mark.parametrize(("compression", "error"), [(".gz", gzip.BadGzipFile), (".zst", EOFError)])
def test_reading_fails_when_the_data_is_something_else(
    compression: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read(b"plain text, not compressed", compression)
