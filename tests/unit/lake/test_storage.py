"""Objects in a folder: whole or absent, for the owner alone, locked one holder at a time."""

import os
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from clio_assets.lake.storage import LocalStorage, is_draft

PREFIX = "lake/facets/2026-09-28"
NAME = f"{PREFIX}/manifest.json"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path)


def test_object_is_replaced_whole_when_it_is_put_again(storage: LocalStorage) -> None:
    assert storage.get(NAME) is None
    assert not storage.exists(NAME)
    storage.put(NAME, b"old")
    storage.put(NAME, b"new")
    assert storage.get(NAME) == b"new"
    assert storage.names(PREFIX) == ["manifest.json"]


def test_old_object_is_left_when_putting_breaks(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put(NAME, b"old")

    def no_space(_: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="no space"):
        storage.put(NAME, b"new")
    assert storage.get(NAME) == b"old"
    assert storage.names(PREFIX) == ["manifest.json"]


def test_draft_is_no_object_until_it_is_kept(storage: LocalStorage) -> None:
    with storage.lock(PREFIX):
        draft = storage.draft(f"{PREFIX}/facets.parquet")
        draft.sink.write(b"bytes")
        assert [is_draft(name) for name in storage.names(PREFIX)] == [True]
        digest = draft.digest()
        draft.keep("facets.0123.parquet")
        draft.drop()
    assert storage.names(PREFIX) == ["facets.0123.parquet"]
    assert storage.digest(f"{PREFIX}/facets.0123.parquet") == digest
    with storage.open(f"{PREFIX}/facets.0123.parquet") as source:
        assert source.read() == b"bytes"


def test_nothing_is_left_when_a_draft_is_dropped(storage: LocalStorage) -> None:
    with storage.lock(PREFIX):
        draft = storage.draft(f"{PREFIX}/facets.parquet")
        draft.sink.write(b"bytes")
        draft.drop()
    assert storage.names(PREFIX) == []


def test_folders_and_names_are_those_right_below_when_they_are_listed(
    storage: LocalStorage,
) -> None:
    storage.put(NAME, b"1")
    storage.put("lake/facets/2026-09-29/seal.json", b"2")
    assert storage.folders("lake") == ["facets"]
    assert storage.folders("lake/facets") == ["2026-09-28", "2026-09-29"]
    assert storage.names("lake/facets") == []
    assert (storage.folders("purged"), storage.names("purged")) == ([], [])


def test_lock_is_no_object_and_stays_when_everything_is_deleted(storage: LocalStorage) -> None:
    with storage.lock(PREFIX):
        storage.put(NAME, b"1")
        storage.delete([NAME, f"{PREFIX}/absent.json"])
        storage.settle(PREFIX)
    assert storage.names(PREFIX) == []
    assert [path.name for path in (storage.root / PREFIX).iterdir()] == ["partition.lock"]


def test_second_holder_waits_when_a_prefix_is_locked(storage: LocalStorage) -> None:
    with storage.lock(PREFIX):
        other = FileLock(storage.root / PREFIX / "partition.lock")
        with pytest.raises(Timeout):
            other.acquire(timeout=0)


def test_owner_alone_can_open_anything_when_it_is_written(storage: LocalStorage) -> None:
    with storage.lock(PREFIX):
        storage.put(NAME, b"1")
        draft = storage.draft(f"{PREFIX}/facets.parquet")
        draft.keep("facets.0123.parquet")
    found = {path for path in storage.root.rglob("*") if path.stat().st_mode & 0o077}
    assert found == set()


def test_absent_object_has_no_digest_and_cannot_be_opened(storage: LocalStorage) -> None:
    assert storage.digest(NAME) is None
    with pytest.raises(FileNotFoundError):
        storage.open(NAME)
