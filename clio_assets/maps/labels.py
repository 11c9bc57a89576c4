"""What conversations are broken down by, and told apart by: their facets and the time, as text."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.facets import FacetDefinition
from clio_assets.facets.schema import BUCKETS
from clio_assets.ground.windows import WindowKind


def labels_of(
    facets: pa.Table, definitions: Sequence[FacetDefinition], kind: WindowKind
) -> pa.Table:
    """A FACETS table's categorical and numeric facets and the time, each as text.

    Time is the day in a day or a week, the Monday of the week in longer windows.
    """
    columns = {"conversation": facets["conversation"], "user": facets["user"]}
    for facet in definitions:
        if facet.kind == "computed":
            columns[facet.name] = _bucket(BUCKETS[facet.name], facets[facet.name])
        elif facet.kind != "text":
            columns[facet.name] = facets[facet.name].cast(pa.string())
    columns["flagged"] = facets["flagged"].cast(pa.string())
    unit = "day" if kind in ("day", "week") else "week"
    columns["time"] = pc.strftime(pc.floor_temporal(facets["started_at"], unit=unit), "%Y-%m-%d")
    return pa.table(columns)


def _bucket(buckets: Sequence[tuple[int, str]], numbers: pa.ChunkedArray) -> pa.Array:
    starts = np.array([start for start, _ in buckets])
    names = pa.array([name for _, name in buckets])
    found = np.searchsorted(starts, numbers.to_numpy(), side="right") - 1
    return names.take(pa.array(found, mask=found < 0))
