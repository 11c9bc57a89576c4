"""Place clusters on a map of two dimensions (paper, G.6)."""

import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clio_assets.ground.types import Vector
from clio_assets.summaries.audit import AuditedCluster, Key

Point = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]

#: With fewer points, neighbourhoods say nothing that a plane cannot show.
FEWEST_FOR_UMAP = 9


def positions(
    clusters: Sequence[AuditedCluster],
    vectors: Mapping[Key, Vector],
    method: Literal["umap", "pca"],
    seed: int,
) -> dict[Key, Point]:
    """Where one facet's published clusters lie: a parent at the weighted mean of its children.

    `vectors` are the centroids of the base clusters. Coordinates have four decimals, enough for a
    map of ten thousand points a side.
    """
    leaves = [cluster.key for cluster in clusters if cluster.key[1] == 0]
    if not leaves:
        return {}
    points = dict(
        zip(leaves, place(np.stack([vectors[k] for k in leaves]), method, seed), strict=True)
    )
    sums: defaultdict[Key, Point] = defaultdict(lambda: np.zeros(2))
    weights: Counter[Key] = Counter()
    for cluster in sorted(clusters, key=lambda cluster: cluster.key[1]):
        if cluster.key in weights:
            points[cluster.key] = sums[cluster.key] / weights[cluster.key]
        if cluster.parent is not None:
            sums[cluster.parent] += cluster.size * points[cluster.key]
            weights[cluster.parent] += cluster.size
    return {key: np.round(point, 4) for key, point in points.items()}


def place(vectors: Vector, method: Literal["umap", "pca"], seed: int) -> Points:
    """Points in [0, 1] x [0, 1] for the vectors; distances keep their proportions.

    UMAP with the paper's settings, or the two principal components, also for very few vectors.
    """
    few = len(vectors) < FEWEST_FOR_UMAP
    return _scaled(_pca(vectors) if few or method == "pca" else _umap(vectors, seed))


def _pca(vectors: Vector) -> Points:
    """Coordinates along the first two principal components, of which the largest entry is positive.

    A singular value decomposition leaves the sign of a component open.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    with threadpool_limits(limits=1):
        components = np.linalg.svd(centred, full_matrices=False)[2][:2]
        largest = np.argmax(np.abs(components), axis=1)
        signs = np.sign(components[np.arange(len(components)), largest])
        points = np.zeros((len(vectors), 2))
        points[:, : len(components)] = centred @ components.T * signs
    return points


def _umap(vectors: Vector, seed: int) -> Points:
    with warnings.catch_warnings():
        # its import asks for TensorFlow, which nothing here needs
        warnings.simplefilter("ignore", ImportWarning)
        from umap import UMAP
    model = UMAP(
        n_neighbors=min(15, len(vectors) - 1),
        min_dist=0.0,
        metric="cosine",
        random_state=seed,
        n_jobs=1,
    )
    with threadpool_limits(limits=1):
        return np.asarray(model.fit_transform(vectors), dtype=np.float64)


def _scaled(points: Points) -> Points:
    low, high = points.min(axis=0), points.max(axis=0)
    longest = float((high - low).max())
    if longest < 1e-9:
        return np.full_like(points, 0.5)
    scaled: Points = (points - (low + high) / 2) / longest + 0.5
    return scaled
