"""What several maps give away together, against exact arithmetic over all that may follow."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clio_assets.domain.maps import MapDefinition
from clio_assets.maps.parts import (
    MOST_SMALL_PARTS,
    Mask,
    indistinct_values,
    is_on,
    tells_of_few,
)
from privacy_checks.policy.model import PrivacyPolicy

POLICY = PrivacyPolicy(min_cell_conversations=3, min_cell_users=2)
LABELS = pa.table(
    {
        "language": ["German", "German", "French", None],
        "client": ["ios", "web", "ios", "ios"],
    }
)


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ((("language", ("German",)),), [True, True, False, False]),
        ((("language", ("German", "French")),), [True, True, True, False]),
        ((("client", ("ios",)), ("language", ("German",))), [True, False, False, False]),
        ((("language", ("Welsh",)),), [False] * 4),
    ],
)
def test_rows_are_on_a_map_when_they_fit_every_line(
    where: tuple[tuple[str, tuple[str, ...]], ...], rows: list[bool]
) -> None:
    assert is_on(LABELS, MapDefinition("m", where, ())).tolist() == rows


def at(size: int, *rows: int) -> Mask:
    found = np.zeros(size, dtype=bool)
    found[list(rows)] = True
    return found


@pytest.mark.parametrize(
    ("numbered", "further", "told"),
    [
        ([range(10)], range(8), True),  # two are not on it
        ([range(10)], range(7), False),
        ([range(10)], range(10), False),  # nothing new
        ([range(10)], range(2), True),  # it is of two itself
        ([range(10), range(5)], range(4), True),  # one of the map before is not on it
        ([range(10), range(4)], range(4, 9), True),  # who is on neither is one
        ([range(10), range(3)], range(3, 7), False),  # they are three
        ([range(12), range(5)], range(4, 8), False),  # an overlap follows from nothing
        ([range(8), range(5)], range(4, 8), True),  # unless both are everyone
        ([range(10), range(2)], range(2, 10), True),  # of a map of two, held back itself
    ],
)
def test_few_are_told_when_their_number_follows_from_others(
    numbered: list[range], further: range, *, told: bool
) -> None:
    size = numbered[0].stop
    sets = [at(size, *rows) for rows in numbered]
    assert tells_of_few(sets, at(size, *further), np.arange(size), POLICY) is told


def test_few_are_told_when_they_are_many_conversations_of_one_user() -> None:
    users = np.array([0, 1, 2, 3, 4, 5, 9, 9, 9, 9])
    assert tells_of_few([at(10, *range(10))], at(10, *range(6)), users, POLICY)
    assert not tells_of_few([at(10, *range(10))], at(10, *range(6)), np.arange(10), POLICY)


def test_map_counts_as_telling_when_there_are_too_many_small_parts_to_look_at() -> None:
    groups = MOST_SMALL_PARTS + 1
    size = 4 * groups
    everyone = at(size, *range(size))
    overlapping = [at(size, *range(2 * n, 2 * n + 4)) for n in range(groups)]
    assert tells_of_few(
        [everyone, *overlapping], at(size, *range(size // 2)), np.arange(size), POLICY
    )


def follows(group: list[int], sums: list[list[int]]) -> bool:
    """Whether a row is a combination of others, by elimination in fractions."""
    rows = [[Fraction(n) for n in row] for row in sums]
    wanted = [Fraction(n) for n in group]
    for column in range(len(wanted)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows = [_without(row, pivot, column) for row in rows]
        wanted = _without(wanted, pivot, column)
    return not any(wanted)


def _without(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    factor = row[column] / pivot[column]
    return [here - factor * there for here, there in zip(row, pivot, strict=True)]


def groups_of_few(members: list[tuple[bool, ...]]) -> Iterator[list[int]]:
    """Every group of whole parts with one or two conversations."""
    parts = sorted(set(members))
    small = [part for part in parts if members.count(part) < 3]
    for group in chain(combinations(small, 1), combinations(small, 2)):
        if sum(members.count(part) for part in group) < 3:
            yield [int(part in group) for part in parts]


@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=3, max_size=16))
def test_rule_agrees_with_exact_elimination_when_maps_are_at_random(
    members: list[tuple[bool, ...]],
) -> None:
    sets = [np.ones(len(members), dtype=bool), *np.array(members).T]
    numbered = [rows for rows in sets[:-1] if rows.sum() >= 3]
    shape = [tuple(row) for row in np.stack([*numbered, sets[-1]], axis=1).tolist()]
    parts = sorted(set(shape))
    sums = [[int(part[column]) for part in parts] for column in range(len(parts[0]))]
    expected = any(
        follows(group, sums) and not follows(group, sums[:-1]) for group in groups_of_few(shape)
    )
    assert tells_of_few(sets[:-1], sets[-1], np.arange(len(members)), POLICY) is expected


def test_values_are_unnumbered_when_few_of_them_are_not_on_the_map() -> None:
    column = pa.chunked_array([["a"] * 6 + ["b"] * 6 + [None] * 4])
    further = at(16, 0, 1, 2, 6, 7, 8, 9, 10, 12, 13, 14)
    everyone = [np.ones(16, dtype=bool)]
    found = indistinct_values({"v": column}, everyone, further, np.arange(16), POLICY)
    assert found == {"v": {"b", None}}
