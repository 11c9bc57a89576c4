"""A source that grows: what is read of it, what stays as it was, and what damage does."""

import gzip
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clio_assets.erasure.forget import forget
from clio_assets.erasure.purge import purge
from clio_assets.errors import SourceError, TooManyRejectsError
from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest
from clio_assets.lake.storage import LocalStorage
from clio_assets.landing import update
from clio_assets.landing.known import COUNTS, FILES
from clio_assets.landing.landed import tables_by_day
from clio_assets.landing.source import land_source
from clio_assets.sources.files import SourceFile
from clio_assets.sources.formats import FORMATS
from clio_assets.sources.formats.protocol import PieceFormat
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared

Record = Mapping[str, Any]


def talk(number: int, day: int = 1, user: str = "", **fields: Any) -> Record:
    return {
        "conversation_id": f"c{number}",
        "user_id": user or f"u{number}",
        "started_at": f"2026-03-{day:02}T10:00:00Z",
        "messages": [{"role": "user", "content": f"question {number}"}],
    } | fields


def asked(words: Sequence[str], day: int = 1, user: str = "u") -> Record:
    """A logged request, which is a piece of a conversation."""
    turns: list[dict[str, str]] = []
    for word in words:
        turns += [{"role": "user", "content": word}, {"role": "assistant", "content": "A"}]
    request = {"model": "m", "max_tokens": 9, "messages": turns[:-1]}
    said = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "A"}]}
    return {
        "timestamp": f"2026-03-{day:02}T10:00:{len(words):02}Z",
        "request": request | {"metadata": {"user_id": user}},
        "response": said,
    }


