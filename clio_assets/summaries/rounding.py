"""Round a window's numbers so that they add up over the tree and over values, and none is exact.

Only base clusters, and the conversations in none of them, are rounded (*atoms*). Whatever else is
published is a sum of rounded atoms: controlled rounding by cumulative counts, with an offset an
atom that makes it unbiased over many. Offsets are public; nothing rests on their being unknown.

An atom of s conversations with offset u becomes b * floor((s + u) / b): all sizes in the block
[R - u, R - u + b - 1] have the same rounded size R. A threshold that everybody knows would cut the
lowest block short, down to a single size, so the sizes of that block are moved into the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from clio_assets.summaries.places import UNCLUSTERED, Places
from privacy_checks.policy.model import PrivacyPolicy

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rounded:
    """Published numbers of each place; `offsets` are those of the atoms, in their order."""

    sizes: Numbers
    users: Numbers
    offsets: Numbers


def offsets(window: str, facet: str, leaves: Sequence[int], base: int) -> Numbers:
    """Offset of each base cluster (-1 for the conversations in none) in 0..base-1."""
    digests = (sha256(f"{window}|{facet}|{leaf}".encode()).hexdigest() for leaf in leaves)
    return np.array([int(digest, 16) % base for digest in digests], dtype=np.int64)


def rounded_places(places: Places, window: str, policy: PrivacyPolicy) -> Rounded:
    """The rounded sizes and users of one facet's places."""
    base = policy.rounding
    atoms = np.flatnonzero(places.is_atom)
    leaves = places.leaf[atoms]
    shifts = offsets(window, places.facet, leaves.tolist(), base)
    # without any cluster a window is there because it holds a conversation, which everybody knows
    alone = int(len(atoms) == 1)
    least = np.where(leaves == UNCLUSTERED, alone, policy.min_conversations)
    sizes = np.zeros(len(places.parent), dtype=np.int64)
    sizes[atoms] = rounded_sizes(places.sizes[atoms], shifts, least, base)
    for row in places.upwards():
        if places.parent[row] >= 0:
            sizes[places.parent[row]] += sizes[row]
    ceilings = np.zeros(len(places.parent), dtype=np.int64)
    ceilings[atoms] = np.maximum((sizes[atoms] - shifts + base // 2) // base * base, 0)
    return Rounded(sizes, _rounded_users(places, ceilings, policy), shifts)


def rounded_sizes(sizes: Numbers, shifts: Numbers, least: Numbers, base: int) -> Numbers:
    """Sizes of atoms, in blocks of at least `base` sizes none of which is under `least`.

    An atom for which `least` is 0 may be empty.
    """
    lowest = np.where(least > 0, -(-(least + shifts) // base) * base, 0)
    rounded: Numbers = np.maximum((sizes + shifts) // base * base, lowest)
    return rounded


def rounded_cells(counts: Numbers, shifts: Numbers, sizes: Numbers, base: int) -> Numbers:
    """Counts of atoms (rows) by value (columns), as multiples of `base` that add up to `sizes`.

    Every cell is within base - 1 of its count, but for the largest of a row that was moved out of
    the lowest block: what its size gained went to that cell.
    """
    blocks = (np.cumsum(counts, axis=1) + shifts[:, None]) // base
    cells = np.diff(blocks, axis=1, prepend=0) * base
    if counts.shape[1]:
        largest = np.argmax(counts, axis=1)
        cells[np.arange(len(cells)), largest] += sizes - cells.sum(axis=1)
    return cells


def _rounded_users(places: Places, ceilings: Numbers, policy: PrivacyPolicy) -> Numbers:
    """Users to the nearest multiple, between what lies below a place and what that can hold.

    `ceilings` are how many users an atom's published size leaves room for. As with sizes, the
    block that the threshold would cut short is moved up. With the bounds every number ranges over
    `base` true ones at least, whatever the others say.
    """
    base, half = policy.rounding, policy.rounding // 2
    lowest = -(-(policy.min_users + half) // base) * base
    nearest = (places.users + half) // base * base
    users = np.zeros(len(places.parent), dtype=np.int64)
    below = np.zeros(len(places.parent), dtype=np.int64)  # most users of a published place below
    room = ceilings.copy()
    for row in places.upwards():
        if places.published[row]:
            is_cluster = places.parent[row] >= 0
            least = max(below[row], lowest if is_cluster else 0)
            users[row] = min(max(nearest[row], least), room[row])
            room[row] = users[row]
        above = places.parent[row]
        if above >= 0:
            below[above] = max(below[above], users[row])
            room[above] += room[row]
    return users
