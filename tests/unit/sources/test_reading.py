import gzip
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.errors import SourceError
from clio_assets.sources.files import SourceFile, find_files
from clio_assets.sources.readers.protocol import Unreadable
from clio_assets.sources.readers.zstandard import zstd
from clio_assets.sources.reading import read_file, read_records

RECORDS = [{"n": 1}, {"n": 2}, {"n": 3}]
LINES = b"".join(json.dumps(r).encode() + b"\n" for r in RECORDS)
ARRAY = json.dumps(RECORDS, indent=1).encode()
INDENTED = b"\n".join(json.dumps(r, indent=2).encode() for r in RECORDS)
TABLE = pa.Table.from_pylist(RECORDS)
CSV = b'id,messages\n1,"[{""role"": ""user"", ""content"": ""hi""}]"\n2,\n'


def values(*paths: Path | str) -> list[tuple[int, int, object]]:
    files = find_files([str(path) for path in paths])
    return [(r.file, r.found.line, r.found.value) for r in read_records(files)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", LINES),
        ("a.ndjson", LINES),
        ("a.JSONL.GZ", gzip.compress(LINES, mtime=0)),
        ("a.jsonl.zst", zstd.compress(LINES)),
        ("a.json", ARRAY),
        ("a.json.gz", gzip.compress(ARRAY, mtime=0)),
        ("a.json.zst", zstd.compress(ARRAY)),
        ("a.json", LINES),
        ("a.json", INDENTED),
    ],
)
def test_records_are_the_same_when_files_are_of_any_kind(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    assert values(tmp_path / name) == [(1, n, {"n": n}) for n in (1, 2, 3)]


def as_parquet(path: Path) -> None:
    pq.write_table(TABLE, path / "a.parquet")


def as_arrow_file(path: Path) -> None:
    with pa.ipc.new_file(path / "a.arrow", TABLE.schema) as writer:
        writer.write_table(TABLE)


def as_arrow_stream(path: Path) -> None:
    with pa.ipc.new_stream(path / "a.arrow", TABLE.schema) as writer:
        writer.write_table(TABLE)


def in_archive(write: Callable[[Path], None]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        write(path)
        [file] = path.iterdir()
        with ZipFile(path / "a.zip", "w", ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
        file.unlink()

    return make


PACKED = [as_parquet, as_arrow_file, as_arrow_stream]


@pytest.mark.parametrize("write", [*PACKED, *map(in_archive, PACKED)])
def test_records_are_the_same_when_the_file_is_binary(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path)
    assert values(tmp_path) == [(1, n, {"n": n}) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", CSV),
        ("a.TSV", CSV.replace(b",m", b"\tm").replace(b',"', b'\t"').replace(b"2,", b"2\t")),
        ("a.csv.gz", gzip.compress(CSV, mtime=0)),
        ("a.csv.zst", zstd.compress(CSV)),
        ("a.csv.gz", CSV),
    ],
)
def test_cells_are_text_when_the_file_is_a_table(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    turns = [{"role": "user", "content": "hi"}]
    assert values(tmp_path) == [
        (1, 2, {"id": "1", "messages": turns}), (1, 3, {"id": "2", "messages": None}),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.jsonl.gz", "a.json.zst"])
@pytest.mark.parametrize(
    "text", [ARRAY, LINES, INDENTED, gzip.compress(ARRAY, mtime=0), zstd.compress(INDENTED)]
)
def test_records_are_the_same_when_the_name_promises_something_else(
    tmp_path: Path, name: str, text: bytes
) -> None:
    (tmp_path / name).write_bytes(text)
    assert [record[2] for record in values(tmp_path)] == RECORDS


def test_files_are_numbered_when_there_are_several() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe({"/clio-reading/b.jsonl": LINES, "/clio-reading/a.json": b'[{"n": 1}]'})
    assert values("memory://clio-reading") == [
        (1, 1, {"n": 1}), *[(2, n, {"n": n}) for n in (1, 2, 3)],
    ]  # fmt: skip
    memory.rm("/clio-reading", recursive=True)


def test_broken_line_costs_only_itself_when_lines_stand_in_a_json_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"n": 1}\n{"n": \n{"n": 3}\n')
    assert values(tmp_path) == [(1, 1, {"n": 1}), (1, 2, None), (1, 3, {"n": 3})]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("canary.jsonl.gz", gzip.compress(LINES, mtime=0)[:-9], "cut short"),
        ("canary.jsonl.gz", b"\0" + LINES, "not compressed as its name says"),
        ("canary.jsonl.zst", zstd.compress(LINES)[:-3], "cut short"),
        ("canary.jsonl.zst", b"\0" + LINES, "not compressed as its name says"),
        ("canary.json", ARRAY[:-9], "JSON is broken at record 3"),
        ("canary.json", b'[{"n": canary}]', "JSON is broken at record 1"),
        ("canary.parquet", LINES, "Parquet data is broken"),
    ],
)
def test_file_is_told_by_number_when_it_cannot_be_read_on(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        values(tmp_path)
    assert str(caught.value).startswith("file 2 of 2 of the source cannot be read: ")
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_system_speaks_without_the_name_when_a_file_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "canary.jsonl"
    path.write_bytes(LINES)
    files = find_files([str(path)])
    path.unlink()
    with pytest.raises(SourceError, match=r"file 1 of 1 .*: No such file or directory") as caught:
        list(read_records(files))
    assert "canary" not in str(caught.value)


class Drive(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """A file system whose driver speaks of what it reads."""

    def open(self, path: str, mode: str = "rb") -> object:
        raise LookupError(f"no canary at {path}")


def test_driver_is_not_quoted_when_it_fails() -> None:
    with pytest.raises(Unreadable, match=r"^reading it failed \(LookupError\)$") as caught:
        list(read_file(SourceFile(Drive(), "canary.jsonl")))
    assert caught.value.__suppress_context__


def test_records_before_the_fault_are_read_when_a_file_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(ARRAY[:-9])
    [file] = find_files([str(tmp_path)])
    records = read_file(file)
    assert [next(records).value, next(records).value] == RECORDS[:2]
    with pytest.raises(Unreadable, match="broken at record 3"):
        next(records)


CASES = Path(__file__).parents[4] / "shared" / "cases"


@pytest.mark.skipif(not CASES.exists(), reason="samples of real loggers are not here")
@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("inputs/06-zips-only", 1),
        ("inputs/07-claude-folder", 6),
        ("inputs/19-array-in.jsonl", 6),
        ("inputs/20-not-gzipped.jsonl.gz", 3),
        ("inputs/21-long-window.jsonl.zst", 24),
        ("inputs/23-save-to-disk", 6),
        ("inputs/src-chatgpt-small-duckdb.parquet", 5),
        ("inputs/src-optional-key-datasets.parquet", 12),
        ("sources/inspect.eval", 2),
        ("sources/otel-traceloop-anthropic.console.json", 6),
    ],
)
def test_records_are_counted_when_a_real_tool_wrote_the_file(name: str, records: int) -> None:
    found = list(read_records(find_files([str(CASES / name)])))
    assert [record.found.reason for record in found] == [None] * records


def test_export_is_read_in_parts_when_the_object_around_it_is_long(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "x" * 2**20}]
    talks = [{"conversation_id": str(n), "messages": turns} for n in range(9)]
    path = tmp_path / "export.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"conversations": talks}).encode(), 1))
    assert values(path) == [(1, n, talk) for n, talk in enumerate(talks, 1)]
