"""Unit-length vectors: in and out of Arrow, and the nearest ones.

Everything here runs on one thread, so that a machine's number of cores cannot change a result:
sums that are split over threads come out differently in their last bits.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from threadpoolctl import threadpool_limits

from clio_assets.ground.types import Indices, Vector

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


def coherence(vectors: Vector, centroid: Vector) -> float:
    """Mean cosine of unit-length vectors to a centroid, 0 to 1: how alike they are."""
    # summed in one order, whatever the number of cores
    cosines = np.einsum("ij,j->i", vectors.astype(np.float64), centroid.astype(np.float64))
    return float(np.clip(cosines.mean(), 0, 1))


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
