"""Which clusters get parents proposed together (paper, G.7)."""

from dataclasses import dataclass

import numpy as np

from clio_assets.ground.kmeans import group
from clio_assets.ground.types import Indices, Vector
from clio_assets.ground.vectors import mean_direction, nearest

#: Clusters outside a neighbourhood that a proposer sees, so that its parents fit beside them.
OUTSIDERS = 10


@dataclass(frozen=True)
class Positions:
    """Positions of a neighbourhood's clusters and of the nearest ones outside it."""

    inside: list[int]
    outside: list[int]


def neighbourhoods(vectors: Vector, size: int, seed: int) -> list[Positions]:
    """Neighbourhoods of about `size` clusters by k-means, in the order of their first clusters."""
    labels = group(vectors, max(1, round(len(vectors) / size)), seed)
    return [_positions(vectors, np.flatnonzero(labels == n)) for n in range(int(labels.max()) + 1)]


def _positions(vectors: Vector, inside: Indices) -> Positions:
    others = np.setdiff1d(np.arange(len(vectors)), inside)
    centre = mean_direction(vectors[inside])
    near = nearest(centre[np.newaxis], vectors[others], OUTSIDERS)[0]
    return Positions(inside.tolist(), others[near].tolist())
