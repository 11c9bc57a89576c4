"""The tree of synthetic clusters that explorer_release.py makes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]

#: Published numbers are multiples of it.
ROUNDING = 5


@dataclass(frozen=True)
class Nodes:
    """The clusters of one map, tops first: level, number within it, parent's row (-1: none)."""

    level: Whole
    number: Whole
    parent: Whole

    @property
    def leaves(self) -> Whole:
        """Rows of the leaves."""
        return np.flatnonzero(self.level == 0)


def upwards(nodes: Nodes, columns: Whole) -> Whole:
    """Sums over the tree: every parent's row becomes the sum of its children's."""
    found = columns.copy()
    for row in range(len(nodes.parent) - 1, -1, -1):
        if nodes.parent[row] >= 0:
            found[nodes.parent[row]] += found[row]
    return found
