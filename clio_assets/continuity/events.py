"""What became of every topic from window to window, by what windows publish and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clio_assets.continuity.schema import TRENDS, Event

Row = Mapping[str, Any]
#: Window and topic -> the topic that it is near to.
Related = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class _Before:
    """What is known when a window's turn comes: the window before, and all topics so far."""

    clusters: Mapping[str, Row]  # of the window before, by topic
    seen: frozenset[str]


def trends_of(
    windows: Sequence[str],
    clusters: Iterable[Row],
    topics: Mapping[str, str],
    related: Related,
) -> pa.Table:
    """The table of a map's windows, given in order; `clusters` are rows of the published table."""
    by_kind: dict[tuple[str, int], dict[str, dict[str, Row]]] = {}
    for row in clusters:
        of_window = by_kind.setdefault((row["facet"], row["level"]), {})
        of_window.setdefault(row["window"], {})[topics[row["id"]]] = row
    rows = [
        {"facet": facet, "level": level, **row}
        for (facet, level), found in sorted(by_kind.items())
        for row in _rows(windows, found, related)
    ]
    return pa.Table.from_pylist(rows, schema=TRENDS)


def _rows(
    windows: Sequence[str], found: Mapping[str, Mapping[str, Row]], related: Related
) -> Iterable[dict[str, Any]]:
    before = _Before({}, frozenset())
    for window in windows:
        here = found.get(window, {})
        for topic in sorted(here.keys() | before.clusters.keys()):
            yield _row(window, topic, here, before, related)
        before = _Before(here, before.seen | here.keys())


def _row(
    window: str, topic: str, here: Mapping[str, Row], before: _Before, related: Related
) -> dict[str, Any]:
    cluster, earlier = here.get(topic), before.clusters.get(topic)
    near = related.get((window, topic))
    if near not in (before.clusters if cluster else here):
        near = None  # it was near a topic that is not published any more
    event = _event(topic, cluster is not None, before, near)
    return {
        "window": window,
        "topic": topic,
        "cluster": cluster and cluster["id"],
        "event": event,
        "related": near if event in ("split", "merged") else None,
        "size": cluster and cluster["size"],
        "share": cluster and cluster["share"],
        "share_before": earlier and earlier["share"],
    }


def _event(topic: str, present: bool, before: _Before, near: str | None) -> Event:
    if not present:
        return "merged" if near else "gone"
    if topic in before.clusters:
        return "continued"
    if not before.seen:
        return "first"
    if topic in before.seen:
        return "back"
    return "split" if near else "new"
