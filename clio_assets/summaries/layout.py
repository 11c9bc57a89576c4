"""Place clusters on a map of two dimensions (paper, G.6)."""

import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clio_assets.ground.types import Vector
from clio_assets.home.settings import Layout
from clio_assets.summaries.audit import AuditedCluster, Key

Point = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]

#: With fewer points, neighbourhoods say nothing that a plane cannot show.
FEWEST_FOR_NEIGHBOURS = 9
#: Up to so many points t-SNE takes less time (7 s) than UMAP's compilation.
MOST_FOR_TSNE = 2_000
#: Points of a neighbourhood, as in the paper's settings of UMAP.
_NEIGHBOURS = 15


def positions(
    clusters: Sequence[AuditedCluster],
    vectors: Mapping[Key, Vector],
    method: Layout,
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


def place(vectors: Vector, method: Layout, seed: int) -> Points:
    """Points in [0, 1] x [0, 1] for the vectors; distances keep their proportions.

    The two principal components for very few vectors, whatever the method.
    """
    if len(vectors) < FEWEST_FOR_NEIGHBOURS or method == "pca":
        return _scaled(_pca(vectors))
    if method == "tsne" or (method == "auto" and len(vectors) <= MOST_FOR_TSNE):
        return _scaled(_tsne(vectors, seed))
    return _scaled(_umap(vectors, seed))


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


def _tsne(vectors: Vector, seed: int) -> Points:
    """t-SNE (van der Maaten and Hinton, 2008) from the principal components."""
    from sklearn.manifold import TSNE

    start = _pca(vectors)
    model = TSNE(
        perplexity=min(_NEIGHBOURS, (len(vectors) - 1) / 3),
        metric="cosine",
        # as its own start from principal components, whose signs it leaves open
        init=start * (1e-4 / max(float(start[:, 0].std()), 1e-9)),
        random_state=seed,
        n_jobs=1,
    )
    with threadpool_limits(limits=1):
        return np.asarray(model.fit_transform(vectors), dtype=np.float64)


def _umap(vectors: Vector, seed: int) -> Points:
    with warnings.catch_warnings():
        # its import asks for TensorFlow, which nothing here needs
        warnings.simplefilter("ignore", ImportWarning)
        from umap import UMAP
    model = UMAP(
        n_neighbors=min(_NEIGHBOURS, len(vectors) - 1),
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
