"""Which breakdown cells may not be shown (DESIGN: published tables).

A cell with too few conversations or users behind it is suppressed, and with it enough others that
no sum gives it away. Two kinds of sums are public: a cluster's cells of one attribute add up to its
size, and the cells of a cluster's children of one value add up to its own. Linear combinations of
several sums, and bounds that fall short of an exact value, are not looked at here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from privacy_checks.policy import PrivacyPolicy

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

#: A clustered facet, and a cluster's id or None for the whole window.
Place = tuple[str, str | None]
Key = tuple[Place, str, str]


@dataclass(frozen=True)
class Cells:
    """Cells as columns: where, of which attribute and value, with how much behind them."""

    places: Sequence[Place]
    facets: Sequence[str]
    values: Sequence[str]
    sizes: Numbers
    users: Numbers


@dataclass(frozen=True)
class Tree:
    """Place -> the place above it (the window above the top, nothing above the window).

    `incomplete` places hold conversations that none of their published children hold.
    """

    above: Mapping[Place, Place]
    incomplete: frozenset[Place]


@dataclass(frozen=True)
class _Sums:
    """Public sums, and (as pairs of sum and cell) what may be suppressed to blur each.

    Pairs go sum by sum: its parts from the smallest to the largest, then its total if that is a
    cell too. `amounts` is what the parts add up to, with what no published part holds (`loose`).
    """

    of: Numbers
    cells: Numbers
    is_part: Mask
    totals: Numbers  # the cell that is the sum's total; -1 where the total is a cluster's size
    amounts: Numbers
    loose: Mask


def suppressed_cells(cells: Cells, tree: Tree, policy: PrivacyPolicy) -> Mask:
    """Which cells are suppressed, in the order of the cells.

    A value that is suppressed for the whole window is so everywhere, because share and lift of a
    cluster would give it away.
    """
    mask = (cells.sizes < policy.min_cell_conversations) | (cells.users < policy.min_cell_users)
    at: dict[Key, int] = {
        key: cell
        for cell, key in enumerate(zip(cells.places, cells.facets, cells.values, strict=True))
    }
    windows = np.array([at[_window(key[0], tree), key[1], key[2]] for key in at], dtype=np.int64)
    sums = _sums(cells, tree, at)
    while True:
        mask |= mask[windows]
        more = _to_blur(sums, cells.sizes, mask)
        if not len(more):
            return mask
        mask[more] = True


def _window(place: Place, tree: Tree) -> Place:
    while place in tree.above:
        place = tree.above[place]
    return place


def _sums(cells: Cells, tree: Tree, at: Mapping[Key, int]) -> _Sums:
    number: dict[tuple[Place, str] | Key, int] = {}
    parts: list[tuple[int, int]] = []
    totals: dict[int, int] = {}
    loose: set[int] = set()
    for (place, facet, value), cell in at.items():
        parts.append((number.setdefault((place, facet), len(number)), cell))
        above = tree.above.get(place)
        if above is not None:
            total = number.setdefault((above, facet, value), len(number))
            parts.append((total, cell))
            totals[total] = at[above, facet, value]
            if above in tree.incomplete:
                loose.add(total)
    of, part = np.array(parts, dtype=np.int64).reshape(-1, 2).T
    amounts = np.bincount(of, weights=cells.sizes[part], minlength=len(number)).astype(np.int64)
    total_of = np.full(len(number), -1, dtype=np.int64)
    total_of[list(totals)] = list(totals.values())
    amounts[list(totals)] = cells.sizes[list(totals.values())]
    pairs_of = np.concatenate([of, np.flatnonzero(total_of >= 0)])
    pairs = np.concatenate([part, total_of[total_of >= 0]])
    is_part = np.arange(len(pairs)) < len(part)
    order = np.lexsort((pairs, cells.sizes[pairs], ~is_part, pairs_of))
    return _Sums(
        pairs_of[order],
        pairs[order],
        is_part[order],
        total_of,
        amounts,
        np.isin(np.arange(len(number)), list(loose)),
    )


def _to_blur(sums: _Sums, sizes: Numbers, mask: Mask) -> Numbers:
    """One more cell to suppress for each sum that gives a suppressed cell away.

    A sum with a shown total does where it has one suppressed part, or as much left for its
    suppressed parts as there are parts, so that each is 1. One with a suppressed total does where
    all parts are shown.
    """
    hidden_part, shown_part = sums.is_part & mask[sums.cells], sums.is_part & ~mask[sums.cells]
    hidden = np.bincount(sums.of, weights=hidden_part, minlength=len(sums.totals))
    shown = np.bincount(sums.of, weights=shown_part * sizes[sums.cells], minlength=len(sums.totals))
    alone = (hidden == 1) & ~sums.loose
    all_ones = (hidden >= 1) & (sums.amounts - shown == hidden)
    total_hidden = (sums.totals >= 0) & mask[sums.totals]
    gives_away = np.where(total_hidden, (hidden == 0) & ~sums.loose, alone | all_ones)
    possible = np.flatnonzero(gives_away[sums.of] & ~mask[sums.cells])
    _, first = np.unique(sums.of[possible], return_index=True)
    return sums.cells[possible[first]]
