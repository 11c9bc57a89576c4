"""What the public database holds, as the index of all maps and as one map at a time."""

import hashlib
import json
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote

import numpy as np

from clio_assets.domain.reasons import in_words
from clio_assets.errors import LakeError
from clio_assets.explorer.payload import SUPPRESSED, UNTOLD, Facet, Means, PublishedMap, Whole
from clio_assets.explorer.trends import trends_url
from clio_assets.lake.public import PublicReader
from clio_assets.stages import STAGES

#: Columns of a stage's lineage that are JSON texts.
_NESTED = ("runs", "models", "prompts")

#: Rows whose places are looked up at once, so that a server stays small.
_AT_ONCE = 20_000

_CLUSTERS = (
    'SELECT {} FROM clusters WHERE "window" = $window AND facet = $facet '
    "ORDER BY level DESC, size DESC, id"
)


_NUMBERS = (
    "level, size, users, audit, x, y, "
    f"CAST(coalesce(round(coherence * 100), {UNTOLD}) AS UTINYINT) AS coherence"
)


def read_index(reader: PublicReader) -> dict[str, Any]:
    """The release (digest, time), its maps with the newest first, the windows of which nothing is
    shown, and the policy behind it."""
    released = reader.rows(
        'SELECT "window", manifest, epoch_us(released_at) AS released_at FROM releases '
        'ORDER BY "window"'
    )
    windows = reader.rows(
        "SELECT * FROM windows ORDER BY contains(\"window\", '@'), "
        'last_day DESC, "window" DESC, facet'
    )
    shown = {row["window"] for row in windows}
    policy = reader.rows(
        "SELECT policy_version AS version, policy_digest AS digest FROM lineage "
        "WHERE split_part(cluster, ':', 1) = $window AND stage = 'audited_summaries' LIMIT 1",
        {"window": windows[0]["window"] if windows else ""},
    )
    return {
        "release": {
            "digest": hashlib.sha256(json.dumps(released).encode()).hexdigest()[:32],
            "released_at": _moment(max((row["released_at"] for row in released), default=0)),
        },
        "windows": [_window(row) | _addresses(row["window"], row["facet"]) for row in windows],
        "empty": [row["window"] for row in released if row["window"] not in shown],
        "policy": policy[0] if policy else None,
    }


def url_of(window: str, facet: str) -> str:
    """Where the server gives out a map, relative to the page."""
    return f"data/map/{quote(window, safe='')}/{quote(facet, safe='')}"


def _addresses(window: str, facet: str) -> dict[str, str]:
    return {"url": url_of(window, facet), "trends": trends_url(window, facet)}


def read_map(reader: PublicReader, window: str, facet: str) -> PublishedMap | None:
    """One map, or None where it is not published."""
    chosen = {"window": window, "facet": facet}
    heads = reader.rows('SELECT * FROM windows WHERE "window" = $window AND facet = $facet', chosen)
    if not heads:
        return None
    rows = reader.rows(_CLUSTERS.format("id, parent, name, description"), chosen)
    columns = reader.columns(_CLUSTERS.format(_NUMBERS), chosen)
    order, parent = _preorder([row["id"] for row in rows], [row["parent"] for row in rows])
    rows = [rows[at] for at in order]
    column = {name: numbers[order] for name, numbers in columns.items()}
    numbers = [
        _number(row["id"], f"{window}:{facet}:{level}:")
        for row, level in zip(rows, column["level"].tolist(), strict=True)
    ]
    number = np.array(numbers, dtype=np.int64)
    keys = _keys(column["level"], number)
    return PublishedMap(
        window=_window(heads[0]),
        accounts=read_accounts(reader, window, facet),
        parent=parent,
        number=number,
        **column,
        names=[row["name"] for row in rows],
        descriptions=[row["description"] for row in rows],
        facets=_facets(reader, chosen, keys),
        lineage=_lineage(reader, window, facet),
        verdicts=_verdicts(reader, window),
        means=_means(reader, chosen, keys),
    )


def _window(row: dict[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, date) else v for name, v in row.items()}


