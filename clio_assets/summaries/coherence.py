"""The coherence that is published: coarse, and above the leaves of published numbers alone.

A leaf's is rounded down to a twentieth and never said to be more than `MOST`: that all its
texts are one and the same is not told apart from texts that are nearly so. Above the leaves it is
the mean of the published leaves below, weighted by published sizes, so that it says nothing of
exact sizes or of leaves that are not published, and one bound holds on every level.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from clio_assets.summaries.audit import AuditedCluster, Key

STEPS: Final = 20
MOST: Final = STEPS - 1
#: A stored coherence on a step counts as that step, whatever single precision made of it.
_ON_A_STEP: Final = 1e-6


def published_coherence(
    clusters: Sequence[AuditedCluster], of_leaves: Mapping[Key, float]
) -> dict[Key, float]:
    """Coherence of each published cluster; `clusters` have their published sizes."""
    parents = {cluster.key: cluster.parent for cluster in clusters}
    weights = dict.fromkeys(parents, 0)
    sums = dict.fromkeys(parents, 0)
    for cluster in clusters:
        if cluster.key[1] > 0:
            continue
        steps = min(max(int(of_leaves[cluster.key] * STEPS + _ON_A_STEP), 0), MOST)
        at: Key | None = cluster.key
        while at is not None:
            weights[at] += cluster.size
            sums[at] += cluster.size * steps
            at = parents[at]
    return {key: sums[key] // max(weights[key], 1) / STEPS for key in parents}
