"""Breakdown cells, counted again from the facets of the members: who is really behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from privacy_checks.recount.computed import BUCKETS
from privacy_checks.recount.counting import (
    Codes,
    codes,
    distinct_in_groups,
    joined,
    numbers,
    sizes_of_groups,
)
from privacy_checks.recount.rounding import Nesting
from privacy_checks.stored.declared import Declared

_MONDAY = 3  # days from a Monday to 1970-01-01


@dataclass(frozen=True)
class CellCounts:
    """One attribute's true numbers: places (rows) by its values in order, unknown last (columns).

    `keys` are attribute and value as text, one a column, null where unknown.
    """

    keys: pa.Array
    size: Codes
    users: Codes


def values_by_attribute(facets: pa.Table, declared: Declared, weekly: bool) -> dict[str, pa.Array]:
    """What breakdowns are by, as text, one value a row of `facets`; null where it is unknown."""
    found = {
        name: facets[name].cast(pa.string())
        for name in declared.of_kind("category", "scale", "languages")
    }
    for name in declared.of_kind("computed"):
        found[name] = _bucket(BUCKETS[name], numbers(facets[name]))
    days = numbers(facets["started_at"].cast(pa.date32()).cast(pa.int32()))
    if weekly:
        days = days - (days + _MONDAY) % 7
    found["flagged"] = facets["flagged"].cast(pa.string())
    found["time"] = pa.array(days, pa.int32()).cast(pa.date32()).cast(pa.string())
    return found


def _bucket(buckets: Sequence[tuple[int, str]], values: Codes) -> pa.Array:
    """The bucket's name of each number; the first one's for numbers below all."""
    starts = np.array([start for start, _ in buckets])
    found = np.maximum(np.searchsorted(starts, values, side="right") - 1, 0)
    return pa.array([name for _, name in buckets]).take(pa.array(found))


@dataclass(frozen=True)
class Members:
    """Who is counted: rows of the facets table, the atom of each, and all users by row."""

    rows: Codes
    atom: Codes
    users: Codes


def totals(nesting: Nesting, members: Members) -> tuple[Codes, Codes]:
    """Conversations and users of each place, truly."""
    size, users = np.zeros((2, len(nesting.above)), dtype=np.int64)
    for place in lines(nesting, members.atom):
        size += sizes_of_groups(place, len(size))
        users += distinct_in_groups(place, members.users[members.rows], len(users))
    return size, users


def counted(
    nesting: Nesting, members: Members, values: Mapping[str, pa.Array]
) -> dict[str, CellCounts]:
    """Attribute -> what stands behind its values in all places.

    A window (place 0) over two atoms (places 1 and 2); four conversations of two users:

    >>> nesting = Nesting(["request"] * 3, np.array([-1, 0, 0]), np.array([-2, 0, 1]), np.ones(3))
    >>> members = Members(np.arange(4), np.array([1, 1, 2, 2]), np.array([7, 7, 7, 8]))
    >>> language = pa.array(["English", "French", "English", "English"])
    >>> found = counted(nesting, members, {"language": language})["language"]
    >>> found.size.tolist()  # English and French, place by place
    [[3, 1], [1, 1], [2, 0]]
    >>> found.users.tolist()  # user 7 wrote English in both atoms and counts once in the window
    [[2, 1], [1, 1], [2, 0]]
    """
    generations = lines(nesting, members.atom)
    found = {}
    for attribute, column in values.items():
        value_of_row, names = _in_order(column.take(pa.array(members.rows)))
        width = len(names)
        size, users = np.zeros((2, len(nesting.above) * width), dtype=np.int64)
        for place in generations:
            cell = np.where(place >= 0, place * width + value_of_row, -1)
            size += sizes_of_groups(cell, len(size))
            users += distinct_in_groups(cell, members.users[members.rows], len(users))
        shape = (len(nesting.above), width)
        keys = joined(pa.repeat(attribute, width), names)
        found[attribute] = CellCounts(keys, size.reshape(shape), users.reshape(shape))
    return found


def lines(nesting: Nesting, atom: Codes) -> list[Codes]:
    """For each row the place of each generation that it counts for, -1 for none.

    By generations, because then nobody is counted twice for a place. Atom 2 below place 1 below
    window 0, and atom 3 directly below the window:

    >>> above, leaf = np.array([-1, 0, 1, 0]), np.array([-2, -2, 0, 1])
    >>> nesting = Nesting(["request"] * 4, above, leaf, np.ones(4))
    >>> [line.tolist() for line in lines(nesting, np.array([2, 3]))]
    [[2, -1], [1, 3], [0, 0]]
    """
    found = []
    at = atom
    for places in reversed(nesting.generations()):
        inside = np.zeros(len(nesting.above), dtype=bool)
        inside[places] = True
        of_generation = inside[at] & (at >= 0)
        found.append(np.where(of_generation, at, -1))
        at = np.where(of_generation, nesting.above[at], at)
    return found


def _in_order(column: pa.Array) -> tuple[Codes, pa.Array]:
    """Each row's value by its place in the order of values, null last, and those values.

    >>> rank, values = _in_order(pa.array(["b", None, "a", "b"]))
    >>> rank.tolist(), values.to_pylist()
    ([1, 2, 0, 1], ['a', 'b', None])
    """
    code, names = codes(column)
    texts = names.to_pylist()
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.zeros(len(texts) + 1, dtype=np.int64)
    rank[order] = np.arange(len(texts))
    rank[-1] = len(texts)
    unknown = [None] if (code < 0).any() else []
    return rank[code], pa.array([*(texts[at] for at in order), *unknown], pa.string())
