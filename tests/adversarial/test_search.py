"""The search finds what it should: planted in each kind of place, in each spelling."""

import base64
import gzip
import io
import json
import pickle
import sqlite3
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import zstandard

from tests.adversarial.canaries import STEMS, plant
from tests.adversarial.search import Search

PLAIN = STEMS["message"] + "xyz"
ACCENTED = STEMS["message_accented"] + "xyz"


def zipped(text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text)
    return target.getvalue()


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "upper-case": lambda text: text.upper().encode() if text.isascii() else text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "json in json": lambda text: json.dumps(json.dumps({"a": text})).encode(),
    "repr of bytes": lambda text: repr(text.encode()).encode(),
    "url": lambda text: urllib.parse.quote(f"/of {text}").encode(),
    "html": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "base64": lambda text: base64.b64encode(f"of {text}".encode()),
    "base64 of url": lambda text: base64.urlsafe_b64encode(f"a{text}b".encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "zlib in base64": lambda text: b'{"a": "%s"}' % base64.b64encode(zlib.compress(text.encode())),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip cut short": lambda text: gzip.compress(text.encode()),
    "zstandard": lambda text: zstandard.compress(text.encode()),
    "zip": zipped,
    "zip in gzip": lambda text: gzip.compress(zipped(text)),
    "pickle": lambda text: pickle.dumps({"a": [text]}),
}


@pytest.mark.parametrize("text", [PLAIN, ACCENTED], ids=["plain", "accented"])
@pytest.mark.parametrize("way", WRITTEN)
def test_search_finds_a_canary_when_it_stands_in_a_file(
    tmp_path: Path, way: str, text: str
) -> None:
    (tmp_path / "some.log").write_bytes(b"before " * 7 + b"\n" if way in ("utf-8", "json") else b"")
    with (tmp_path / "some.log").open("ab") as handle:
        handle.write(WRITTEN[way](f"row {text} of it"))
    (found,) = Search(STEMS).folder(tmp_path).values()
    assert found == {"message" if text == PLAIN else "message_accented"}


def test_search_finds_nothing_when_no_canary_is_there(tmp_path: Path) -> None:
    (tmp_path / "some.log").write_bytes(
        b"".join(make("an ordinary row") for make in WRITTEN.values())
    )
    assert Search(STEMS).folder(tmp_path) == {}


def test_search_finds_a_canary_when_it_is_a_value_of_a_sqlite_database(tmp_path: Path) -> None:
    """Also while it stands in the write-ahead log alone."""
    connection = sqlite3.connect(tmp_path / "runs.db")
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("CREATE TABLE events (event TEXT, body BLOB)")
    body = zlib.compress(PLAIN.encode())
    connection.execute("INSERT INTO events VALUES (?, ?)", (json.dumps({"a": ACCENTED}), body))
    connection.commit()
    found = Search(STEMS).folder(tmp_path)
    connection.close()
    assert found["runs.db"] == {"message", "message_accented"}
    assert found["runs.db-wal"] == {"message_accented"}


def test_search_finds_a_canary_when_duckdb_has_compressed_it(tmp_path: Path) -> None:
    path = tmp_path / "insights.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 'some words ' || range AS a FROM range(9000)")
        connection.execute("INSERT INTO t VALUES (?)", [f"some words {PLAIN}"])
    assert Search(STEMS).folder(tmp_path) == {"insights.duckdb": {"message"}}


def test_search_finds_a_canary_when_it_is_in_a_name(tmp_path: Path) -> None:
    (tmp_path / f"run-{PLAIN}").mkdir()
    (tmp_path / f"run-{PLAIN}" / "empty").touch()
    assert list(Search(STEMS).names(tmp_path).values()) == [{"message"}]


def test_search_finds_a_pseudonym_when_it_stands_outside() -> None:
    assert Search(STEMS).text("user u_" + "0af3" * 8) == {"pseudonym"}


def test_every_kind_of_canary_is_planted_when_sources_are_made(tmp_path: Path) -> None:
    planted = plant(tmp_path, 120)
    texts = [p.read_text("utf-8", "replace") for p in tmp_path.rglob("*") if p.is_file()]
    whole = "\n".join([*texts, *map(str, tmp_path.rglob("*"))])
    escaped = whole.encode().decode("unicode-escape", "replace") if "\\u" in whole else whole
    missing = [kind for kind, stem in STEMS.items() if stem not in whole and stem not in escaped]
    assert missing == []
    assert len(set(planted.planted)) == len(planted.planted)
