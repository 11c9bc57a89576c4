import gzip
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from clio_assets.sources import copies, formats
from clio_assets.sources.files import SourceFile, find_files
from clio_assets.sources.formats.protocol import Database
from clio_assets.sources.readers.protocol import Found, Unreadable
from clio_assets.sources.reading import read_file

QUERY = "SELECT talks.id, turn, said FROM talks JOIN turns ON talk = talks.id ORDER BY turn"
KNOWN = Database({"talks": frozenset({"id"}), "turns": frozenset({"talk", "turn", "said"})}, QUERY)
OTHER = Database({"turns": frozenset({"talk", "colour"})}, "SELECT 'wrong' AS kind")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "DATABASES", (("sharegpt", OTHER), ("plain", KNOWN)))


def fill(connection: sqlite3.Connection, turns: int = 100) -> None:
    connection.execute("CREATE TABLE talks (id TEXT, name TEXT)")
    connection.execute("CREATE TABLE turns (talk TEXT, turn INTEGER, said TEXT)")
    connection.execute("INSERT INTO talks VALUES ('t', 'canary')")
    said = [("t", n, f"canary {n} " * 20) for n in range(turns)]
    connection.executemany("INSERT INTO turns VALUES (?, ?, ?)", said)
    connection.commit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "logs.db"
    with closing(sqlite3.connect(path)) as connection:
        fill(connection)
    return path


def read(path: Path) -> list[Found]:
    [file] = find_files([str(path)])
    return list(read_file(file))


def turns(path: Path) -> list[object]:
    return [(found.value or {})["turn"] for found in read(path)]


