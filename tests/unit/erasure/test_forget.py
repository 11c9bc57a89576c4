"""Forgetting users: nothing of them is left, nobody else loses anything, and it stays that way."""

import json
import stat
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from clio_assets.erasure.awaiting import awaiting_release, withdraw_emptied
from clio_assets.erasure.forget import forget
from clio_assets.erasure.stores import Erased
from clio_assets.errors import HomeError, LakeError
from clio_assets.home.erasures import erasure_key, forgotten, pending_intent
from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake
from clio_assets.lake.release import released
from clio_assets.run.declared import declared_by
from clio_assets.stages import SLICES, STAGES
from tests.fakes.lake import folder_of, predicate_in, root_of
from tests.unit.erasure.world import (
    DAYS,
    WANTED,
    WINDOWS,
    World,
    make_day,
    make_window,
    record,
    traces,
)


def test_nothing_is_left_of_a_user_when_they_are_forgotten(world: World) -> None:
    assert len(traces(world.home.path)) >= 9
    done = forget(world.home, world.lake, [WANTED])
    assert traces(world.home.path) == []
    assert (done.users, done.users_found, done.records, done.conversations) == (1, 1, 3, 3)
    assert (done.days, done.windows) == (DAYS[:2], WINDOWS[:2])


def test_partitions_of_other_days_and_windows_stay_when_a_user_is_forgotten(world: World) -> None:
    untouched = {
        path: path.read_bytes()
        for path in root_of(world.lake).rglob(f"*{DAYS[2]}*/**/*")
        if path.is_file()
    } | {p: p.read_bytes() for p in root_of(world.lake).glob(f"landing/*/landed_{DAYS[2]}*")}
    forget(world.home, world.lake, [WANTED])
    assert set(world.keys()) == set(STAGES) - {SLICES}
    assert set(map(tuple, world.keys().values())) == {DAYS[2:], WINDOWS[2:]}
    assert len(untouched) > 1
    assert {path: path.read_bytes() for path in untouched} == untouched


