"""Look for strings in every byte below some folders, however they are written or packed."""

import base64
import gzip
import io
import json
import re
import sqlite3
import tarfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

#: Pseudonyms of users and conversations, which are ids too.
PSEUDONYM = re.compile(rb"[uc]_[0-9a-f]{32}")

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_SQLITE = b"SQLite format 3\0"
_DEEPEST = 4


class Search:
    """Needles in all their spellings; what it finds it names by kind, never by content."""

    def __init__(self, needles: Mapping[str, str]) -> None:
        self._spellings = [
            (kind, spelling)
            for kind, needle in needles.items()
            for spelling in dict.fromkeys(s.lower() for s in _spellings(needle))
        ]
        self._coded = [
            (kind, coded) for kind, needle in needles.items() for coded in _in_base64(needle)
        ]

    def text(self, text: str) -> set[str]:
        """Kinds of what is found in a text."""
        return self.data(text.encode("utf-8", "surrogateescape"))

    def data(self, data: bytes) -> set[str]:
        """Kinds of what is found in bytes, in what they hold packed, and in that again."""
        found: set[str] = set()
        for layer in _layers(data):
            lowered = layer.lower()
            found |= {kind for kind, spelling in self._spellings if spelling in lowered}
            found |= {kind for kind, coded in self._coded if coded in layer}
            if PSEUDONYM.search(layer):
                found.add("pseudonym")
        return found

    def names(self, root: Path) -> dict[str, set[str]]:
        """What is found in the names below a folder, its own left out; file number -> kinds."""
        hits = {}
        for number, path in enumerate(sorted(root.rglob("*"))):
            if found := self.text(path.name):
                hits[f"name {number} below {root.name}"] = found
        return hits

    def folder(self, root: Path, without: Iterable[Path] = ()) -> dict[str, set[str]]:
        """What is found in the files below a folder, in bytes and in the values of databases."""
        left_out = tuple(without)
        hits = {}
        for path in sorted(root.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            if any(path.is_relative_to(other) for other in left_out):
                continue
            try:
                found = self.data(path.read_bytes())
                for value in _values(path):
                    found |= self.data(value)
            except FileNotFoundError:
                if not path.name.endswith(_OF_SERVERS):
                    raise
                continue  # a server that is still at work closed its database
            if found:
                hits[str(path.relative_to(root))] = found
        return hits


#: Files that SQLite keeps beside a database while somebody has it open.
_OF_SERVERS = ("-shm", "-wal", "-journal")


def _spellings(needle: str) -> Iterator[bytes]:
    """Ways to write a string down."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        yield needle.encode(encoding)
    yield needle.encode("latin-1", "replace")
    yield needle.encode("unicode-escape")
    once = json.dumps(needle)[1:-1]
    yield once.encode()
    yield json.dumps(once)[1:-1].encode()
    yield needle.encode("ascii", "xmlcharrefreplace")
    yield urllib.parse.quote(needle).encode()
    yield repr(needle.encode())[2:-1].encode()
    yield needle.encode().hex().encode()


def _in_base64(needle: str) -> Iterator[bytes]:
    """What all base64 texts of something that holds the string have in common."""
    for encoding in ("utf-8", "utf-16-le"):
        for before in range(3):
            data = b"\0" * before + needle.encode(encoding)
            coded = base64.b64encode(data)
            inner = coded[4 if before else 0 : len(data) // 3 * 4]
            yield inner
            yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def _layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and whatever is packed in them."""
    yield data
    if depth == _DEEPEST:
        return
    for inner in _unpacked(data):
        yield from _layers(inner, depth + 1)
    if depth or len(data) < 1_000_000:  # values and logs; the values of databases come singly
        for match in _BASE64.finditer(data):
            if match[0].startswith((b"eJ", b"eN", b"H4sI", b"KLUv", b"UEsD", b"eA", b"eF")):
                yield from _layers(_decoded(match[0]), depth + 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"\x1f\x8b":
        yield _gunzipped(data)
    elif data[:1] == b"\x78" and data[1:2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
        yield _inflated(data)
    elif data[:4] == _ZSTANDARD:
        import zstandard

        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as stream:
            yield stream.read()
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                yield member.name.encode()
                inner = archive.extractfile(member)
                yield inner.read() if inner else b""


def _gunzipped(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        try:
            return stream.read()
        except (OSError, EOFError, zlib.error):
            return b""


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


def _decoded(text: bytes) -> bytes:
    plain = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    return base64.b64decode(plain + b"=" * (-len(plain) % 4))


def _values(path: Path) -> Iterator[bytes]:
    """All values of a DuckDB or SQLite database; their compression hides them from the bytes."""
    if path.suffix == ".duckdb":
        yield from _of_duckdb(path)
        return
    with path.open("rb") as handle:
        is_sqlite = handle.read(len(_SQLITE)) == _SQLITE
    if is_sqlite:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.text_factory = bytes
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                quoted = table.decode().replace('"', '""')
                for row in connection.execute(f'SELECT * FROM "{quoted}"'):
                    yield from (value for value in row if isinstance(value, bytes))


def _of_duckdb(path: Path) -> Iterator[bytes]:
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
            yield repr(rows).encode()
