"""The topics of a map over its windows, as they are sent to the browser: gzipped JSON.

    windows   the map's windows that show the facet, the oldest first: `window`, `kind`, `first_day`
    topics    one a topic, in the order of their names: `topic`, `level`, and `name` (of its newest
              cluster); `points`, its clusters: [place of the window, id, size, share]; `events`,
              what became of it in each window: [place of the window, event, name of the topic that
              it came of or went into, or null]

All of it is published; a topic has no point in a window in which it is in no published cluster.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from clio_assets.explorer.payload import FORMAT, compressed
from clio_assets.ground.windows import map_of
from clio_assets.lake.public import PublicReader


def trends_url(window: str, facet: str) -> str:
    """Where the server gives out the topics of a window's map, relative to the page."""
    return f"data/trends/{quote(window, safe='')}/{quote(facet, safe='')}"


def read_trends(reader: PublicReader, window: str, facet: str) -> dict[str, Any] | None:
    """The topics of the map that a window is of; None where that shows no such facet."""
    windows = [
        row
        for row in reader.rows(
            'SELECT "window", kind, CAST(first_day AS VARCHAR) AS first_day FROM windows '
            'WHERE facet = $facet ORDER BY "window"',
            {"facet": facet},
        )
        if map_of(row["window"]) == map_of(window)
    ]
    place = {row["window"]: at for at, row in enumerate(windows)}
    if window not in place:
        return None
    rows = reader.rows(
        "SELECT trends.*, clusters.name FROM trends LEFT JOIN clusters ON trends.cluster = "
        'clusters.id WHERE trends.facet = $facet ORDER BY trends."window", trends.topic',
        {"facet": facet},
    )
    return {
        "windows": windows,
        "topics": _topics([row for row in rows if row["window"] in place], place),
    }


def encode_trends(trends: Mapping[str, Any]) -> bytes:
    """The topics as bytes; the same topics give the same bytes."""
    text = json.dumps({"format": FORMAT, **trends}, ensure_ascii=False, separators=(",", ":"))
    return compressed(text.encode())


def _topics(rows: list[dict[str, Any]], place: Mapping[str, int]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        at, topic = place[row["window"]], row["topic"]
        one = found.setdefault(
            topic, {"topic": topic, "level": row["level"], "name": "", "points": [], "events": []}
        )
        if row["cluster"] is not None:
            one["name"], one["level"] = row["name"] or "", row["level"]
            one["points"].append([at, row["cluster"], row["size"], row["share"]])
        one["events"].append([at, row["event"], row["related"]])
    for one in found.values():
        for event in one["events"]:
            event[2] = found[event[2]]["name"] if event[2] in found else None
    shown = [one for one in found.values() if one["points"]]
    return sorted(shown, key=lambda one: (one["name"], one["topic"]))