def test_landing_accounts_for_every_record_when_rows_are_taken_out(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    manifest = world.landing()
    assert manifest.rows_set_aside == {"broken_json": 1, "forgotten": 3}
    assert manifest.rows_in == manifest.rows_kept + 4 == 11
    assert [row["user_id"] for row in world.landed(DAYS[0])] == ["u0", "u1", "u2", "u3"]
    assert world.landed(DAYS[1]) == []
    index = world.lake.load(manifest, "index")
    assert index.num_rows == 7
    rejected = world.lake.load(manifest, "rejected").to_pylist()
    assert [(row["reason"], row["record"]) for row in rejected] == [("broken_json", "")]


def test_user_is_not_landed_again_when_the_source_changes(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    world.append(record(40, DAYS[2], WANTED), record(41, DAYS[2], "u9"), '{"half": "text-canary')
    world.land()
    assert traces(world.home.path) == []
    assert "u9" in [row["user_id"] for row in world.landed(DAYS[2])]
    assert world.landing().rows_set_aside == {"broken_json": 2, "forgotten": 4}


def test_user_is_found_by_pseudonym_when_landing_is_clean_already(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    # As if a run that had read the old landing wrote its partitions afterwards.
    stale = World(world.home, world.lake, world.source)
    (world.home.private / "erasure" / "forgotten").unlink()
    stale.append(record(50, DAYS[1], WANTED))
    stale.land()
    make_day(world.lake, DAYS[1])
    forget(world.home, world.lake, [WANTED])
    make = folder_of(world.lake, "clusters", WINDOWS[0])
    assert not list(make.glob("*.parquet"))
    assert traces(world.home.path) == []


def test_partition_goes_when_it_cannot_be_searched(world: World) -> None:
    damaged = next(folder_of(world.lake, "facets", DAYS[2]).glob("facets.*.parquet"))
    damaged.write_bytes(b"not parquet")
    done = forget(world.home, world.lake, ["nobody"])
    assert (done.users_found, done.days, done.windows) == (0, DAYS[2:], WINDOWS[2:])
    assert not damaged.exists()


def test_message_says_what_to_do_when_the_landed_copy_is_damaged(world: World) -> None:
    damaged = next(root_of(world.lake).glob(f"landing/*/landed_{DAYS[2]}*"))
    damaged.write_bytes(b"not parquet")
    with pytest.raises(LakeError, match="remove that folder") as caught:
        forget(world.home, world.lake, [WANTED])
    assert WANTED not in str(caught.value)


def test_leftovers_of_killed_writers_go_when_a_user_is_forgotten(world: World) -> None:
    for place in (("facets", DAYS[2]), ("landing", world.lake.keys("landing")[0])):
        folder = folder_of(world.lake, *place)
        (folder / ".tmp-0123-facets.parquet").write_bytes(b"PAR1 half a table, text-canary")
        (folder / "facets.0123456789abcdef.parquet").write_bytes(b"an older table, text-canary")
    (folder_of(world.lake, "facets", "2026-11-01")).mkdir(mode=0o700)
    (folder_of(world.lake, "facets", "2026-11-01") / ".tmp-1-facets.parquet").write_bytes(
        b"text-canary"
    )
    forget(world.home, world.lake, [WANTED])
    assert [p.name for p in world.home.path.rglob(".tmp-*")] == []
    assert traces_of(b"text-canary", world) == []
    assert world.lake.seal("facets", DAYS[2]) is not None


def traces_of(needle: bytes, world: World) -> list[str]:
    files = (path for path in world.home.path.rglob("*") if path.is_file())
    return [path.name for path in files if needle in path.read_bytes()]


def test_second_call_changes_nothing_when_the_user_is_forgotten(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    before = {p: p.read_bytes() for p in world.home.path.rglob("*") if p.is_file()}
    done = forget(world.home, world.lake, [f"  {WANTED}\n"])
    assert (done.users, done.users_known, done.users_found, done.days) == (1, 1, 0, ())
    assert {p: p.read_bytes() for p in world.home.path.rglob("*") if p.is_file()} == before


def test_unknown_user_is_kept_out_when_they_come_later(world: World) -> None:
    done = forget(world.home, world.lake, ["later"])
    assert (done.users_found, done.conversations, done.windows) == (0, 0, ())
    world.append(record(60, DAYS[2], "later"))
    world.land()
    assert "later" not in [row["user_id"] for row in world.landed(DAYS[2])]


def test_log_names_no_one_when_a_user_is_forgotten(world: World) -> None:
    forget(world.home, world.lake, [WANTED, "nobody"])
    path = world.home.private / "erasure" / "log.jsonl"
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    assert [entry["kind"] for entry in entries] == ["forget"]
    assert entries[0]["counts"] == {
        "users": 2,
        "users_found": 1,
        "records": 3,
        "conversations": 3,
    }
    assert set(entries[0]) == {"id", "at", "kind", "before", "counts", "days", "windows"}
    digests = forgotten(world.home.private)
    assert len(digests) == 2
    assert not any(digest in path.read_text() for digest in digests)
    assert pending_intent(world.home.private) is None


def test_files_are_private_when_a_user_is_forgotten(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    for folder in ("erasure", "purged"):
        entries = [world.home.private / folder, *(world.home.private / folder).rglob("*")]
        assert all(not stat.S_IMODE(entry.stat().st_mode) & 0o077 for entry in entries)
    key = world.home.private / "keys" / "erasure.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_lost_key_stops_everything_when_users_were_forgotten(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    (world.home.private / "keys" / "erasure.key").unlink()
    with pytest.raises(HomeError, match="forgotten users cannot be told"):
        erasure_key(world.home.private)
    world.append(record(70, DAYS[2], WANTED))
    with pytest.raises(HomeError, match="forgotten users cannot be told"):
        world.land()


def test_windows_await_a_release_until_there_is_one_when_they_counted_the_user(
    world: World,
) -> None:
    forget(world.home, world.lake, [WANTED])
    assert awaiting_release(world.home) == list(WINDOWS[:2])
    assert sorted(released(world.home.release_folders)) == list(WINDOWS)
    make_day(world.lake, DAYS[0])
    make_window(world, WINDOWS[0])
    assert awaiting_release(world.home) == [WINDOWS[1]]


def test_window_is_withdrawn_when_nothing_is_left_to_release(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    assert withdraw_emptied(world.home, world.lake) == [WINDOWS[1]]
    assert sorted(released(world.home.release_folders)) == [WINDOWS[0], WINDOWS[2]]
    assert withdraw_emptied(world.home, world.lake) == []
    assert awaiting_release(world.home) == [WINDOWS[0]]


def test_windows_of_a_map_are_withdrawn_when_it_is_not_declared_any_more(world: World) -> None:
    key = "mobile@2026-09-28"
    settings = world.home.path / "clio.toml"
    settings.write_text('[[maps]]\nname = "mobile"\nwhere = { language = "German" }\n')
    home = Home(world.home.path)
    lake = Lake(world.lake.storage, world.lake.policy, declared_by(home))
    make_window(replace(world, home=home, lake=lake), key)
    assert withdraw_emptied(home, lake) == []
    assert key in released(home.release_folders)
    settings.unlink()
    assert withdraw_emptied(Home(home.path), lake) == [key]
    assert sorted(released(home.release_folders)) == list(WINDOWS)
    assert [stage for stage in STAGES if key in lake.stored_keys(stage)] == []
    assert lake.keys("clusters") == list(WINDOWS)


def test_windows_of_all_maps_go_when_a_user_of_their_days_is_forgotten(world: World) -> None:
    settings = world.home.path / "clio.toml"
    settings.write_text(
        '[[maps]]\nname = "mobile"\nwhere = { language = "German" }\ncadence = "month"\n'
    )
    found = forget(Home(world.home.path), world.lake, [WANTED])
    assert found.windows == (*WINDOWS[:2], "mobile@2026-09-01", "mobile@2026-10-01")


def test_manifests_and_seals_are_kept_when_partitions_are_deleted(world: World) -> None:
    manifest = world.lake.stored("facets", DAYS[0]).manifest
    forget(world.home, world.lake, [WANTED])
    kept = world.lake.archived("facets", DAYS[0])
    assert [sorted(document) for document in kept] == [["manifest", "seal"]]
    assert kept[0]["manifest"]["rows_kept"] == manifest.rows_kept == 6
    assert predicate_in(kept[0]["seal"])["manifest"] == manifest.digest


class Store:
    """A store of answers that remembers what it was asked to forget."""

    def __init__(self) -> None:
        self.gone: list[str] = []

    def forget(self, erasure: str, erased: Iterable[Erased], before: date | None) -> int:
        assert erasure
        assert before is None
        self.gone += [transcript for one in erased for transcript in one.gone]
        return len(self.gone)


def test_stores_forget_only_the_users_conversations_when_there_are_any(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store()
    monkeypatch.setattr("clio_assets.erasure.carry_out.stores_of", lambda _: (store,))
    forget(world.home, world.lake, [WANTED])
    assert len(store.gone) == 3
    assert all("text-canary" in transcript for transcript in store.gone)
