"""Which days and windows are asked for, of facts written down."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clio_assets.ground.windows import WindowKind, windows_of
from clio_assets.home.schedule_settings import ScheduleSettings
from clio_assets.run.schedules.asking import (
    Taken,
    ask_for_days,
    ask_for_windows,
    overdue_days,
    overdue_windows,
    window_ranges,
)
from clio_assets.run.schedules.facts import Facts
from tests.fakes.days import MONDAY, days

NOBODY = Taken()
SECOND = "2026-10-05"


def iso(day: date) -> str:
    return day.isoformat()


def facts(count: int = 14, kind: WindowKind = "week", today: date | None = None) -> Facts:
    """Days from a Monday on, all of them and their windows made, as seen on the day after."""
    landed = days(count)
    return Facts(
        today=today or landed[-1] + timedelta(days=1),
        kinds={"": kind},
        windows=windows_of(landed, kind),
        days=tuple(landed),
        stale_days=frozenset(),
    )


def test_nothing_is_asked_for_when_all_is_current() -> None:
    known = facts()
    assert ask_for_days(known, NOBODY).runs == ()
    assert ask_for_windows(known, ScheduleSettings(), "", NOBODY).runs == ()


def test_days_are_asked_for_in_one_run_when_eleven_nights_were_lost() -> None:
    lost = days(11, MONDAY + timedelta(days=3))
    ask = ask_for_days(replace(facts(), stale_days=frozenset(lost)), NOBODY)
    assert ask.runs == ((iso(lost[0]), iso(lost[-1])),)


@pytest.mark.parametrize(
    ("change", "taken", "why"),
    [
        ({"refused": frozenset({"2026-09-30"})}, NOBODY, "refused as it would be again"),
        ({}, Taken(under_way=frozenset({"2026-09-30"})), "under way"),
        ({}, Taken(failed=frozenset({"2026-09-30"})), "failed too often of late"),
    ],
)
def test_day_is_left_out_with_the_reason_when_asking_for_it_is_no_use(
    change: dict[str, Any], taken: Taken, why: str
) -> None:
    stale = frozenset(days(5))
    ask = ask_for_days(replace(facts(), stale_days=stale, **change), taken)
    assert ask.runs == (("2026-09-28", "2026-09-29"), ("2026-10-01", "2026-10-02"))
    assert ask.left_out == ((why, 1),)
    assert ask.said == f"2 runs asked for; left out: 1 {why}"


@pytest.mark.parametrize(("kind", "runs"), [("week", 0), ("all", 1)])
def test_running_day_is_asked_for_only_when_a_window_never_ends(
    kind: WindowKind, runs: int
) -> None:
    today = MONDAY + timedelta(days=13)
    known = replace(facts(kind=kind, today=today), stale_days=frozenset({today}))
    assert len(ask_for_days(known, NOBODY).runs) == runs


def windows_asked(
    known: Facts, settings: ScheduleSettings | None = None, taken: Taken = NOBODY
) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    ask = ask_for_windows(known, settings or ScheduleSettings(), "", taken)
    return ask.runs, [why for why, _ in ask.left_out]


def stale_weeks(weeks: int = 2, today: date | None = None) -> Facts:
    known = facts(7 * weeks, today=today)
    return replace(known, stale_windows=frozenset(known.windows))


def test_windows_are_asked_for_in_one_run_when_eight_weeks_are_stale() -> None:
    known = replace(stale_weeks(8), today=MONDAY + timedelta(days=80))
    assert windows_asked(known) == ((("2026-09-28", "2026-11-16"),), [])


@pytest.mark.parametrize(
    ("change", "taken", "why"),
    [
        ({"stale_days": frozenset({date(2026, 10, 7)})}, NOBODY, "waiting for a day"),
        ({"refused": frozenset({SECOND})}, NOBODY, "refused as it would be again"),
        ({}, Taken(under_way=frozenset({SECOND})), "under way"),
        ({}, Taken(failed=frozenset({SECOND})), "failed too often of late"),
        ({"today": date(2026, 10, 12)}, NOBODY, "not over yet, grace included"),
    ],
)
def test_window_is_left_out_with_the_reason_when_its_time_has_not_come(
    change: dict[str, Any], taken: Taken, why: str
) -> None:
    known = replace(stale_weeks(3), **{"today": date(2026, 10, 20), **change})
    runs, reasons = windows_asked(known, taken=taken)
    assert SECOND not in {key for run in runs for key in run}
    assert reasons[0] == why
    known = replace(stale_weeks(3), today=date(2026, 10, 20))
    assert windows_asked(known) == ((("2026-09-28", "2026-10-12"),), [])


@pytest.mark.parametrize(
    ("grace", "today", "asked"),
    [(0, "2026-10-12", True), (1, "2026-10-12", False), (1, "2026-10-13", True)],
)
def test_window_is_asked_for_when_the_days_of_grace_are_over(
    grace: int, today: str, asked: bool
) -> None:
    known = replace(stale_weeks(), today=date.fromisoformat(today))
    runs, _ = windows_asked(known, ScheduleSettings(grace_days=grace))
    assert (SECOND in {key for run in runs for key in run}) == asked


def test_window_waits_for_no_grace_when_it_is_public_already() -> None:
    known = replace(stale_weeks(), today=date(2026, 10, 9), released=frozenset({SECOND}))
    assert windows_asked(known)[0] == (("2026-09-28", SECOND),)


@pytest.mark.parametrize(
    ("incomplete", "released", "asked"),
    [("hold", False, False), ("hold", True, True), ("publish", False, True)],
)
def test_window_of_four_days_is_held_when_it_is_configured_and_not_public(
    incomplete: Any, released: bool, asked: bool
) -> None:
    known = replace(facts(4), today=date(2026, 10, 20))
    known = replace(
        known,
        stale_windows=frozenset(known.windows),
        released=frozenset(known.windows if released else ()),
    )
    runs, reasons = windows_asked(known, ScheduleSettings(expected_days=5, incomplete=incomplete))
    assert bool(runs) == asked
    assert reasons == ([] if asked else ["held for lack of days"])


def test_windows_of_another_map_are_left_alone_when_one_is_asked_for() -> None:
    known = stale_weeks()
    both = replace(
        known,
        kinds={"": "week", "german": "week"},
        windows={**known.windows, **{f"german@{key}": d for key, d in known.windows.items()}},
        stale_windows=frozenset({f"german@{SECOND}"}),
        today=date(2026, 10, 20),
    )
    assert windows_asked(both)[0] == ()
    ask = ask_for_windows(both, ScheduleSettings(), "german", NOBODY)
    assert ask.runs == ((SECOND, SECOND),)


@pytest.mark.parametrize(
    ("wanted", "busy", "kind", "expected"),
    [
        (["2026-09-28", "2026-10-12"], [], "week", [("2026-09-28", "2026-10-12")]),
        (
            ["2026-09-28", "2026-10-12"],
            ["2026-10-05"],
            "week",
            [("2026-09-28", "2026-09-28"), ("2026-10-12", "2026-10-12")],
        ),
        (
            ["2026-09-28", "2026-12-07"],
            [],
            "week",
            [("2026-09-28", "2026-09-28"), ("2026-12-07", "2026-12-07")],
        ),
        (["2026-08-01", "2026-09-01"], [], "month", [("2026-08-01", "2026-09-01")]),
        (["all"], [], "all", [("all", "all")]),
        ([], [], "week", []),
    ],
)
def test_windows_are_spanned_when_nothing_that_is_made_lies_between(
    wanted: list[str], busy: list[str], kind: WindowKind, expected: list[tuple[str, str]]
) -> None:
    assert window_ranges(wanted, busy, kind) == expected


def test_days_are_overdue_when_over_and_stale_and_nobody_is_at_work() -> None:
    known = replace(facts(), stale_days=frozenset(days(2)))
    at_work = Taken(under_way=frozenset({iso(MONDAY)}))
    assert overdue_days(known, ScheduleSettings(), at_work) == [days(2)[1]]
    assert overdue_days(facts(), ScheduleSettings(), NOBODY) == []


@pytest.mark.parametrize(("expected_days", "overdue"), [(None, 1), (5, 0), (6, 1)])
def test_newest_day_is_overdue_when_more_days_are_silent_than_may_be(
    expected_days: int | None, overdue: int
) -> None:
    known = facts(5, today=MONDAY + timedelta(days=7))  # nothing on Saturday and Sunday
    found = overdue_days(known, ScheduleSettings(expected_days=expected_days), NOBODY)
    assert found == [date(2026, 10, 4)][:overdue]


def test_windows_are_overdue_when_they_are_over_and_neither_public_nor_held() -> None:
    known = replace(stale_weeks(), today=date(2026, 10, 13))
    settings = ScheduleSettings()
    assert overdue_windows(known, settings, "", NOBODY) == ["2026-09-28", SECOND]
    at_work = Taken(under_way=frozenset({SECOND}))
    assert overdue_windows(known, settings, "", at_work) == ["2026-09-28"]
    short = replace(known, windows={**known.windows, SECOND: days(2)})
    hold = ScheduleSettings(expected_days=7, incomplete="hold")
    assert overdue_windows(short, hold, "", NOBODY) == ["2026-09-28"]