def folder(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    place = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.mark.parametrize("name", ["a.db", "a.sqlite", "A.SQLITE3"])
def test_rows_are_records_when_the_tables_are_known(path: Path, name: str) -> None:
    found = read(path.rename(path.with_name(name)))
    assert [record.line for record in found] == list(range(1, 101))
    assert found[7].value == {"id": "t", "turn": 7, "said": "canary 7 " * 20}


def test_nothing_is_left_or_changed_when_a_database_was_read(path: Path, temporary: Path) -> None:
    before = folder(path)
    [file] = find_files([str(path)])
    records = read_file(file)
    next(records)
    assert folder(path) == before
    assert [
        entry for entry in temporary.rglob("*") if entry.is_file() and entry.stat().st_size
    ] == []
    records.close()  # type: ignore[attr-defined]
    assert list(temporary.iterdir()) == []


def packed_gz(path: Path) -> Path:
    packed = path.with_name("logs.db.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def packed_zip(path: Path) -> Path:
    packed = path.with_name("logs.zip")
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for file in path.parent.glob("logs.db*"):
            archive.write(file, file.name)
    return packed


@pytest.mark.parametrize("pack", [packed_gz, packed_zip])
def test_rows_are_the_same_when_the_database_is_packed(
    path: Path, temporary: Path, pack: Callable[[Path], Path]
) -> None:
    assert turns(pack(path)) == list(range(100))
    assert list(temporary.iterdir()) == []


def test_member_is_whole_when_writes_lie_beside_it_in_its_archive(tmp_path: Path) -> None:
    path = tmp_path / "logs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        fill(connection)
        packed = packed_zip(path)
    assert turns(packed) == list(range(100))


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has the database open and writes ahead."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO turns VALUES ('t', 100, 'new')")
        connection.commit()
        yield connection


def test_latest_writes_are_read_when_another_program_has_the_database_open(
    path: Path, writer: sqlite3.Connection
) -> None:
    writer.execute("INSERT INTO turns VALUES ('t', 101, 'not committed')")
    names = {file.name for file in path.parent.iterdir()}
    main, ahead = path.read_bytes(), path.with_name("logs.db-wal").read_bytes()
    assert turns(path) == list(range(101))
    assert {file.name for file in path.parent.iterdir()} == names
    assert path.read_bytes() == main
    assert path.with_name("logs.db-wal").read_bytes() == ahead
    writer.commit()
    assert turns(path) == list(range(102))


def test_identity_changes_when_only_the_writes_ahead_do(
    path: Path, writer: sqlite3.Connection
) -> None:
    [file] = find_files([str(path)])
    before = file.identity()
    writer.execute("INSERT INTO turns VALUES ('t', 101, 'new')")
    writer.commit()
    assert file.identity() != before


def test_database_is_read_when_it_was_closed_well_after_writing_ahead(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO turns VALUES ('t', 100, 'new')")
        connection.commit()
    before = folder(path)
    assert turns(path) == list(range(101))
    assert folder(path) == before
    assert set(before) == {"logs.db"}


def test_half_a_transaction_is_undone_when_a_program_was_stopped_in_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA cache_size = 1")  # so that it is written before it is committed
        connection.execute("BEGIN")
        connection.execute("UPDATE turns SET turn = -1, said = said || said")
        assert path.with_name("logs.db-journal").stat().st_size > 0
        before = folder(path)
        assert turns(path) == list(range(100))
        assert folder(path) == before


WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = " + sys.argv[2])
connection.execute("PRAGMA wal_autocheckpoint = 200")
print(flush=True)
turn = 100
while True:
    connection.execute("INSERT INTO turns VALUES ('t', ?, ?)", (turn, "new " * 500))
    turn += 1
    time.sleep(0.001)
"""


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_rows_are_some_moments_when_another_program_writes_meanwhile(path: Path, mode: str) -> None:
    command = [sys.executable, "-c", WRITER, str(path), mode]
    whole, words = 0, set()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        try:
            program.stdout.readline()
            for _ in range(3):
                try:
                    found = turns(path)
                except Unreadable as error:
                    words.add(str(error).partition(" to it")[0])
                else:
                    whole += 1
                    assert found == list(range(len(found)))
        finally:
            program.kill()
    assert words <= {"another program writes"}
    assert whole or mode == "DELETE"
    assert len(turns(path)) > 100


def test_database_is_read_when_a_file_beside_it_goes_away_as_it_is_looked_at(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = find_files([str(path)])
    alone = file.identity()
    monkeypatch.setattr(
        SourceFile, "beside", lambda self, end: SourceFile(self.filesystem, self.path + end)
    )
    assert turns(path) == list(range(100))
    assert file.identity() == alone


def test_reading_gives_up_when_the_file_changes_all_the_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(100))
    monkeypatch.setattr(copies, "_moment", lambda _: ([next(moments)], b"", []))
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(Unreadable, match="another program writes to it all the time"):
        read(path)


def test_bytes_become_text_when_they_are_some(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM turns")
        rows = [(1, b"caf\xc3\xa9"), (2, b"\x89PNG\0"), (3, None), (4, 1.5)]
        connection.executemany("INSERT INTO turns (talk, turn, said) VALUES ('t', ?, ?)", rows)
        connection.commit()
    said = [(found.value or {})["said"] for found in read(path)]
    assert said == ["café", b"\x89PNG\0", None, "1.5"]


def test_only_the_bad_row_is_set_aside_when_its_text_is_not_utf8(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE turns SET said = CAST(x'63ff' AS TEXT) WHERE turn = 1")
        connection.commit()
    assert [found.reason for found in read(path)][:3] == [None, "invalid_utf8", None]


def test_reading_stops_when_a_row_is_too_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clio_assets.sources.readers.sqlite.LONGEST_RECORD", 1000)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE turns SET said = ? WHERE turn = 5", ("x" * 5000,))
        connection.commit()
    found = []
    [file] = find_files([str(path)])
    with pytest.raises(Unreadable, match="a row behind record 0 is too long"):
        found.extend(read_file(file))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.db", b"", r"no kind of database that is known \(plain, sharegpt\)"),
        ("a.db", b"no database at all " * 500, "no SQLite database"),
        ("a.db", random.Random(1).randbytes(9000), "no SQLite database"),
        ("a.db", b"SQLite format 3\0", "no SQLite database"),
        ("a.db", b"SQLite format 3\0" + bytes(9000), "no SQLite database"),
        ("a.db.gz", gzip.compress(b"SQLite format 3\0" + bytes(9000), mtime=0)[:-9], "cut short"),
        ("a.db.gz", random.Random(1).randbytes(9000), "not compressed as its name says"),
    ],
)
def test_reading_stops_in_words_when_the_file_is_no_database(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Unreadable, match=words):
        read(tmp_path / name)


def test_tables_of_another_kind_are_told_when_none_is_known(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE talks (id, canary)")
        connection.execute("CREATE TABLE turns (talk, turn)")
        connection.commit()
    with pytest.raises(Unreadable, match="no kind of database that is known") as caught:
        read(tmp_path / "a.db")
    assert "canary" not in str(caught.value)


def test_database_is_read_when_its_file_was_not_compressed_after_all(path: Path) -> None:
    assert turns(path.rename(path.with_name("logs.db.gz"))) == list(range(100))


def test_folder_is_looked_into_when_it_is_named_like_a_database(path: Path) -> None:
    inner = path.parent / "x.db" / "logs.sqlite"
    inner.parent.mkdir()
    path.rename(inner)
    assert turns(inner.parent) == list(range(100))


def test_reading_ends_in_words_when_the_file_is_cut_anywhere(path: Path) -> None:
    whole = path.read_bytes()
    for size in [1, 15, 16, 17, 99, 100, *range(1024, len(whole), 1777)]:
        path.write_bytes(whole[:size])
        with pytest.raises(Unreadable) as caught:
            read(path)
        assert "canary" not in str(caught.value)


def test_nothing_but_words_comes_when_pages_are_damaged(path: Path) -> None:
    whole = path.read_bytes()
    dice = random.Random(5)
    words = ""
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(20):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            read(path)
        except Unreadable as error:
            words += str(error)
    assert "damaged" in words
    assert "canary" not in words


def test_copy_is_refused_when_it_swells_beyond_measure(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_LARGE", 2**20)
    packed = path.with_name("logs.db.gz")
    packed.write_bytes(gzip.compress(b"SQLite format 3\0" + bytes(2**23)))
    with pytest.raises(Unreadable, match="more than 200 times as large"):
        read(packed)


def test_seekable_member_is_the_file_itself_when_it_lies_in_no_archive(path: Path) -> None:
    [file] = find_files([str(path)])
    assert isinstance(file, SourceFile)
    with copies.seekable(file) as stream:
        stream.seek(-10, 2)
        assert stream.read() == path.read_bytes()[-10:]
