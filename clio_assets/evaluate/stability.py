"""Would the base clusters come out alike with another seed, or of other conversations?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from clio_assets.evaluate.agreement import agreement
from clio_assets.ground.types import Indices, Vector

#: Share of the conversations that a resample keeps.
KEPT = 0.8

#: Groups of vectors with a seed: the pure clustering.
Cluster = Callable[[Vector, int], Indices]


@dataclass(frozen=True)
class Steadiness:
    """Means over all pairs of runs."""

    runs: int
    pairs: int
    ari: float
    v_measure: float


def over_seeds(
    vectors: Vector, cluster: Cluster, runs: int, seed: int
) -> Iterator[Mapping[int, int]]:
    """Row -> group, run by run: everything, with as many seeds."""
    for run in range(runs):
        yield dict(enumerate(cluster(vectors, seed + run).tolist()))


def over_resamples(
    vectors: Vector, cluster: Cluster, runs: int, seed: int
) -> Iterator[Mapping[int, int]]:
    """Row -> group, run by run: another 80 % of the rows each time, with one seed."""
    for run in range(runs):
        random = np.random.default_rng((seed, run))
        rows = np.sort(random.choice(len(vectors), round(KEPT * len(vectors)), replace=False))
        yield dict(zip(rows.tolist(), cluster(vectors[rows], seed).tolist(), strict=True))


def steadiness(groupings: list[Mapping[int, int]]) -> Steadiness:
    """How far groupings agree, pair by pair, on the rows that both hold."""
    found = []
    for one, other in combinations(groupings, 2):
        both = sorted(one.keys() & other.keys())
        found.append(agreement([one[row] for row in both], [other[row] for row in both]))
    count = max(1, len(found))
    return Steadiness(
        len(groupings),
        len(found),
        sum(pair.ari for pair in found) / count,
        sum(pair.v_measure for pair in found) / count,
    )
