"""Break every published cluster down by the other facets and over time (paper, B.4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.facets.schema import FacetDefinition
from clio_assets.lake.engine import Engine
from clio_assets.summaries.schema import BREAKDOWNS
from clio_assets.summaries.suppress import Cells, Place, Tree, suppressed_cells
from clio_assets.windows import WindowKind
from privacy_checks.policy import PrivacyPolicy

#: First number of turns of each bucket, and the bucket's name.
TURN_BUCKETS = ((1, "1"), (2, "2"), (3, "3-5"), (6, "6-10"), (11, "11+"))


@dataclass(frozen=True)
class Placed:
    """A published cluster as its breakdowns need it; `id` is null for the whole window."""

    facet: str
    id: str | None
    above: str | None
    size: int


def breakdown_cells(engine: Engine, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Columns clustered_facet, cluster, facet, value, size, users: one row a cell that occurs.

    `tables` are those that breakdowns.sql describes.
    """
    return engine.query(files(__package__).joinpath("breakdowns.sql").read_text("utf-8"), tables)


def attributes(
    facets: pa.Table, definitions: Sequence[FacetDefinition], kind: WindowKind
) -> pa.Table:
    """A FACETS table's categorical and numeric facets and the time, each as text.

    Time is the day in a day or a week, the Monday of the week in longer windows.
    """
    columns = {"conversation": facets["conversation"], "user": facets["user"]}
    for facet in definitions:
        if facet.kind == "computed":
            columns[facet.name] = _bucket(facets[facet.name])
        elif facet.kind != "text":
            columns[facet.name] = facets[facet.name].cast(pa.string())
    columns["flagged"] = facets["flagged"].cast(pa.string())
    unit = "day" if kind in ("day", "week") else "week"
    columns["time"] = pc.strftime(pc.floor_temporal(facets["started_at"], unit=unit), "%Y-%m-%d")
    return pa.table(columns)


def _bucket(numbers: pa.ChunkedArray) -> pa.Array:
    starts = np.array([start for start, _ in TURN_BUCKETS])
    names = pa.array([name for _, name in TURN_BUCKETS])
    found = np.searchsorted(starts, numbers.to_numpy(), side="right") - 1
    return names.take(pa.array(found, mask=found < 0))


def breakdowns_table(
    window: str, cells: pa.Table, places: Sequence[Placed], policy: PrivacyPolicy
) -> pa.Table:
    """The BREAKDOWNS table: cells with share and lift, suppressed where the policy says so.

    `places` are all published clusters and, for each clustered facet, the whole window.
    """
    rows = cells.to_pylist()
    by_place = {(place.facet, place.id): place for place in places}
    mask = _suppressed(rows, by_place, policy)
    window_share = {
        (row["clustered_facet"], row["facet"], row["value"]): _share(row, by_place)
        for row in rows
        if row["cluster"] is None
    }
    published = []
    for row, suppressed in zip(rows, mask, strict=True):
        facet, value, share = row["facet"], row["value"], _share(row, by_place)
        base = window_share[row["clustered_facet"], facet, value]
        published.append(
            {
                "window": window,
                "clustered_facet": row["clustered_facet"],
                "cluster": row["cluster"],
                "facet": facet,
                "value": value,
                "size": None if suppressed else row["size"],
                "share": None if suppressed else share,
                "lift": None if suppressed else share / base,
                "suppressed": suppressed,
            }
        )
    return pa.Table.from_pylist(published, schema=BREAKDOWNS)


def _share(row: Mapping[str, Any], by_place: Mapping[Place, Placed]) -> float:
    size: int = row["size"]
    return size / by_place[row["clustered_facet"], row["cluster"]].size


def _suppressed(
    rows: Sequence[Mapping[str, Any]], by_place: Mapping[Place, Placed], policy: PrivacyPolicy
) -> list[bool]:
    above = {key: (key[0], p.above) for key, p in by_place.items() if p.id is not None}
    held: Counter[Place] = Counter()
    for place, parent in above.items():
        held[parent] += by_place[place].size
    incomplete = frozenset(key for key, place in by_place.items() if held[key] < place.size)
    cells = Cells(
        places=[(row["clustered_facet"], row["cluster"]) for row in rows],
        facets=[row["facet"] for row in rows],
        values=[row["value"] for row in rows],
        sizes=np.array([row["size"] for row in rows], dtype=np.int64),
        users=np.array([row["users"] for row in rows], dtype=np.int64),
    )
    mask: list[bool] = suppressed_cells(cells, Tree(above, incomplete), policy).tolist()
    return mask
