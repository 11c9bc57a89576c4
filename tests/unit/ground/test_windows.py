"""Days and windows without Dagster."""

from datetime import date, timedelta

import pytest

from clio_assets.ground.windows import (
    contiguous,
    days_of_calendar,
    first_day_of_window,
    window_of,
    windows_of,
)

SUNDAY = date(2026, 10, 4)


@pytest.mark.parametrize(
    ("kind", "key", "first"),
    [
        ("all", "all", date(2026, 10, 1)),
        ("day", "2026-10-04", SUNDAY),
        ("week", "2026-09-28", date(2026, 9, 28)),
        ("month", "2026-10-01", date(2026, 10, 1)),
    ],
)
def test_window_of_day_is_the_one_that_holds_it_when_kind_is(
    kind: str, key: str, first: date
) -> None:
    assert window_of(SUNDAY, kind) == key  # type: ignore[arg-type]
    assert first_day_of_window(SUNDAY, kind) == first  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "kind", "bounds"),
    [
        ("all", "all", None),
        ("2026-10-04", "day", (SUNDAY, SUNDAY)),
        ("2026-09-28", "week", (date(2026, 9, 28), SUNDAY)),
        ("2026-10-01", "month", (date(2026, 10, 1), date(2026, 10, 31))),
        ("2026-02-01", "month", (date(2026, 2, 1), date(2026, 2, 28))),
        ("2026-12-01", "month", (date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_calendar_days_are_those_of_the_window_when_kind_is(
    window: str, kind: str, bounds: tuple[date, date] | None
) -> None:
    assert days_of_calendar(window, kind) == bounds  # type: ignore[arg-type]


def test_windows_group_days_in_order_when_days_repeat_and_mix() -> None:
    days = [SUNDAY + timedelta(days=1), SUNDAY, SUNDAY]
    assert windows_of(days, "week") == {
        "2026-09-28": [SUNDAY],
        "2026-10-05": [SUNDAY + timedelta(days=1)],
    }


def test_ranges_break_at_holes_when_days_are_missing() -> None:
    days = [SUNDAY + timedelta(days=n) for n in (4, 0, 1, 3)]
    assert contiguous(days) == [
        (SUNDAY, SUNDAY + timedelta(days=1)),
        (SUNDAY + timedelta(days=3), SUNDAY + timedelta(days=4)),
    ]
