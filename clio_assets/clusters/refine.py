"""The second pass over k-means: groups that hold together.

k-means has one number of groups for a whole window. Where people ask for many things at once its
groups are mixed; where many ask for one thing it cuts that in two. So

    split   what is less coherent than a bound, as long as its halves are the better for it
    merge   groups whose centroids lie nearly alike
    move    each vector to its nearest centroid

Each was kept because it helped on three data sets; figures in docs/configuration.md.
"""

import numpy as np
import numpy.typing as npt

from clio_assets.ground.kmeans import by_first_member, group
from clio_assets.ground.types import Indices, Vector
from clio_assets.ground.vectors import nearest
from clio_assets.home.settings import ClusterSettings

#: A split must make the vectors this much more alike, in mean cosine to their centroid.
_WORTH_SPLITTING = 0.03
#: Times that all vectors go to their nearest centroid.
_ROUNDS = 2


def refine(
    vectors: Vector, labels: Indices, settings: ClusterSettings, fewest: int, seed: int
) -> Indices:
    """Better labels for vectors, numbered in the order of the first members.

    `labels` run from 0. No group of fewer than `fewest` vectors comes of a split.
    """
    found = _split(vectors, labels, settings.split_below, fewest, seed)
    found = _merge(vectors, found, settings.merge_above)
    for _ in range(_ROUNDS):
        found = _move(vectors, found)
    return by_first_member(found)


def _split(vectors: Vector, labels: Indices, below: float, fewest: int, seed: int) -> Indices:
    found = labels.copy()
    waiting = list(range(int(labels.max()) + 1))
    count = len(waiting)
    while waiting:
        rows = np.flatnonzero(found == waiting[-1])
        own = waiting.pop()
        if len(rows) < 2 * fewest or _coherence(vectors[rows]) >= below:
            continue
        half = group(vectors[rows], 2, seed) == 1
        one, other = rows[~half], rows[half]
        if min(len(one), len(other)) >= fewest and _gain(vectors, one, other) >= _WORTH_SPLITTING:
            found[other] = count
            waiting += [own, count]
            count += 1
    return found


def _gain(vectors: Vector, one: Indices, other: Indices) -> float:
    """By how much two groups are more coherent than both together."""
    parts = sum(len(rows) * _coherence(vectors[rows]) for rows in (one, other))
    return parts / (len(one) + len(other)) - _coherence(vectors[np.concatenate([one, other])])


def _merge(vectors: Vector, labels: Indices, above: float) -> Indices:
    """The labels, the two groups whose centroids are most alike made one, again and again."""
    found, sums = labels.copy(), _sums(vectors, labels)
    likeness = _likeness(sums, sums)
    np.fill_diagonal(likeness, -1)
    while len(sums) > 1:
        one, other = np.unravel_index(np.argmax(np.round(likeness, 6)), likeness.shape)
        if likeness[one, other] < above:
            break
        found[found == other] = one
        sums[one] += sums[other]
        sums[other] = 0  # like nothing from now on
        likeness[other, :] = likeness[:, other] = -1
        alive = likeness.max(axis=1) > -1
        row = np.where(alive, _likeness(sums[[one]], sums)[0], -1)
        row[[one, other]] = -1
        likeness[one, :] = likeness[:, one] = row
    return np.unique(found, return_inverse=True)[1]


def _move(vectors: Vector, labels: Indices) -> Indices:
    """The number of each vector's nearest centroid, without gaps."""
    sums = _sums(vectors, labels)
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)  # may cancel out
    centroids = (sums / lengths).astype(np.float32)
    return np.unique(nearest(vectors, centroids, 1)[:, 0], return_inverse=True)[1]


def _sums(vectors: Vector, labels: Indices) -> npt.NDArray[np.float64]:
    """Sum of each group's vectors."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(int(labels.max()) + 1))
    return np.add.reduceat(vectors[order].astype(np.float64), starts, axis=0)


def _likeness(
    one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Cosine of each pair of sums; 0 for a sum of nothing."""
    lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)[None]
    cosines = np.einsum("ij,kj->ik", one, other) / np.maximum(lengths, 1e-12)
    return np.asarray(cosines, dtype=np.float64)


def _coherence(vectors: Vector) -> float:
    """Mean cosine of the vectors to their centroid: the length of their mean."""
    return float(np.linalg.norm(vectors.astype(np.float64).mean(axis=0)))