def _preorder(ids: list[str], parents: list[str | None]) -> tuple[list[int], Whole]:
    """Rows in preorder, siblings in the order given, and each one's parent in that order."""
    below: defaultdict[str | None, list[int]] = defaultdict(list)
    for row, above in enumerate(parents):
        below[above].append(row)
    order: list[int] = []
    place: dict[str | None, int] = {None: -1}
    waiting = below[None][::-1]
    while waiting:
        row = waiting.pop()
        place[ids[row]] = len(order)
        order.append(row)
        waiting += below[ids[row]][::-1] if ids[row] in below else []
    if len(order) != len(ids):
        raise LakeError("a published map does not hang together; run `clio run` to release again")
    return order, np.array([place[parents[row]] for row in order], dtype=np.int64)


def _number(identifier: str, start: str) -> int:
    """The number at the end of a cluster's id."""
    number = identifier.removeprefix(start)
    if number == identifier or not number.isdecimal():
        raise LakeError("a published cluster has an id of another form; release the window again")
    return int(number)


# --- breakdowns --------------------------------------------------------------------------------


def _keys(level: Whole, number: Whole) -> Whole:
    """One number for a cluster's level and its number in it."""
    return level.astype(np.int64) << 32 | number.astype(np.int64)


def _facets(reader: PublicReader, chosen: dict[str, str], keys: Whole) -> list[Facet]:
    names = reader.rows(
        "SELECT DISTINCT facet FROM breakdowns "
        'WHERE "window" = $window AND clustered_facet = $facet ORDER BY facet',
        chosen,
    )
    kinds = _kinds(reader, chosen["window"])
    return [_facet(reader, {**chosen, "by": row["facet"]}, keys, kinds) for row in names]


#: What attributes call whatever is not told apart.
_OTHER = "other"
#: Attribute -> its kind, and the places of its values where they are declared.
Kinds = dict[str, tuple[str, dict[str, int | None]]]


def _kinds(reader: PublicReader, window: str) -> Kinds:
    found: Kinds = {}
    for row in reader.rows('SELECT * FROM attributes WHERE "window" = $window', {"window": window}):
        _, places = found.setdefault(row["attribute"], (row["kind"], {}))
        places[row["value"]] = row["place"]
    return found


def _in_order(
    base: list[dict[str, Any]], places: dict[str, int | None] | None
) -> list[dict[str, Any]]:
    """Values of an attribute in the order they are declared in, or the largest first and `other`
    last; those of a facet by the numbers in them.
    """
    if places is None:
        return sorted(base, key=lambda row: natural(row["value"]))
    last = len(places)
    return sorted(
        base,
        key=lambda row: (
            last if (place := places.get(row["value"])) is None else place,
            row["value"] == _OTHER,
            -(row["size"] or 0),
            natural(row["value"]),
        ),
    )


def _places(keys: Whole, wanted: Whole) -> Whole:
    """The index of each wanted cluster."""
    order = np.argsort(keys)
    found = np.searchsorted(keys, wanted, sorter=order)
    if (found == len(keys)).any() or (keys[order[found]] != wanted).any():
        raise LakeError("a breakdown names a cluster that is not published; release it again")
    return np.asarray(order[found])


def natural(value: str) -> list[tuple[int, str]]:
    """Sorts texts with numbers in them by the numbers: 2 before 11+."""
    parts = re.split(r"([0-9]+)", value)
    return [(int(part), "") if at % 2 else (-1, part) for at, part in enumerate(parts)]


