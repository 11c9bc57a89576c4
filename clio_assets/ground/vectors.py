"""Unit-length vectors: in and out of Arrow, nearest ones, groups of them.

Everything here runs on one thread, so that a machine's number of cores cannot change a result:
sums that are split over threads come out differently in their last bits.
"""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from threadpoolctl import threadpool_limits

from clio_assets.ground.types import Indices, Vector

#: Above this, mini-batches: full passes over 300,000 vectors take minutes (1,000 groups).
MINI_BATCH_FROM = 200_000
_ROWS_AT_ONCE = 2_048


def from_column(column: pa.ChunkedArray) -> Vector:
    """Array (rows, dimension) of a fixed-size list column; read-only where it needs no copy."""
    whole = column.combine_chunks()
    values = whole.flatten().to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=np.float32).reshape(-1, column.type.list_size)


def to_column(vectors: Vector) -> pa.FixedSizeListArray:
    """A fixed-size list column of the rows of an array (rows, dimension)."""
    values = np.ascontiguousarray(vectors, dtype=np.float32)
    return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])


def mean_direction(vectors: Vector, weights: npt.NDArray[np.float64] | None = None) -> Vector:
    """Unit-length (weighted) mean; the first vector where the mean points nowhere."""
    mean = np.average(vectors.astype(np.float64), axis=0, weights=weights)
    length = np.linalg.norm(mean)
    return np.asarray(mean / length if length > 1e-9 else vectors[0], dtype=np.float32)


def similarities(queries: Vector, candidates: Vector) -> Vector:
    """Cosine similarity of each query and candidate, shape (queries, candidates)."""
    with threadpool_limits(limits=1):
        return np.asarray(queries @ candidates.T, dtype=np.float32)


def nearest(queries: Vector, candidates: Vector, count: int) -> Indices:
    """Positions of the `count` most similar candidates of each query, most similar first.

    Shape (queries, min(count, candidates)). Equal similarities go to the lower position.
    """
    wanted = min(count, len(candidates))
    found = np.empty((len(queries), wanted), dtype=np.intp)
    for start in range(0, len(queries), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        distance = -similarities(queries[rows], candidates)
        if wanted < len(candidates):
            near = np.sort(np.argpartition(distance, wanted - 1, axis=1)[:, :wanted], axis=1)
            order = np.argsort(np.take_along_axis(distance, near, axis=1), kind="stable")
            found[rows] = np.take_along_axis(near, order, axis=1)
        else:
            found[rows] = np.argsort(distance, kind="stable")
    return found


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
        return _by_first_member(chosen.fit_predict(vectors))


def _by_first_member(labels: Indices) -> Indices:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    number = np.empty(len(first), dtype=np.intp)
    number[np.argsort(first)] = np.arange(len(first))
    return number[inverse]
