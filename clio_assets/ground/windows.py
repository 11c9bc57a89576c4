"""Days and windows as plain strings and dates, without Dagster.

A day's key is its ISO date. A window's key is `all`, or the ISO date of its first day: the day
itself, the Monday of a week, the first of a month. All days are in UTC.

A home has one map of all its conversations, and may have named ones of some of them. The key of a
named map's window is `NAME@WINDOW`: `mobile@2026-01-05`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, Literal

WindowKind = Literal["all", "day", "week", "month"]

_OF_MAP: Final = "@"


def key_of(named: str, window: str) -> str:
    """Key of a map's window; `named` is "" for the home's own map."""
    return f"{named}{_OF_MAP}{window}" if named else window


def map_of(key: str) -> str:
    """Name of the map that a window belongs to; "" for the home's own map, and for a day.

    >>> map_of("mobile@2026-01-05"), map_of("2026-01-05")
    ('mobile', '')
    """
    return key.rpartition(_OF_MAP)[0]


def window_in(key: str) -> str:
    """The window that a key is of, whatever the map.

    >>> window_in("mobile@2026-01-05"), window_in("all")
    ('2026-01-05', 'all')
    """
    return key.rpartition(_OF_MAP)[2]


def by_map(keys: Iterable[str]) -> list[str]:
    """Keys in order: those of the home's own map first, then map by map."""
    return sorted(keys, key=lambda key: (map_of(key), window_in(key)))


def listed_by_map(keys: Iterable[str]) -> str:
    """Windows in one text, map by map; what follows a key, such as a remark, stays with it.

    >>> listed_by_map(["2026-01-05", "mobile@all (request)", "2026-01-12"])
    '2026-01-05, 2026-01-12; map mobile: all (request)'
    """
    of_maps: dict[str, list[str]] = {}
    for key in by_map(keys):
        of_maps.setdefault(map_of(key), []).append(window_in(key))
    return "; ".join(
        f"map {named}: {', '.join(windows)}" if named else ", ".join(windows)
        for named, windows in of_maps.items()
    )


def window_of(day: date, kind: WindowKind) -> str:
    """Key of the window of that kind which holds the day."""
    return "all" if kind == "all" else first_day_of_window(day, kind).isoformat()


def first_day_of_window(day: date, kind: WindowKind) -> date:
    """First calendar day of the day's window; for `all`, of its month, a round place to start."""
    match kind:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month" | "all":
            return day.replace(day=1)


def days_of_calendar(window: str, kind: WindowKind) -> tuple[date, date] | None:
    """First and last calendar day of a window; None for `all`, which has no bounds of its own."""
    if kind == "all":
        return None
    first = date.fromisoformat(window)
    match kind:
        case "day":
            return first, first
        case "week":
            return first, first + timedelta(days=6)
        case "month":
            next_month = (first + timedelta(days=31)).replace(day=1)
            return first, next_month - timedelta(days=1)


def windows_of(days: Iterable[date], kind: WindowKind) -> dict[str, list[date]]:
    """Window key -> its days among those given, both in order."""
    grouped: dict[str, list[date]] = {}
    for day in sorted(set(days)):
        grouped.setdefault(window_of(day, kind), []).append(day)
    return grouped


def windows_of_maps(days: Iterable[date], kinds: Mapping[str, WindowKind]) -> dict[str, list[date]]:
    """As `windows_of`, for several maps: `kinds` has the kind of each one's windows by its name."""
    listed = list(days)
    return {
        key_of(named, window): within
        for named, kind in kinds.items()
        for window, within in windows_of(listed, kind).items()
    }


def contiguous(days: Iterable[date]) -> list[tuple[date, date]]:
    """The days as (first, last) ranges without holes."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges
