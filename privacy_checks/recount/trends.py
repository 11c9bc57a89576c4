"""Topics over time, counted again from published clusters, in another way than they were made."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

_ID = re.compile(r"[0-9a-f]{12}")
_NUMBERS = ("size", "share")
#: Events of topics that are there, and of those that are not.
_PRESENT = {"first", "continued", "back", "split", "new"}
_ABSENT = {"gone", "merged"}
_WITH_RELATED = {"split", "merged"}


def faults(
    trends: Sequence[Row],
    clusters: Sequence[Row],
    series: Sequence[Sequence[str]],
    kept: Mapping[str, str],
) -> dict[str, int]:
    """How many rows break each rule; `series` are the windows of each map in order, `kept` the
    topics that other windows had before.
    """
    present = [row for row in trends if row["cluster"] is not None]
    counted = Counter(row["cluster"] for row in present)
    by_id = {row["id"]: row for row in clusters}
    places = {
        (row["window"], row["facet"], row["level"], row["topic"]): row["cluster"] for row in present
    }
    earlier = {window: keys[:at] for keys in series for at, window in enumerate(keys)}
    return {
        "clusters": sum(counted[i] != 1 for i in by_id) + len(counted.keys() - by_id.keys()),
        "twice": len(trends) - len({_place(row) for row in trends}),
        "form": sum(_ID.fullmatch(row["topic"]) is None for row in trends),
        "changed": sum(
            row["topic"] != kept[row["cluster"]] for row in present if row["cluster"] in kept
        ),
        "numbers": sum(_other_numbers(row, by_id) for row in trends),
        "events": sum(row["event"] not in _expected(row, places, earlier) for row in trends),
        "before": sum(
            row["share_before"] != _before(row, places, earlier, by_id) for row in trends
        ),
        "gone": _not_told(trends, places, earlier),
        "related": sum(_wrongly_related(row, places, earlier) for row in trends),
    }


def _place(row: Row) -> tuple[Any, ...]:
    return row["window"], row["facet"], row["level"], row["topic"]


def _other_numbers(row: Row, by_id: Mapping[str, Row]) -> bool:
    """Whether a row has other numbers than its cluster, or is of another place."""
    if row["cluster"] is None:
        return any(row[name] is not None for name in _NUMBERS)
    cluster = by_id.get(row["cluster"])
    names = ("window", "facet", "level", *_NUMBERS)
    return cluster is None or any(row[name] != cluster[name] for name in names)


def _expected(
    row: Row, places: Mapping[tuple[Any, ...], str], earlier: Mapping[str, Sequence[str]]
) -> set[str]:
    """The events that a row may have, by the windows that its topic is in."""
    before = earlier[row["window"]]
    _, *rest = _place(row)
    inside = [(window, *rest) in places for window in before]
    if row["cluster"] is None:
        return _ABSENT if inside and inside[-1] else set()
    if inside and inside[-1]:
        return {"continued"}
    kind = row["facet"], row["level"]
    if not any(window in before and (facet, level) == kind for window, facet, level, _ in places):
        return {"first"}
    return {"back"} if any(inside) else {"split", "new"}


def _before(
    row: Row,
    places: Mapping[tuple[Any, ...], str],
    earlier: Mapping[str, Sequence[str]],
    by_id: Mapping[str, Row],
) -> float | None:
    """The topic's share in the window before."""
    before = earlier[row["window"]]
    cluster = places.get((before[-1], *_place(row)[1:])) if before else None
    return None if cluster is None else by_id[cluster]["share"] if cluster in by_id else None


def _not_told(
    trends: Sequence[Row],
    places: Mapping[tuple[Any, ...], str],
    earlier: Mapping[str, Sequence[str]],
) -> int:
    """Topics of a window before that have no row in the one after, though there is one."""
    told = {_place(row) for row in trends}
    after = {before[-1]: window for window, before in earlier.items() if before}
    return sum((after[window], *rest) not in told for window, *rest in places if window in after)


def _wrongly_related(
    row: Row, places: Mapping[tuple[Any, ...], str], earlier: Mapping[str, Sequence[str]]
) -> bool:
    """Whether a topic is related to one that is not where it should be, or should be to one."""
    if (row["event"] in _WITH_RELATED) != (row["related"] is not None):
        return True
    if row["related"] is None:
        return False
    before = earlier[row["window"]]
    window = row["window"] if row["cluster"] is None else (before[-1] if before else "")
    return (window, row["facet"], row["level"], row["related"]) not in places