class Folder:
    """A home whose one source is a folder."""

    def __init__(self, path: Path, **fields: Any) -> None:
        self.path = path / "in"
        self.path.mkdir(parents=True)
        self.home = Home(path / "home")
        self.home.prepare()
        self.lake = Lake(LocalStorage(self.home.private), PrivacyPolicy(), Declared())
        self.source = SourceSettings(paths=(str(self.path),), **fields)
        self._clock = 1_800_000_000

    def write(self, name: str, records: Sequence[Record], share: float = 1) -> Path:
        """A file of records, cut off behind a share of its bytes."""
        path = self.path / name
        data = "".join(json.dumps(record) + "\n" for record in records).encode()
        data = gzip.compress(data) if name.endswith(".gz") else data
        path.write_bytes(data[: int(len(data) * share)])
        self._clock += 10
        os.utime(path, (self._clock, self._clock))
        return path

    def land(self, **fields: Any) -> Manifest:
        land_source(self.home, self.lake, self.source, **fields)
        return self.landed()

    def landed(self) -> Manifest:
        (manifest,) = self.lake.landed()
        return manifest

    def rows(self) -> list[dict[str, Any]]:
        manifest = self.landed()
        tables = tables_by_day(manifest).values()
        return [row for name in tables for row in self.lake.load(manifest, name).to_pylist()]

    def ids(self) -> list[str]:
        return sorted(row["source_id"] for row in self.rows())

    def said(self) -> list[str]:
        """Users and numbers of messages, of conversations whose records name none."""
        return sorted(f"{r['user_id']} {len(json.loads(r['messages']))}" for r in self.rows())

    def damage(self) -> list[tuple[str, bool]]:
        rows = self.lake.load(self.landed(), FILES).to_pylist()
        return [(row["damage"], row["kept"]) for row in rows if row["damage"]]

    def digests(self) -> dict[str, str]:
        tables = self.landed().tables
        return {n: t.sha256 for n, t in tables.items() if n.startswith("landed_")}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, max_reject_share=0.4)


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the files that are opened meanwhile."""
    names: list[str] = []
    whole = SourceFile.open

    def noted(file: SourceFile) -> Any:
        names.append(Path(file.path).name)
        return whole(file)

    with monkeypatch.context() as patch:
        patch.setattr(SourceFile, "open", noted)
        yield names


# --- growing ------------------------------------------------------------------------------------


def test_only_the_new_file_is_read_when_a_folder_grows(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (2, 3):
        folder.write(f"{day}.jsonl", [talk(day, day)])
    folder.land()
    before = folder.digests()
    folder.write("1.jsonl", [talk(1, 1), talk(9, 3)])  # in front of all others
    with opened(monkeypatch) as names:
        folder.land()
    assert names == ["1.jsonl"]
    after = folder.digests()
    assert after["landed_2026-03-02"] == before["landed_2026-03-02"]
    assert after["landed_2026-03-03"] != before["landed_2026-03-03"]
    assert folder.ids() == ["c1", "c2", "c3", "c9"]


def test_nothing_is_opened_when_no_file_changed(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("1.jsonl", [talk(1)])
    before = folder.land()
    with opened(monkeypatch) as names:
        assert folder.land() == before
    assert names == []


def test_rows_follow_their_file_when_it_changes_or_goes(folder: Folder) -> None:
    for number in (1, 2, 3):
        folder.write(f"{number}.jsonl", [talk(number, number), talk(number + 10, number)])
    folder.land()
    folder.write("1.jsonl", [talk(1, 1), talk(21, 5)])
    (folder.path / "2.jsonl").unlink()
    manifest = folder.land()
    assert folder.ids() == ["c1", "c13", "c21", "c3"]
    assert sorted(map(str, tables_by_day(manifest))) == ["2026-03-01", "2026-03-03", "2026-03-05"]
    assert manifest.counts["files"] == 2


def test_growing_gives_what_one_landing_gives_when_files_come_change_and_go(
    tmp_path: Path,
) -> None:
    chance = random.Random(7)
    grown, compared = Folder(tmp_path / "grown", max_reject_share=1), 0
    for step in range(14):
        for _ in range(chance.randint(1, 3)):
            records = _some_talks(chance) if chance.random() < 0.6 else _some_pieces(chance)
            grown.write(f"{chance.randint(1, 6)}.jsonl", records)
        if chance.random() < 0.3:
            sorted(grown.path.iterdir())[0].unlink()
        once = Folder(tmp_path / f"once{step}", max_reject_share=1)
        for path in grown.path.iterdir():
            (once.path / path.name).write_bytes(path.read_bytes())
        if not list(once.path.iterdir()):
            continue
        expected, manifest = once.land(), grown.land()
        assert _without_places(grown) == _without_places(once)
        for name in ("rows_in", "rows_kept", "rows_set_aside", "counts"):
            assert getattr(manifest, name) == getattr(expected, name), (step, name)
        compared += 1
    assert compared > 10


def _some_talks(chance: random.Random) -> list[Record]:
    return [
        talk(chance.randint(1, 8), chance.randint(1, 6), "u"),
        talk(chance.randint(1, 8), chance.randint(1, 6), "u"),
        talk(9, messages=None),
    ][: chance.randint(1, 3)]


def _some_pieces(chance: random.Random) -> list[Record]:
    return [
        asked([f"w{n}" for n in range(chance.randint(1, 4))], chance.randint(1, 3), f"p{p}")
        for p in range(3)
    ]


def _without_places(folder: Folder) -> Counter[str]:
    rows = folder.rows()
    return Counter(json.dumps(row | {"file": 0, "line": 0}, default=str) for row in rows)


def test_later_piece_is_joined_and_other_days_stay_when_it_lies_in_a_new_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("1.jsonl", [asked(["a"], 1, "u"), asked(["x"], 2, "v")])
    folder.write("2.jsonl", [talk(7, 7)])
    folder.land()
    before = folder.digests()
    folder.write("0.jsonl", [asked(["a", "b"], 3, "u"), asked(["n"], 4, "w")])
    with opened(monkeypatch) as names:
        folder.land()
    assert sorted(names) == ["0.jsonl", "1.jsonl"]  # every file of pieces, and no other
    assert folder.said() == ["u 4", "u7 1", "v 2", "w 2"]
    after = folder.digests()
    for day in ("2026-03-02", "2026-03-07"):
        assert after[f"landed_{day}"] == before[f"landed_{day}"]
    assert after["landed_2026-03-01"] != before["landed_2026-03-01"]


def test_page_names_every_shape_whose_files_are_read_together() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text()
    section = page.partition("### Sources that grow")[2].partition("###")[0]
    listed = section.partition("and no\nothers: ")[2].partition(".")[0]
    pieces = [name for name, shape in FORMATS.items() if isinstance(shape, PieceFormat)]
    assert re.findall("`([a-z-]+)`", listed) == sorted(pieces)


def test_ids_that_several_share_are_counted_when_they_lie_in_files_read_apart(
    folder: Folder,
) -> None:
    folder.write("1.jsonl", [talk(1, user="u")])
    folder.land()
    other = [{"role": "user", "content": "else"}]
    folder.write("2.jsonl", [talk(1, user="u", messages=other)])
    assert folder.land().counts["same_id"] == 1


def test_malformed_records_count_over_the_whole_source_when_one_more_file_is_read(
    folder: Folder,
) -> None:
    folder.write("1.jsonl", [talk(n) for n in range(6)])
    folder.land()
    folder.write("2.jsonl", [talk(9), *(talk(n, messages=None) for n in range(3))])
    manifest = folder.land()
    assert (manifest.rows_in, manifest.rows_kept) == (10, 7)
    folder.write("3.jsonl", [talk(10), *(talk(n, messages=None) for n in range(9))])
    with pytest.raises(TooManyRejectsError, match="12 of 20 records"):
        folder.land()
    assert folder.landed() == manifest


def test_record_of_tomorrow_is_landed_when_its_day_has_come(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = talk(2, started_at="2199-01-01T00:00:00Z")
    folder.write("1.jsonl", [talk(1), far])
    folder.write("2.jsonl", [talk(3)])
    folder.land()
    folder.write("3.jsonl", [talk(4)])
    with opened(monkeypatch) as names:
        folder.land()
    assert sorted(names) == ["1.jsonl", "3.jsonl"]


# --- damage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2.jsonl", "2.jsonl.gz"])
def test_others_land_and_the_rest_follows_when_a_cut_off_file_is_mended(
    folder: Folder, name: str
) -> None:
    talks = [talk(n, 2) for n in range(20)]
    folder.write("1.jsonl", [talk(100)])
    folder.write(name, talks, share=0.6)
    manifest = folder.land()
    assert "c100" in folder.ids()
    assert len(folder.damage()) == 1
    assert manifest.rows_set_aside == {"unreadable_file": 1}
    folder.write(name, talks)
    folder.land()
    assert (len(folder.ids()), folder.damage()) == (21, [])


@pytest.mark.parametrize(("name", "share"), [("1.jsonl", 0.5), ("1.jsonl.gz", 0.5), ("1.jsonl", 0)])
def test_landed_copy_stays_when_its_file_is_cut_short(
    folder: Folder, name: str, share: float
) -> None:
    talks = [talk(n, 2) for n in range(20)]
    folder.write(name, talks)
    folder.write("2.jsonl", [talk(30)])
    folder.land()
    before = folder.digests()
    folder.write(name, talks, share)
    folder.write("3.jsonl", [talk(40, 4)])
    manifest = folder.land()
    assert len(folder.ids()) == 22
    assert {n: folder.digests()[n] for n in before} == before
    assert [kept for _, kept in folder.damage()] == [True]
    assert manifest.counts["files_kept_as_before"] == 1
    assert (manifest.rows_in, manifest.rows_kept) == (23, 22)
    folder.write(name, talks[:3])  # mended, and fewer on purpose
    folder.land()
    assert (len(folder.ids()), folder.damage()) == (5, [])


def test_landed_copy_is_lost_when_damage_is_not_looked_at(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test before this one would see without the protection."""
    monkeypatch.setattr(update, "_was_longer", lambda *_: False)
    with pytest.raises(AssertionError):
        test_landed_copy_stays_when_its_file_is_cut_short(folder, "1.jsonl.gz", 0.5)


def test_more_is_landed_when_a_cut_off_file_has_grown(folder: Folder) -> None:
    talks = [talk(n, 2) for n in range(200)]
    folder.write("1.jsonl", talks[:5])
    folder.land()
    folder.write("1.jsonl", talks, share=0.9)
    folder.land()
    assert len(folder.ids()) > 5
    assert [kept for _, kept in folder.damage()] == [False]


def test_conversations_stay_when_a_file_of_pieces_is_cut_short(folder: Folder) -> None:
    pieces = [asked([f"{n}"], 1 + n % 3, f"u{n}") for n in range(9)]
    folder.write("1.jsonl.gz", pieces)
    folder.write("2.jsonl", [asked(["a"], 5, "v")])
    folder.land()
    before = folder.digests()
    folder.write("1.jsonl.gz", pieces, share=0.4)
    folder.write("2.jsonl", [asked(["a"], 5, "v"), asked(["a", "b"], 6, "v")])
    folder.land()
    assert folder.said() == [*(f"u{n} 2" for n in range(9)), "v 4"]
    changed = {name for name, digest in folder.digests().items() if before[name] != digest}
    assert changed == {"landed_2026-03-05"}
    folder.write("1.jsonl.gz", pieces[:2])
    folder.land()
    assert folder.said() == ["u0 2", "u1 2", "v 4"]


