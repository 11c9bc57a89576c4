"""Groups base clusters in nested levels at once, by Ward's criterion over where they lie.

The levels are cuts through one tree, so none has to make do with what the level below it decided.
Beside its centroid, a cluster is placed by what the phrase book sorts it under: clusters that share
a domain and few words ("book a flight", "find a hotel") come together.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clio_assets.ground.kmeans import by_first_member, group
from clio_assets.ground.types import Indices, Vector
from clio_assets.hierarchy.topics import Topics

#: Weight of the domains beside the centroid (docs/configuration.md has the figures).
_DOMAINS = 0.6

#: More clusters than this are first grouped by k-means: the tree takes memory by their square.
MOST_AT_ONCE = 5_000


def cut_levels(
    centroids: Vector, counts: Sequence[int], topics: Topics | None, seed: int
) -> list[Indices]:
    """Group of each base cluster at each level, with so many groups (at most), fewer and fewer.

    Groups are numbered by their first clusters; a group of a level lies in one of the next.
    """
    if not counts:
        return []
    from scipy.cluster.hierarchy import fcluster, linkage

    places = _places(centroids, topics)
    base = np.arange(len(places))
    if len(places) > MOST_AT_ONCE:
        base = group(places.astype(np.float32), min(counts[0], MOST_AT_ONCE), seed)
        places = np.stack([places[base == at].mean(axis=0) for at in range(int(base.max()) + 1)])
    if len(places) == 1:
        return [np.zeros(len(base), dtype=np.intp) for _ in counts]
    tree = linkage(places, "ward")
    cuts = [np.asarray(fcluster(tree, count, "maxclust"))[base] for count in counts]
    return [by_first_member(cut) for cut in cuts]


def _places(centroids: Vector, topics: Topics | None) -> npt.NDArray[np.float64]:
    own = centroids.astype(np.float64)
    if topics is None:
        return own
    domains = topics.of_domains(topics.shares(centroids))
    return np.hstack([own, _DOMAINS * np.sqrt(domains)])
