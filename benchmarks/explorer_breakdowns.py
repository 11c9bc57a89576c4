"""Breakdowns of the synthetic clusters of explorer_release.py: facets and weeks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.explorer_nodes import ROUNDING, Nodes, Real, Whole, upwards
from clio_assets.summaries.schema import PUBLISHED

MIN_CELL = 15

#: Facet -> its values, and how common each is.
FACETS: Mapping[str, tuple[Sequence[str], Sequence[float]]] = {
    "collaboration": (
        (
            "Direct request",
            "Feedback loop",
            "Iteration",
            "Learning",
            "Other",
            "Open question",
            "Role play",
            "Validation",
        ),
        (34, 12, 18, 14, 5, 8, 4, 5),
    ),
    "concern": (("1", "2", "3", "4", "5"), (86, 8, 4, 1.5, 0.5)),
    "flagged": (("false", "true"), (97, 3)),
    "language": (
        (
            "Arabic",
            "Chinese",
            "English",
            "French",
            "German",
            "Japanese",
            "Portuguese",
            "Spanish",
        ),
        (4, 9, 52, 7, 6, 8, 5, 9),
    ),
    "turns": (("1", "11+", "2", "3-5", "6-10"), (41, 5, 24, 20, 10)),
}


def breakdowns(
    nodes: Nodes,
    ids: Sequence[str],
    sizes: Whole,
    head: Mapping[str, Any],
    weeks: Sequence[date],
    generator: np.random.Generator,
) -> pa.Table:
    values = {**FACETS, "time": ([str(week) for week in weeks], np.linspace(1, 1.8, len(weeks)))}
    parts = []
    for facet in sorted(values):
        names, weights = values[facet]
        cells = np.zeros((len(ids), len(names)), dtype=np.int64)
        chances = _chances(nodes, np.asarray(weights, dtype=float), generator)
        cells[nodes.leaves] = _split(sizes[nodes.leaves], chances, generator)
        cells = upwards(nodes, cells)
        rest = head["conversations"] - int(sizes[nodes.parent < 0].sum())
        base = cells[nodes.parent < 0].sum(axis=0) + _split(
            np.array([rest]), np.asarray(weights, dtype=float)[None] / sum(weights), generator
        )
        hidden = _hidden(cells)
        everyone = [head["conversations"]]
        parts.append(_rows(head, facet, names, ([None], base, base, everyone, base < 0)))
        parts.append(_rows(head, facet, names, (ids, cells, base, sizes, hidden)))
    return pa.concat_tables(parts)


def _chances(nodes: Nodes, weights: Real, generator: np.random.Generator) -> Real:
    """Each leaf's shares of the values: the base rate, bent by its parents and by itself."""
    bend = np.zeros((len(nodes.level), len(weights)))
    noise = generator.normal(0, 0.35, bend.shape)
    for row, parent in enumerate(nodes.parent):
        bend[row] = noise[row] + (bend[parent] if parent >= 0 else 0)
    chances = weights * np.exp(bend[nodes.leaves])
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _split(totals: Whole, chances: Real, generator: np.random.Generator) -> Whole:
    """Totals divided over values in units of the rounding: rows sum to the totals."""
    return np.asarray(generator.multinomial(totals // ROUNDING, chances)) * ROUNDING


def _hidden(cells: Whole) -> npt.NDArray[np.bool_]:
    """Cells under the threshold, and the smallest other one where only one would be hidden."""
    hidden = cells < MIN_CELL
    alone = np.flatnonzero(hidden.sum(axis=1) == 1)
    others = np.where(hidden[alone], np.iinfo(np.int64).max, cells[alone])
    hidden[alone, others.argmin(axis=1)] = True
    return hidden


def _rows(
    head: Mapping[str, Any], facet: str, names: Sequence[str], numbers: tuple[Any, ...]
) -> pa.Table:
    """BREAKDOWNS rows; `numbers`: clusters, their cells, the window's, cluster sizes, hidden."""
    clusters, cells, base, totals, hidden = numbers
    count, wide = len(clusters), len(names)
    share = cells / np.asarray(totals)[:, None]
    lift = share / (base / head["conversations"])
    mask = hidden.ravel()
    return pa.table(
        {
            "window": pa.repeat(head["window"], count * wide),
            "clustered_facet": pa.repeat(head["facet"], count * wide),
            "cluster": pa.array(list(clusters), pa.string()).take(
                pa.array(np.repeat(np.arange(count), wide))
            ),
            "facet": pa.repeat(facet, count * wide),
            "value": pa.array(list(names) * count, pa.string()),
            "size": pa.array(cells.ravel(), mask=mask),
            "share": pa.array(share.ravel(), mask=mask),
            "lift": pa.array(lift.ravel(), mask=mask),
            "suppressed": pa.array(mask),
        }
    ).cast(PUBLISHED["breakdowns"])
