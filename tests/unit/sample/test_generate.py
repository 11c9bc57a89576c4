"""Files of a sample: whole or absent, equal bytes for equal settings, truth line by line."""

import errno
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import zstandard

from clio_assets.errors import StageError, UsageError
from clio_assets.home.settings import Format
from clio_assets.sample.generate import SampleSettings, write_sample
from clio_assets.sample.shapes import SHAPES
from clio_assets.sources.formats import detect

T = TypeVar("T")
SMALL = SampleSettings(conversations=300)


def lines(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    if path.name.endswith(".gz"):
        data = gzip.decompress(data)
    elif path.name.endswith(".zst"):
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    return [json.loads(line) for line in data.decode().splitlines()]


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_files_hold_matching_lines_when_written(tmp_path: Path, ending: str) -> None:
    target, truth = tmp_path / f"sample{ending}", tmp_path / f"truth{ending}"
    counts = write_sample(target, truth, SMALL)
    records, facts = lines(target), lines(truth)
    assert [r["conversation_id"] for r in records] == [f["conversation_id"] for f in facts]
    assert counts.conversations == len(records) == 300
    assert counts.users == len({record["user_id"] for record in records})
    assert counts.with_personal_data == sum(bool(fact["personal_data"]) for fact in facts)
    assert counts.flagged == sum(record.get("flagged") is True for record in records)
    assert counts.rare == sum(fact["rare"] for fact in facts)
    assert counts.coordinated == sum(fact["coordinated"] for fact in facts)
    assert counts.edge == sum(fact["edge"] is not None for fact in facts)
    assert counts.duplicates == sum(fact["duplicate_of"] is not None for fact in facts)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([target.name, truth.name])


@pytest.mark.parametrize("shape", SHAPES)
def test_records_have_the_shape_when_one_is_named(tmp_path: Path, shape: Format) -> None:
    target, truth = tmp_path / "sample.jsonl", tmp_path / "truth.jsonl"
    counts = write_sample(target, truth, SampleSettings(conversations=40), shape=shape)
    assert detect(lines(target)[:100]).name == shape
    assert counts.conversations == len(lines(truth)) == 40


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_bytes_are_equal_when_written_twice(tmp_path: Path, ending: str) -> None:
    for name in ("a", "b"):
        write_sample(tmp_path / f"{name}{ending}", tmp_path / f"{name}.truth{ending}", SMALL)
    for kind in ("", ".truth"):
        first = (tmp_path / f"a{kind}{ending}").read_bytes()
        assert first == (tmp_path / f"b{kind}{ending}").read_bytes()


def test_bytes_differ_when_the_seed_does(tmp_path: Path) -> None:
    write_sample(tmp_path / "a.jsonl", tmp_path / "a.truth.jsonl", SMALL)
    other = SampleSettings(conversations=300, seed=9)
    write_sample(tmp_path / "b.jsonl", tmp_path / "b.truth.jsonl", other)
    assert (tmp_path / "a.jsonl").read_bytes() != (tmp_path / "b.jsonl").read_bytes()


def test_bytes_are_equal_when_hashes_are_seeded_differently(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from clio_assets.sample.generate import SampleSettings, write_sample;"
        "write_sample(Path(sys.argv[1]), Path(sys.argv[2]), SampleSettings(conversations=400))"
    )
    digests = set()
    for seed in ("1", "2"):
        paths = [tmp_path / f"{seed}.jsonl", tmp_path / f"{seed}.truth.jsonl"]
        subprocess.run(
            [sys.executable, "-c", code, *map(str, paths)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
        )
        digests.add(tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths))
    assert len(digests) == 1


def test_truth_stays_out_of_the_conversations_when_written(tmp_path: Path) -> None:
    target, truth = tmp_path / "sample.jsonl", tmp_path / "truth.jsonl"
    write_sample(target, truth, SMALL)
    hidden = set(lines(truth)[0]) - {"conversation_id"}
    assert all(not hidden & set(record) for record in lines(target))
    assert all(not hidden & set(record.get("metadata", {})) for record in lines(target))


@pytest.mark.parametrize("name", ["sample.parquet", "sample.json", "sample", "sample.csv.gz"])
def test_name_is_refused_when_its_ending_is_unknown(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="ends in"):
        write_sample(tmp_path / name, tmp_path / "truth.jsonl", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_names_are_refused_when_they_are_one_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two files"):
        write_sample(tmp_path / "a.jsonl", tmp_path / "a.jsonl", SMALL)


def test_error_says_what_the_system_says_when_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="No such file or directory"):
        write_sample(tmp_path / "no" / "a.jsonl", tmp_path / "t.jsonl", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_old_files_stay_when_writing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, truth = tmp_path / "sample.jsonl", tmp_path / "truth.jsonl"
    target.write_text("old")
    truth.write_text("old truth")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("clio_assets.sample.generate.os.fsync", full)
    with pytest.raises(StageError, match="No space left"):
        write_sample(target, truth, SMALL)
    assert target.read_text() == "old"
    assert truth.read_text() == "old truth"
    assert len(list(tmp_path.iterdir())) == 2


def test_progress_sees_every_conversation_when_given(tmp_path: Path) -> None:
    class Counting:
        seen = 0
        total: int | None = None

        def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
            assert label
            self.total = total
            for item in items:
                self.seen += 1
                yield item

    progress = Counting()
    write_sample(tmp_path / "a.jsonl", tmp_path / "t.jsonl", SMALL, progress)
    assert (progress.seen, progress.total) == (300, 300)
