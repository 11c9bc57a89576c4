"""Reading a long column on all cores: Arrow's kernels let go of the interpreter while they work."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pyarrow as pa

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Rows; fewer are not worth a thread.
_SHORTEST = 5_000


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The results of some work, in the order of the items; raises what the work first raises."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(work, items))


def in_pieces(read: Callable[[pa.Array], np.ndarray], column: pa.Array) -> np.ndarray:
    """What `read` gives for a column: one value a row, read on all cores.

    `read` must give a row the same value whatever rows stand around it.
    """
    size = max(_SHORTEST, -(-len(column) // (os.cpu_count() or 1)))
    if len(column) <= size:
        return read(column)
    pieces = [column.slice(start, size) for start in range(0, len(column), size)]
    return np.concatenate(side_by_side(read, pieces))
