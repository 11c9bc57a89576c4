"""Which breakdown cells may not be shown (DESIGN: published tables).

Primary: too few conversations or users behind a cell. Complementary: enough others that no sum or
difference of published numbers, in a place or between levels, gives the rounded number of a primary
cell away (flows.py says exactly which do). What is hidden in a place is hidden in all places below.

A cell is shown only where its rounded number passes the threshold even if it is too large by all
that one rounding can add: otherwise threshold and rounding together could say the exact one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from clio_assets.summaries.flows import determined
from privacy_checks.policy.model import PrivacyPolicy

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Board:
    """One attribute in all places (rows; parents first, the window at 0) by its values (columns).

    `sizes` and `users` are true, `cells` rounded. `nameless` is the column of conversations
    without the attribute; it is never published. `indistinct` are values whose number for the whole
    window would give few away beside that of another map.
    """

    parent: Numbers
    published: Mask
    sizes: Numbers
    users: Numbers
    cells: Numbers
    nameless: Mask
    indistinct: Mask | Literal[False] = False


@dataclass(frozen=True)
class _Tree:
    """Which rows lie directly below each row, and which anywhere below it, itself included."""

    parent: Numbers
    parts: dict[int, Numbers]
    order: Numbers
    first: Numbers
    behind: Numbers

    def within(self, row: int) -> Numbers:
        """The row and all rows below it."""
        return self.order[self.first[row] : self.behind[row]]


def suppressed(board: Board, policy: PrivacyPolicy) -> Mask:
    """The cells that are not shown, rows by columns.

    Ends, because with everything hidden nothing is given away: each row can then move from one
    value to another. Where there is one value alone, its cells are the places' sizes, which are
    published in their own right.
    """
    few = primary(board, policy)
    hidden = few | (board.cells < policy.min_cell_conversations + policy.rounding - 1)
    hidden |= board.nameless[None, :] | ~board.published[:, None]
    tree = _tree(board.parent)
    for row in range(1, len(hidden)):
        hidden[row] |= hidden[board.parent[row]]
    if hidden.shape[1] < 2:
        return hidden
    while True:
        exposed = few & (board.cells > 0) & determined(board.parent, board.cells, hidden)
        if not exposed.any():
            return hidden
        for row, value in zip(*np.nonzero(exposed), strict=True):
            for at, of in _cheapest(board.cells, hidden, tree, int(row), int(value)):
                hidden[tree.within(at), of] = True


def primary(board: Board, policy: PrivacyPolicy) -> Mask:
    """Cells with too few conversations or users behind them, those of nobody too; and those of the
    window that would give few away beside another map."""
    few: Mask = board.sizes < policy.min_cell_conversations
    few |= board.users < policy.min_cell_users
    few[0] |= board.indistinct
    return few


def _cheapest(
    cells: Numbers, hidden: Mask, tree: _Tree, row: int, value: int
) -> list[tuple[int, int]]:
    """The cells to hide with an exposed one so that it can move, the fewest conversations in all.

    It moves with three others in a rectangle: another value, and another place below the same one.
    Or the places above it hide the value as well and one of them moves so, or the whole window.
    """
    best, cheapest = list[tuple[int, int]](), np.inf
    way, cost_of_way = list[tuple[int, int]](), 0.0
    for at in _upwards(tree.parent, row):
        way = [*way, (at, value)]
        cost_of_way += 0 if hidden[at, value] else cells[at, value]
        for cost, found in _rectangles(cells, hidden, tree, at, value):
            if cost_of_way + cost < cheapest:
                best, cheapest = way + found, cost_of_way + cost
    return best


def _upwards(parent: Numbers, row: int) -> Iterator[int]:
    while row >= 0:
        yield row
        row = int(parent[row])


def _rectangles(
    cells: Numbers, hidden: Mask, tree: _Tree, row: int, value: int
) -> Iterator[tuple[float, list[tuple[int, int]]]]:
    """The cheapest other three corners for a cell, with their cost; for a window's cell the one."""
    own = np.where(hidden[row], 0.0, cells[row])
    own[value] = np.inf
    if tree.parent[row] < 0:
        other = int(np.argmin(own))
        yield float(own[other]), [(row, other)]
        return
    parts = tree.parts[int(tree.parent[row])]
    theirs = np.where(hidden[parts], 0.0, cells[parts])
    cost = own + theirs + theirs[:, [value]]
    # either the others can take of this row's value, or give to it
    moves = (cells[parts] > 0) | ((cells[row] > 0) & (cells[parts][:, [value]] > 0))
    cost[~moves | (parts == row)[:, None]] = np.inf
    sibling, other = divmod(int(np.argmin(cost)), cost.shape[1])
    at = int(parts[sibling])
    if np.isfinite(cost[sibling, other]):
        yield float(cost[sibling, other]), [(row, other), (at, value), (at, other)]


def _tree(parent: Numbers) -> _Tree:
    count = len(parent)
    below: dict[int, list[int]] = {}
    for row in range(1, count):
        below.setdefault(int(parent[row]), []).append(row)
    width = np.ones(count, dtype=np.int64)
    for row in range(count - 1, 0, -1):
        width[parent[row]] += width[row]
    first = np.zeros(count, dtype=np.int64)
    for row in range(count):
        at = int(first[row]) + 1
        for part in below.get(row, ()):
            first[part] = at
            at += int(width[part])
    order = np.argsort(first)
    parts = {row: np.array(rows, dtype=np.int64) for row, rows in below.items()}
    return _Tree(parent, parts, order, first, first + width)
