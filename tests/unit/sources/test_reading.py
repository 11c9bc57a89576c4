import gzip
import json
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from clio_assets.errors import SourceError
from clio_assets.sources.files import find_files
from clio_assets.sources.reading import read_records

RECORDS = [{"n": 1}, {"n": 2}, {"n": 3}]
LINES = b"".join(json.dumps(r).encode() + b"\n" for r in RECORDS)
ARRAY = json.dumps(RECORDS, indent=1).encode()


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
        ("a.json", b"\n".join(json.dumps(r, indent=2).encode() for r in RECORDS)),
    ],
)
def test_records_are_the_same_when_files_are_of_any_kind(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    assert values(tmp_path / name) == [(1, n, {"n": n}) for n in (1, 2, 3)]


def test_records_are_the_same_when_the_file_is_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(RECORDS), tmp_path / "a.parquet")
    assert values(tmp_path) == [(1, n, {"n": n}) for n in (1, 2, 3)]


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
