"""What a sensor is told of the files of a source, without any of them being read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.landing.changes import SourceChanges, changed_files
from clio_assets.landing.source import land_source
from clio_assets.sources.files import SourceFile
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared

NOW = 2_000_000_000.0
Write = Callable[..., str]
Plain = Callable[..., dict[str, Any]]


class Sources:
    """A folder of two files that are landed, written to an hour ago."""

    def __init__(self, folder: Path, jsonl: Write, plain: Plain) -> None:
        self.home = Home(folder / "home")
        self.home.prepare()
        self.lake = Lake(LocalStorage(self.home.private), PrivacyPolicy(), Declared())
        self.source = SourceSettings(paths=(str(folder / "in"),))
        self._jsonl, self._plain = jsonl, plain
        for number in (1, 2):
            self.write(number)
        land_source(self.home, self.lake, self.source)

    def write(self, number: int, records: int = 1, seconds_ago: float = 3600) -> Path:
        found = [self._plain(100 * number + n) for n in range(records)]
        path = Path(self._jsonl(found, f"in/{number}.jsonl"))
        os.utime(path, (NOW - seconds_ago, NOW - seconds_ago))
        return path

    def changes(self, *others: SourceSettings) -> SourceChanges:
        return changed_files(self.home, self.lake, (self.source, *others), now=NOW)

    def counts(self) -> tuple[int, int, int, int]:
        found = self.changes()
        return found.new, found.changed, found.gone, found.waiting


@pytest.fixture
def sources(tmp_path: Path, jsonl: Write, plain: Plain) -> Sources:
    return Sources(tmp_path, jsonl, plain)


def test_nothing_is_told_when_no_file_changed(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SourceFile, "open", lambda _: pytest.fail("a file was opened"))
    assert sources.counts() == (0, 0, 0, 0)
    assert not sources.changes().any


def test_files_are_counted_when_they_are_new_changed_or_gone(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.write(1, records=2)
    sources.write(2).unlink()
    sources.write(3)
    sources.write(4)
    monkeypatch.setattr(SourceFile, "open", lambda _: pytest.fail("a file was opened"))
    assert sources.counts() == (2, 1, 1, 0)
    assert sources.changes().any


@pytest.mark.parametrize(("seconds_ago", "waits"), [(59, True), (61, False), (-59, True)])
def test_new_file_waits_when_it_was_written_to_a_moment_ago(
    sources: Sources, seconds_ago: float, waits: bool
) -> None:
    sources.write(3, seconds_ago=seconds_ago)
    assert sources.counts() == ((0, 0, 0, 1) if waits else (1, 0, 0, 0))
    assert sources.changes().any is not waits


def test_changed_file_is_not_gone_when_it_waits(sources: Sources) -> None:
    sources.write(1, records=2, seconds_ago=5)
    assert sources.counts() == (0, 0, 0, 1)


def test_file_does_not_wait_when_it_is_as_it_was_landed(sources: Sources) -> None:
    sources.write(1, records=2, seconds_ago=5)
    land_source(sources.home, sources.lake, sources.source)
    assert sources.counts() == (0, 0, 0, 0)


def test_digest_stays_when_only_time_goes_by_and_changes_when_a_file_does(
    sources: Sources,
) -> None:
    before = sources.changes().digest
    assert sources.changes().digest == before
    sources.write(3, seconds_ago=5)
    waiting = sources.changes().digest
    sources.write(3, seconds_ago=600)
    settled = sources.changes().digest
    assert len({before, waiting, settled}) == 3


def test_all_files_are_new_when_the_source_was_never_landed(
    sources: Sources, jsonl: Write, plain: Plain
) -> None:
    path = jsonl([plain(9)], "other/9.jsonl")
    os.utime(path, (NOW - 3600, NOW - 3600))
    found = sources.changes(SourceSettings(paths=(path,)))
    assert (found.new, found.changed, found.gone) == (1, 0, 0)


def test_source_counts_once_when_it_is_named_twice_with_other_times(sources: Sources) -> None:
    sources.write(3)
    again = sources.source.model_copy(update={"settle_seconds": 5})
    assert sources.changes(again).new == 1


def test_source_is_unlisted_when_it_cannot_be_reached(sources: Sources, tmp_path: Path) -> None:
    found = sources.changes(SourceSettings(paths=(str(tmp_path / "nowhere"),)))
    assert (found.unlisted, found.any) == (1, False)


def test_every_file_counts_as_changed_when_nobody_knows_what_was_landed_of_each(
    sources: Sources,
) -> None:
    (manifest,) = sources.lake.landed()
    folder = sources.home.private / "lake" / "landing" / manifest.key
    (folder / manifest.tables["files"].file).write_bytes(b"")
    assert sources.counts() == (0, 0, 0, 0)  # nothing changed, so nobody has to know
    sources.write(3)
    assert sources.counts() == (0, 3, 0, 0)
