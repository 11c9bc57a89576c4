"""Topics over the windows of a synthetic release: most go on, some end, begin, merge and split."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from clio_assets.continuity.schema import TRENDS
from clio_assets.ground.windows import map_of

#: Of ten leaves one begins anew in each window and one comes of its neighbour; what was there
#: before is gone, or went into the neighbour.
_NEW, _SPLIT, _OF = 3, 7, 10

Row = Mapping[str, Any]


def trends(clusters: pa.Table) -> pa.Table:
    """The table of a release with those clusters."""
    by_map: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in clusters.to_pylist():
        windows = by_map.setdefault((map_of(row["window"]), row["facet"]), {})
        windows.setdefault(row["window"], []).append(row)
    rows = [row for windows in by_map.values() for row in _of_map(windows)]
    return pa.Table.from_pylist(rows, schema=TRENDS)


def _of_map(windows: Mapping[str, list[Row]]) -> Iterable[dict[str, Any]]:
    before: dict[str, Row] = {}
    for at, (window, clusters) in enumerate(sorted(windows.items())):
        here = {_topic(row, at): row for row in clusters}
        for topic, row in here.items():
            earlier = before.get(topic)
            event = "first" if at == 0 else "continued" if earlier else _begun(row)
            yield {
                **{name: row[name] for name in ("window", "facet", "level", "size", "share")},
                "topic": topic,
                "cluster": row["id"],
                "event": event,
                "related": _topic(row, at, -1) if event == "split" else None,
                "share_before": earlier and earlier["share"],
            }
        for topic in before.keys() - here.keys():
            row = before[topic]
            merged = _number(row) % _OF == _SPLIT
            yield {
                **{name: row[name] for name in ("facet", "level")},
                "window": window,
                "topic": topic,
                "event": "merged" if merged else "gone",
                "related": _topic(row, at, -1) if merged else None,
                "share_before": row["share"],
            }
        before = here


def _number(row: Row) -> int:
    return int(row["id"].rpartition(":")[2])


def _topic(row: Row, at: int, beside: int = 0) -> str:
    number = _number(row) + beside
    changes = row["level"] == 0 and number % _OF in (_NEW, _SPLIT)
    return f"t{row['level']}{number:06}{at if changes else 0}"


def _begun(row: Row) -> str:
    return "split" if _number(row) % _OF == _SPLIT else "new"
