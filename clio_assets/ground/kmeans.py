"""K-means over unit-length vectors: on one thread, seeded, the same bytes on any machine."""

import warnings
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from clio_assets.ground.types import Indices, Vector

#: Above this, mini-batches: full passes over 300,000 vectors take minutes (1,000 groups).
MINI_BATCH_FROM = 200_000


def group(vectors: Vector, groups: int, seed: int) -> Indices:
    """Group of each vector by k-means (k-means++ start, seeded).

    Numbers run from 0 in the order of the first members: a number that is published must not tell
    which of two groups is the larger. Fewer groups come out where there are fewer distinct vectors.
    Mini-batches for very many vectors.
    """
    if groups <= 1:
        return np.zeros(len(vectors), dtype=np.intp)
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    chosen: Any
    if len(vectors) > MINI_BATCH_FROM:
        chosen = MiniBatchKMeans(
            groups, n_init=1, random_state=seed, batch_size=max(4_096, 4 * groups)
        )
    else:
        chosen = KMeans(groups, n_init=1, random_state=seed)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # said where vectors repeat so often that fewer groups exist: no trouble here
        warnings.simplefilter("ignore", ConvergenceWarning)
        return by_first_member(chosen.fit_predict(vectors))


def by_first_member(labels: Indices) -> Indices:
    """The labels as numbers from 0 on, in the order of the groups' first members."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    number = np.empty(len(first), dtype=np.intp)
    number[np.argsort(first)] = np.arange(len(first))
    return number[inverse]
