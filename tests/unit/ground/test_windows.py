"""Days and windows without Dagster."""

from datetime import date, timedelta

import pytest

from clio_assets.ground.windows import (
    by_map,
    contiguous,
    days_of_calendar,
    first_day_of_window,
    key_of,
    listed_by_map,
    map_of,
    window_in,
    window_of,
    windows_of,
    windows_of_maps,
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
    ("keys", "listed"),
    [
        ([], ""),
        (["2026-10-05", "2026-09-28"], "2026-09-28, 2026-10-05"),
        (
            ["mobile@all (task)", "2026-09-28 (task)", "german@2026-10-05", "german@2026-09-28"],
            "2026-09-28 (task); map german: 2026-09-28, 2026-10-05; map mobile: all (task)",
        ),
    ],
)
def test_windows_are_listed_map_by_map_when_there_are(keys: list[str], listed: str) -> None:
    assert listed_by_map(keys) == listed


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


@pytest.mark.parametrize(
    ("named", "window", "key"),
    [("", "all", "all"), ("", "2026-10-05", "2026-10-05"), ("mobile", "all", "mobile@all")],
)
def test_key_names_its_map_and_window_when_it_is_read(named: str, window: str, key: str) -> None:
    assert key_of(named, window) == key
    assert (map_of(key), window_in(key)) == (named, window)


def test_windows_are_those_of_every_map_when_there_are_several() -> None:
    days = iter([SUNDAY, SUNDAY + timedelta(days=1)])
    assert windows_of_maps(days, {"": "week", "mobile": "month"}) == {
        "2026-09-28": [SUNDAY],
        "2026-10-05": [SUNDAY + timedelta(days=1)],
        "mobile@2026-10-01": [SUNDAY, SUNDAY + timedelta(days=1)],
    }


def test_keys_of_the_own_map_come_first_when_they_are_in_order() -> None:
    keys = ["a@2026-10-05", "2026-10-05", "b@all", "a@2026-09-28", "2026-09-28"]
    assert by_map(keys) == ["2026-09-28", "2026-10-05", "a@2026-09-28", "a@2026-10-05", "b@all"]
