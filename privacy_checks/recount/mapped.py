"""Vectors of texts in other languages, mapped once more by the map that a window stores."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.recount.counting import indices_in, joined, matrix

_ENGLISH = "English"

Maps = Mapping[str, npt.NDArray[np.float64]]


def maps_of(bridge: pa.Table) -> Maps:
    """Facet -> its map, shape (inputs, outputs); rows that are not 0, 1, 2 ... make none."""
    maps = {}
    for facet in pc.unique(bridge["facet"]).to_pylist():
        rows = bridge.filter(pc.equal(bridge["facet"], facet)).sort_by("row")
        weights = matrix(rows["weights"]).astype(np.float64)
        if rows["row"].to_pylist() == list(range(len(weights))) and np.isfinite(weights).all():
            maps[facet] = weights
    return maps


def facets_in_other_languages(multilingual: pa.Table) -> set[str]:
    """Facets of which the table holds a text in another language than English."""
    foreign = pc.not_equal(multilingual["language"], _ENGLISH)
    return set(pc.unique(multilingual.filter(foreign)["facet"]).to_pylist())


def bridged_vectors(
    day: pa.Table, multilingual: pa.Table, maps: Maps
) -> tuple[npt.NDArray[np.float32], int]:
    """The vectors of a day's embeddings table, those in other languages mapped where their facet
    has a map; and how many do not fit theirs."""
    vectors = matrix(day["vector"]).copy()
    foreign = multilingual.filter(pc.not_equal(multilingual["language"], _ENGLISH))
    unmapped = 0
    for facet, weights in maps.items():
        rows = foreign.filter(pc.equal(foreign["facet"], facet))
        sources = matrix(rows["vector"]).astype(np.float64)
        at = indices_in(
            joined(rows["facet"], rows["conversation"]), joined(day["facet"], day["conversation"])
        )
        if sources.shape[1] != weights.shape[0] or weights.shape[1] != vectors.shape[1]:
            unmapped += len(sources)
            continue
        images = np.einsum("ij,jk->ik", sources, weights)
        lengths = np.linalg.norm(images, axis=1, keepdims=True)
        kept = at >= 0
        vectors[at[kept]] = (images / np.maximum(lengths, 1e-12))[kept]
        unmapped += int(np.count_nonzero(~kept))
    return vectors, unmapped
