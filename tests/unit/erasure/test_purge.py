"""Retention: old days and windows go, releases and accounts stay, and nothing comes back."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from clio_assets.erasure.awaiting import awaiting_release
from clio_assets.erasure.purge import cut_off, plan_purge, purge, retention_start
from clio_assets.errors import LakeError
from clio_assets.ground.windows import WindowKind
from clio_assets.home.erasures import horizon, is_purged
from clio_assets.lake.release import released
from clio_assets.landing.landed import landed_days
from clio_assets.workbench.workbench import Workbench
from tests.fakes.lake import predicate_in, root_of
from tests.unit.erasure.world import DAYS, WINDOWS, World, record

SECOND_WEEK = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("kind", "landed", "kept_from"),
    [
        ("day", ["2026-10-01"], "2026-10-07"),
        ("week", ["2026-10-01"], "2026-10-05"),
        ("month", ["2026-10-01"], "2026-10-01"),
        ("all", ["2026-10-01", "2026-10-06"], "2026-10-07"),
        ("all", ["2026-10-01", "2026-10-07"], None),
        ("all", [], "2026-10-07"),
    ],
)
def test_cut_off_keeps_windows_whole_when_a_day_lies_within(
    kind: WindowKind, landed: list[str], kept_from: str | None
) -> None:
    days = [date.fromisoformat(day) for day in landed]
    found = cut_off(date(2026, 10, 7), {"": kind}, days)
    assert found == (date.fromisoformat(kept_from) if kept_from else None)


@pytest.mark.parametrize(
    ("kinds", "kept_from"),
    [
        ({"": "week", "named": "month"}, "2026-10-01"),
        ({"": "month", "named": "day"}, "2026-10-01"),
        ({"": "week", "named": "all"}, "2026-10-05"),
        ({"": "all", "named": "month"}, None),
    ],
)
def test_cut_off_keeps_windows_of_all_maps_whole_when_there_are_several(
    kinds: dict[str, WindowKind], kept_from: str | None
) -> None:
    found = cut_off(date(2026, 10, 7), kinds, [date(2026, 10, 7)])
    assert found == (date.fromisoformat(kept_from) if kept_from else None)


def test_old_days_and_windows_go_when_they_are_past_retention(world: World) -> None:
    done = purge(world.home, world.lake, date(2026, 10, 9))
    assert (done.before, done.days, done.windows) == (SECOND_WEEK, DAYS[:1], WINDOWS[:1])
    assert (done.records, done.partitions) == (6, 7)
    assert set(map(tuple, world.keys().values())) == {DAYS[1:], WINDOWS[1:]}
    assert landed_days(world.lake) == [date.fromisoformat(day) for day in DAYS[1:]]
    index = world.lake.load(world.landing(), "index")
    assert min(index["day"].to_pylist()) >= SECOND_WEEK
    files = [p for p in root_of(world.lake).rglob(f"{DAYS[0]}/*") if p.name != "partition.lock"]
    assert files == []


def test_releases_and_accounts_stay_when_their_days_are_purged(world: World) -> None:
    manifest = world.lake.stored("clusters", WINDOWS[0]).manifest
    purge(world.home, world.lake, SECOND_WEEK)
    assert sorted(released(world.home.release_folders)) == list(WINDOWS)
    assert awaiting_release(world.home) == []
    kept = world.lake.archived("clusters", WINDOWS[0])
    assert [document["manifest"] for document in kept] == [manifest.model_dump(mode="json")]
    assert predicate_in(kept[0]["seal"])["manifest"] == manifest.digest
    landing = world.landing()
    assert landing.rows_set_aside == {"broken_json": 1, "past_retention": 6}
    assert landing.rows_in == landing.rows_kept + 7


def test_purged_days_do_not_come_back_when_the_source_changes(world: World) -> None:
    purge(world.home, world.lake, SECOND_WEEK)
    world.append(record(40, DAYS[0], "u1"), record(41, DAYS[1], "u2"))
    world.land()
    assert landed_days(world.lake) == [date.fromisoformat(day) for day in DAYS[1:]]
    assert world.landing().rows_set_aside == {"broken_json": 1, "past_retention": 7}
    assert [row["user_id"] for row in world.landed(DAYS[1])][-1] == "u2"


def test_home_stays_usable_when_everything_is_purged(world: World) -> None:
    purge(world.home, world.lake, date(2026, 11, 2))
    assert (world.keys(), landed_days(world.lake)) == ({}, [])
    world.append(record(40, DAYS[0], "u1"))
    world.land()
    assert world.landing().rows_kept == 0


def test_purge_changes_nothing_when_it_is_done_again(world: World) -> None:
    purge(world.home, world.lake, SECOND_WEEK)
    before = {p: p.read_bytes() for p in world.home.path.rglob("*") if p.is_file()}
    for asked in (SECOND_WEEK, date(2026, 9, 1)):
        done = purge(world.home, world.lake, asked)
        assert (done.days, done.windows, done.records) == ((), (), 0)
    assert {p: p.read_bytes() for p in world.home.path.rglob("*") if p.is_file()} == before
    assert horizon(world.home.private) == SECOND_WEEK


def test_plan_deletes_nothing_when_it_is_asked_for(world: World) -> None:
    before = {p: p.read_bytes() for p in world.home.path.rglob("*") if p.is_file()}
    plan = plan_purge(world.home, world.lake, SECOND_WEEK)
    assert plan.partitions == 7
    assert {p: p.read_bytes() for p in world.home.path.rglob("*") if p.is_file()} == before


def test_log_tells_what_was_purged_when_it_is_done(world: World) -> None:
    purge(world.home, world.lake, SECOND_WEEK)
    entry = json.loads((world.home.private / "erasure" / "log.jsonl").read_text())
    assert (entry["kind"], entry["before"]) == ("purge", "2026-10-05")
    assert entry["counts"] == {"partitions": 7, "records": 6}


def test_purged_window_is_not_made_again_when_somebody_asks_for_it(world: World) -> None:
    home: Any = world.home
    bench = Workbench(home, world.lake, *[None] * 6)  # type: ignore[arg-type]
    assert bench.days_of(WINDOWS[0]) == [DAYS[0]]
    purge(world.home, world.lake, SECOND_WEEK)
    with pytest.raises(LakeError, match="past retention"):
        bench.days_of(WINDOWS[0])
    assert bench.days_of(WINDOWS[1]) == [DAYS[1]]
    assert bench.days_of("2026-12-28") == []
    assert is_purged(world.home.private, "all")


def test_retention_counts_days_back_from_today_when_a_policy_sets_it() -> None:
    assert retention_start(30, date(2026, 10, 31)) == date(2026, 10, 1)


def test_job_purges_nothing_when_the_policy_sets_no_retention(world: World) -> None:
    from clio_assets.run.jobs import retention

    bench = SimpleNamespace(home=world.home, lake=world.lake, policy=world.home.policy)
    assert retention.execute_in_process(resources={"workbench": bench}).success
    assert horizon(world.home.private) is None


def test_job_purges_what_the_policy_says_when_it_runs(world: World) -> None:
    from clio_assets.run.jobs import retention

    policy = world.home.policy.model_copy(update={"retention_days": 1})
    bench = SimpleNamespace(home=world.home, lake=world.lake, policy=policy)
    result = retention.execute_in_process(resources={"workbench": bench})
    assert result.success
    assert horizon(world.home.private) is not None