def test_source_stops_and_its_copy_stays_when_no_file_can_be_read(folder: Folder) -> None:
    path = folder.write("1.jsonl.gz", [talk(1)])
    manifest = folder.land()
    path.write_bytes(b"\x1f\x8b\x08garbage")
    with pytest.raises(SourceError, match="file 1 of 1 of the source cannot be read"):
        folder.land()
    assert folder.landed() == manifest


@pytest.mark.parametrize(("share", "stops"), [(0.5, True), (0.7, False)])
def test_source_stops_and_its_copy_stays_when_too_many_files_cannot_be_read(
    folder: Folder, share: float, stops: bool
) -> None:
    for number in (1, 2, 3):
        folder.write(f"{number}.jsonl", [talk(number)])
    manifest = folder.land()
    folder.source = folder.source.model_copy(update={"max_unreadable_share": share})
    for number in (1, 2):
        folder.write(f"{number}.jsonl", [talk(number)], share=0.5)
    if stops:
        with pytest.raises(SourceError, match=r"2 of 3 files .* breaks off in line 1 \(2\)"):
            folder.land()
        assert folder.landed() == manifest
    else:
        folder.land()
    assert folder.ids() == ["c1", "c2", "c3"]


def test_file_is_tried_again_when_it_was_closed_and_looks_the_same(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("1.jsonl", [talk(1)])
    folder.write("2.jsonl", [talk(2)])
    whole = SourceFile.open

    def closed(file: SourceFile) -> Any:
        if file.path.endswith("2.jsonl"):
            raise PermissionError(13, "Permission denied")
        return whole(file)

    with monkeypatch.context() as patch:
        patch.setattr(SourceFile, "open", closed)
        folder.land()
    assert folder.damage() == [("Permission denied", False)]
    folder.land()
    assert (folder.ids(), folder.damage()) == (["c1", "c2"], [])


@pytest.mark.parametrize(("share", "tried"), [(0.05, True), (0.5, False)])
def test_damaged_file_is_tried_again_only_when_nothing_of_it_could_be_used(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, share: float, tried: bool
) -> None:
    folder.write("1.jsonl", [talk(1)])
    folder.write("2.jsonl", [talk(n) for n in range(2, 12)])
    folder.land()
    folder.write("2.jsonl", [talk(n) for n in range(2, 12)], share)
    manifest = folder.land()
    where = folder.home.private / "lake" / "landing" / manifest.key / "manifest.json"
    written = where.stat().st_mtime_ns
    with opened(monkeypatch) as names:
        folder.land()
    assert names == (["2.jsonl"] if tried else [])
    assert where.stat().st_mtime_ns == written  # nothing is written for the same again


def test_others_land_when_a_link_leads_nowhere(folder: Folder) -> None:
    folder.write("1.jsonl", [talk(1)])
    (folder.path / "2.jsonl").symlink_to(folder.path / "nowhere")
    folder.land()
    assert (folder.ids(), len(folder.damage())) == (["c1"], 1)


# --- waiting ------------------------------------------------------------------------------------


def test_earlier_copy_stays_when_a_changed_file_waits(folder: Folder) -> None:
    path = folder.write("1.jsonl", [talk(1)])
    folder.write("2.jsonl", [talk(2)])
    folder.land()
    os.utime(folder.write("1.jsonl", [talk(1), talk(11)]))
    folder.write("3.jsonl", [talk(3)])
    folder.land(settle_seconds=600)
    assert folder.ids() == ["c1", "c2", "c3"]
    os.utime(path, (1, 1))
    folder.land(settle_seconds=600)
    assert folder.ids() == ["c1", "c11", "c2", "c3"]


def test_rows_stay_when_their_file_waits_under_another_name(folder: Folder) -> None:
    path = folder.write("1.jsonl", [talk(1)])
    folder.write("2.jsonl", [talk(2)])
    os.utime(path)
    folder.land()
    path.rename(folder.path / "0.jsonl")
    folder.write("3.jsonl", [talk(3)])
    folder.land(settle_seconds=600)
    assert folder.ids() == ["c1", "c2", "c3"]
    assert folder.land().counts["files"] == 3
    assert folder.ids() == ["c1", "c2", "c3"]


def test_nothing_is_landed_when_every_file_waits(folder: Folder) -> None:
    os.utime(folder.write("1.jsonl", [talk(1)]))
    land_source(folder.home, folder.lake, folder.source, settle_seconds=600)
    assert list(folder.lake.landed()) == []


# --- what was landed before ---------------------------------------------------------------------


def test_untouched_days_keep_their_bytes_when_an_earlier_version_landed_them(
    folder: Folder, tmp_path: Path
) -> None:
    for day in (1, 2):
        folder.write(f"{day}.jsonl", [talk(day, day)])
    manifest = folder.land()
    tables = {n: t for n, t in manifest.tables.items() if n not in (FILES, COUNTS)}
    where = folder.home.private / "lake" / "landing" / manifest.key / "manifest.json"
    where.write_bytes(manifest.model_copy(update={"tables": tables}).to_bytes())
    folder.land()
    assert FILES not in folder.landed().tables  # nothing changed, so it need not be landed
    before = folder.digests()
    folder.write("3.jsonl", [talk(3, 3), talk(4, 2)])
    folder.land()
    assert folder.digests()["landed_2026-03-01"] == before["landed_2026-03-01"]
    assert folder.ids() == ["c1", "c2", "c3", "c4"]


@pytest.mark.parametrize("table", ["index", FILES, COUNTS, "landed_2026-03-01"])
def test_source_is_read_anew_when_its_landed_copy_is_damaged(folder: Folder, table: str) -> None:
    folder.write("1.jsonl", [talk(1)])
    manifest = folder.land()
    stored = manifest.tables[table].file
    (folder.home.private / "lake" / "landing" / manifest.key / stored).write_bytes(b"")
    folder.write("2.jsonl", [talk(2)])
    manifest = folder.land()
    assert folder.lake.damaged(manifest) == []
    assert folder.ids() == ["c1", "c2"]


def test_forgotten_user_stays_away_and_is_counted_when_the_folder_grows(folder: Folder) -> None:
    folder.write("1.jsonl", [talk(1, 1, "canary"), talk(2, 2)])
    folder.write("2.jsonl", [talk(3, 1, "canary"), talk(4, 4)])
    folder.land()
    folder.home.fix("week", date(2026, 3, 1))
    forget(folder.home, folder.lake, ["canary"])
    folder.write("2.jsonl", [talk(4, 4), talk(5, 5, "canary")])
    folder.write("3.jsonl", [talk(6, 6)])
    manifest = folder.land()
    assert folder.ids() == ["c2", "c4", "c6"]
    assert manifest.rows_set_aside == {"forgotten": 2}
    assert (manifest.rows_in, manifest.rows_kept) == (5, 3)
    files = [p for p in folder.home.private.rglob("*") if p.is_file()]
    assert not [p.name for p in files if b"canary" in p.read_bytes()]


def test_purged_days_stay_away_and_are_counted_when_the_folder_grows(folder: Folder) -> None:
    folder.write("1.jsonl", [talk(1, 1), talk(2, 2), talk(9, 9)])
    folder.land()
    folder.home.fix("day", date(2026, 3, 1))
    purge(folder.home, folder.lake, date(2026, 3, 2))
    folder.write("2.jsonl", [talk(3, 1), talk(4, 9)])
    manifest = folder.land()
    assert folder.ids() == ["c2", "c4", "c9"]
    assert manifest.rows_set_aside == {"past_retention": 2}
    assert manifest.rows_in == 5
    folder.write("1.jsonl", [talk(9, 9)])
    assert folder.land().rows_set_aside == {"past_retention": 1}


def test_no_name_of_a_file_is_kept_when_it_is_landed(folder: Folder) -> None:
    folder.write("canary-person.jsonl", [talk(1)])
    folder.write("canary-other.jsonl.gz", [talk(n) for n in range(20)], share=0.5)
    manifest = folder.land()
    for name in (FILES, COUNTS):
        assert "canary" not in str(folder.lake.load(manifest, name).to_pydict())
    files = [p for p in (folder.home.private / "lake").rglob("*") if p.is_file()]
    assert not [p.name for p in files if b"canary" in p.read_bytes()]
