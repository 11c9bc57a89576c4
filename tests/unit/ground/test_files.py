"""A log that every entry is on disk in, whole and on a line of its own."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clio_assets.ground.files import append_line


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was synced, in order: `file` or `folder`, and how many bytes it held by then."""
    calls: list[tuple[str, int]] = []

    def fsync(descriptor: int) -> None:
        found = os.fstat(descriptor)
        folder = stat.S_ISDIR(found.st_mode)
        calls.append(("folder", 0) if folder else ("file", found.st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    return calls


def test_log_is_for_the_owner_alone_when_its_first_line_is_written(log: Path) -> None:
    before = os.umask(0)
    try:
        append_line(log, {"what": "first"})
    finally:
        os.umask(before)
    assert log.stat().st_mode & 0o777 == 0o600


def test_entries_stand_in_order_with_sorted_keys_when_they_are_appended(log: Path) -> None:
    append_line(log, {"b": 1, "a": ["é"]})
    append_line(log, {"at": datetime(2026, 9, 28, tzinfo=UTC)})
    assert log.read_text("utf-8") == (
        '{"a": ["\\u00e9"], "b": 1}\n{"at": "2026-09-28 00:00:00+00:00"}\n'
    )


@pytest.mark.parametrize("torn", ['{"a": 1}\n{"a"', "{", '{"a": 1}'])
def test_entry_begins_on_its_own_line_when_a_crash_cut_the_last_one_short(
    log: Path, torn: str
) -> None:
    log.write_text(torn)
    append_line(log, {"a": 2})
    append_line(log, {"a": 3})
    assert log.read_text() == torn + '\n{"a": 2}\n{"a": 3}\n'


def test_entry_is_on_disk_when_the_call_returns(log: Path, synced: list[tuple[str, int]]) -> None:
    append_line(log, {"a": 1})
    assert synced == [("file", 9), ("folder", 0)]


def test_folder_is_synced_once_when_the_log_is_there_already(
    log: Path, synced: list[tuple[str, int]]
) -> None:
    for number in range(3):
        append_line(log, {"a": number})
    assert synced == [("file", 9), ("folder", 0), ("file", 18), ("file", 27)]


def test_long_entry_is_one_line_when_it_passes_every_buffer(log: Path) -> None:
    append_line(log, {"a": "x" * 1_000_000})
    append_line(log, {"a": 1})
    assert [len(json.loads(line)) for line in log.read_text().splitlines()] == [1, 1]


def test_entry_is_refused_when_the_log_is_no_file(log: Path) -> None:
    log.mkdir()
    with pytest.raises(OSError):
        append_line(log, {"a": 1})
