"""Retention: days and windows that are older than they may be leave the private zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clio_assets.erasure.carry_out import carry_out, finish_interrupted
from clio_assets.ground.windows import WindowKind, first_day_of_window, window_in
from clio_assets.home.erasures import Intent, horizon, new_intent_id, one_erasure
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from clio_assets.landing.landed import landed_days, tables_by_day
from clio_assets.stages import STAGES


@dataclass(frozen=True)
class Purged:
    """What one call deletes, in numbers, days and windows.

    `asked` is the first day that was to be kept, `before` the first that is: the days of a window
    stay together. None: everything is kept. `records` were landed for the `days`.
    """

    asked: date
    before: date | None
    records: int
    days: tuple[str, ...]
    windows: tuple[str, ...]
    partitions: int
    finished_earlier: bool = False


def retention_start(retention_days: int, today: date) -> date:
    """The first day that is kept for that many days."""
    return today - timedelta(days=retention_days)


def purge(home: Home, lake: Partitions, asked: date) -> Purged:
    """Delete what lies before the day, as far as whole windows do. The caller holds the home.

    Manifests and seals go to an archive, the public database keeps what was released, and the
    landing sets aside what is older from then on. Doing it again changes nothing.
    """
    with one_erasure(home.private):
        earlier = finish_interrupted(home, lake)
        plan = plan_purge(home, lake, asked)
        kept_from = horizon(home.private)
        new = plan.before is not None and (kept_from is None or kept_from < plan.before)
        if plan.before is not None and (new or plan.days or plan.windows):
            carry_out(home, lake, _intent(plan))
    return Purged(**{**vars(plan), "finished_earlier": earlier})


def plan_purge(home: Home, lake: Partitions, asked: date) -> Purged:
    """What `purge` would delete now."""
    before = cut_off(asked, home.window_kinds, landed_days(lake))
    if before is None:
        return Purged(asked, None, 0, (), (), 0)
    stored = {
        stage.name: [
            key
            for key in lake.stored_keys(stage.name)
            if window_in(key) == "all" or date.fromisoformat(window_in(key)) < before
        ]
        for stage in STAGES.values()
    }
    by_cadence = {
        cadence: {
            key for name, keys in stored.items() if STAGES[name].cadence == cadence for key in keys
        }
        for cadence in ("day", "window")
    }
    days = by_cadence["day"] | {day.isoformat() for day in landed_days(lake) if day < before}
    return Purged(
        asked,
        before,
        _records_before(lake, before),
        tuple(sorted(days)),
        tuple(sorted(by_cadence["window"])),
        sum(map(len, stored.values())),
    )


def cut_off(asked: date, kinds: Mapping[str, WindowKind], landed: list[date]) -> date | None:
    """The first day to keep: a window needs all its days, so those that hold `asked` stay; `kinds`
    are those of the maps.

    A home of one window `all` keeps it until its newest day is older than `asked`. A named map of
    one window `all` is made again of the days that stay.
    """
    if kinds[""] == "all":
        return asked if not landed or landed[-1] < asked else None
    return min(first_day_of_window(asked, kind) for kind in kinds.values() if kind != "all")


def _records_before(lake: Partitions, before: date) -> int:
    return sum(
        manifest.tables[name].rows
        for manifest in lake.landed()
        for day, name in tables_by_day(manifest).items()
        if day < before
    )


def _intent(plan: Purged) -> Intent:
    return Intent(
        id=new_intent_id(),
        kind="purge",
        before=plan.before,
        days=plan.days,
        windows=plan.windows,
        counts={"records": plan.records, "partitions": plan.partitions},
    )