def _facet(reader: PublicReader, chosen: dict[str, str], keys: Whole, kinds: Kinds) -> Facet:
    """One facet's cells. What has no row is not published, and counts as suppressed."""
    base = reader.rows(
        "SELECT value, max(coalesce(size, -1)) FILTER (WHERE cluster IS NULL) AS size "
        'FROM breakdowns WHERE "window" = $window AND clustered_facet = $facet AND facet = $by '
        "GROUP BY value",
        chosen,
    )
    kind, places = kinds.get(chosen["by"], ("", None))
    base = _in_order(base, places)
    values = [row["value"] for row in base]
    found = reader.columns(
        "SELECT CAST(list_position($values, value) - 1 AS SMALLINT) AS value, "
        "coalesce(size, -1) AS size, "
        "CAST(split_part(cluster, ':', -2) AS TINYINT) AS level, "
        "CAST(split_part(cluster, ':', -1) AS INTEGER) AS number FROM breakdowns "
        'WHERE "window" = $window AND clustered_facet = $facet AND facet = $by '
        "AND cluster IS NOT NULL",
        {**chosen, "values": values},
    )
    cells = np.full((len(values), len(keys)), SUPPRESSED, dtype=np.int32)
    for start in range(0, len(found["size"]), _AT_ONCE):
        part = {name: column[start : start + _AT_ONCE] for name, column in found.items()}
        place = _places(keys, _keys(part["level"], part["number"]))
        cells[part["value"], place] = part["size"]
    sizes = [SUPPRESSED if row["size"] is None else row["size"] for row in base]
    return Facet(chosen["by"], values, np.array(sizes, dtype=np.int64), cells, kind)


def _means(reader: PublicReader, chosen: dict[str, str], keys: Whole) -> list[Means]:
    """The means of attributes; what has no row is not published."""
    rows = reader.rows(
        "SELECT attribute, mean, step, CAST(split_part(cluster, ':', -2) AS TINYINT) AS level, "
        "CAST(split_part(cluster, ':', -1) AS INTEGER) AS number FROM means "
        'WHERE "window" = $window AND clustered_facet = $facet ORDER BY attribute',
        chosen,
    )
    found = []
    for name, own in groupby(rows, key=lambda row: row["attribute"]):
        told = list(own)
        of_window = next((row for row in told if row["number"] is None), {})
        below = [row for row in told if row["number"] is not None]
        level, number = (np.array([row[n] for row in below]) for n in ("level", "number"))
        columns: dict[str, list[float | None]] = {n: [None] * len(keys) for n in ("mean", "step")}
        for place, row in zip(_places(keys, _keys(level, number)).tolist(), below, strict=True):
            for column, values in columns.items():
                values[place] = row[column]
        found.append(Means(name, of_window.get("mean"), of_window.get("step"), *columns.values()))
    return found


def read_accounts(reader: PublicReader, window: str, facet: str) -> list[dict[str, Any]]:
    """What each stage passed on and set aside, in the order of the stages: what was passed on, then
    the reasons, the largest first.
    """
    rows = reader.rows(
        "SELECT stage, reason, conversations FROM accounts "
        'WHERE "window" = $window AND coalesce(facet, $facet) = $facet',
        {"window": window, "facet": facet},
    )
    known = {stage: at for at, stage in enumerate(STAGES)}
    rows.sort(
        key=lambda row: (
            known[row["stage"]],
            row["reason"] is not None,
            row["reason"] == "other",
            -row["conversations"],
            row["reason"] or "",
        )
    )
    return [row | {"text": row["reason"] and in_words(row["reason"])} for row in rows]


# --- where it comes from -----------------------------------------------------------------------


def _lineage(reader: PublicReader, window: str, facet: str) -> list[dict[str, Any]]:
    """One row a stage: it is the same for all clusters of a window."""
    rows = reader.rows(
        "SELECT DISTINCT * EXCLUDE (cluster) FROM lineage WHERE starts_with(cluster, $start)",
        {"start": f"{window}:{facet}:"},
    )
    found = [
        {name: json.loads(v) if name in _NESTED else v for name, v in row.items()} for row in rows
    ]
    known = {stage: at for at, stage in enumerate(STAGES)}
    return sorted(found, key=lambda row: (known.get(row["stage"], len(known)), row["data_digest"]))


def _verdicts(reader: PublicReader, window: str) -> list[dict[str, Any]]:
    rows = reader.rows(
        'SELECT stage, "check", passed, policy_digest, epoch_us(sealed_at) AS sealed_at '
        'FROM verdicts WHERE "window" = $window',
        {"window": window},
    )
    return [row | {"sealed_at": _moment(row["sealed_at"])} for row in rows]


def _moment(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
