"""Which ranges of days `clio run` asks Dagster for."""

from datetime import date, timedelta

from clio_assets.run.planning import LONGEST_GAP, ranges

FIRST = date(2026, 9, 28)


def days(*offsets: int) -> list[date]:
    return [FIRST + timedelta(days=offset) for offset in offsets]


def test_ranges_span_days_without_conversations_when_the_hole_is_short() -> None:
    stale = days(0, 1, 5)
    assert ranges(stale, stale) == [(FIRST, FIRST + timedelta(days=5))]


def test_ranges_are_cut_when_the_hole_is_long() -> None:
    stale = days(0, LONGEST_GAP + 2)
    assert ranges(stale, stale) == [(day, day) for day in stale]


def test_ranges_leave_days_out_when_they_are_made_already() -> None:
    assert ranges(days(0, 2), days(0, 1, 2)) == [(day, day) for day in days(0, 2)]


def test_ranges_are_none_when_nothing_is_stale() -> None:
    assert ranges([], days(0, 1)) == []
