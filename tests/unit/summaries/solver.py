"""What somebody can work out from a window's published tables, by linear programming (HiGHS).

Two programs. `bounds_of_cells` bounds the rounded number of every cell of one attribute: given are
the cells that are shown, the sizes of all places (also of those that are not published) and that
numbers add up. `Truth` bounds true numbers: given are rounded ones, also of the cells that are not
shown, with the public offsets, the thresholds that published places and shown cells have passed,
and that no cluster has more users than conversations or than its parts have together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import coo_array

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Row = Mapping[int, float]


def bounds_of_cells(
    parent: Numbers, sizes: Numbers, cells: Numbers, hidden: Mask
) -> tuple[Numbers, Numbers]:
    """Least and most that each cell can be, places by values; of shown cells what they are."""
    places, values = cells.shape
    at = np.arange(cells.size).reshape(cells.shape)
    rows: list[tuple[Row, float]] = [
        (dict.fromkeys(at[place], 1.0), float(sizes[place])) for place in range(places)
    ]
    for place in np.unique(parent[parent >= 0]):
        for value in range(values):
            parts = dict.fromkeys(at[parent == place, value], 1.0)
            rows.append(({**parts, at[place, value]: -1.0}, 0.0))
    matrix = _matrix([row for row, _ in rows], cells.size)
    known = np.where(hidden, np.nan, cells).ravel()
    limits = np.column_stack(
        [np.where(np.isnan(known), 0, known), np.where(np.isnan(known), np.inf, known)]
    )
    least, most = cells.copy().ravel(), cells.copy().ravel()
    for cell in np.flatnonzero(hidden.ravel()):
        for sign, found in ((1.0, least), (-1.0, most)):
            goal = np.zeros(cells.size)
            goal[cell] = sign
            answer = linprog(
                goal, A_eq=matrix, b_eq=[total for _, total in rows], bounds=limits, method="highs"
            )
            assert answer.success, answer.message
            found[cell] = round(sign * answer.fun)
    return least.reshape(cells.shape), most.reshape(cells.shape)


@dataclass
class Truth:
    """An integer program over true numbers: variables with bounds, and linear constraints."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[Row, float, float]] = field(default_factory=list)

    def number(self, low: float, high: float) -> int:
        """A new unknown number."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def between(self, row: Row, low: float, high: float) -> None:
        """A linear constraint."""
        self.rows.append((row, low, high))

    def range_of(self, numbers: Iterable[Row]) -> list[int]:
        """How far apart the least and the most are that each sum of numbers can be."""
        from scipy.optimize import Bounds

        matrix = _matrix([row for row, _, _ in self.rows], len(self.low))
        low, high = ([row[side] for row in self.rows] for side in (1, 2))
        constraints = LinearConstraint(matrix, low, high)
        found = []
        for row in numbers:
            goal = np.zeros(len(self.low))
            goal[list(row)] = list(row.values())
            ends = []
            for sign in (1.0, -1.0):
                answer = milp(
                    sign * goal,
                    integrality=np.ones(len(goal)),
                    bounds=Bounds(self.low, self.high),
                    constraints=constraints,
                )
                assert answer.success, answer.message
                ends.append(round(sign * answer.fun))
            found.append(ends[1] - ends[0])
        return found


def _matrix(rows: Sequence[Row], width: int) -> coo_array:
    at = [(number, column) for number, row in enumerate(rows) for column in row]
    values = [value for row in rows for value in row.values()]
    indices = np.array(at, dtype=np.int64).reshape(-1, 2).T
    return coo_array((values, (indices[0], indices[1])), shape=(len(rows), width)).tocsr()
