import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.summaries.places import NO_ATOM, UNCLUSTERED, Places
from clio_assets.summaries.rounding import (
    offsets,
    rounded_cells,
    rounded_places,
    rounded_sizes,
)
from privacy_checks.policy.model import PrivacyPolicy

ROWS = st.lists(st.integers(0, 40), min_size=1, max_size=8)


def rounded(row: list[int], shift: int, base: int) -> np.ndarray:
    counts, shifts = np.array([row]), np.array([shift])
    sizes = rounded_sizes(counts.sum(axis=1), shifts, np.array([0]), base)
    return rounded_cells(counts, shifts, sizes, base)[0]


@settings(deadline=None)
@given(ROWS, st.integers(1, 12), st.data())
def test_rounded_cells_are_near_multiples_that_add_up_to_the_size(
    row: list[int], base: int, data: st.DataObject
) -> None:
    shift = data.draw(st.integers(0, base - 1))
    cells = rounded(row, shift, base)
    assert (cells >= 0).all()
    assert (cells % base == 0).all()
    assert (np.abs(cells - row) < base).all()
    assert cells.sum() == (sum(row) + shift) // base * base


@settings(deadline=None)
@given(ROWS, st.integers(1, 12))
def test_rounded_cells_are_right_on_average_over_all_offsets(row: list[int], base: int) -> None:
    total = sum(rounded(row, shift, base) for shift in range(base))
    first = next((at for at, count in enumerate(row) if count), 0)
    # nothing is before the first one, so there is no offset to take away
    assert total[first:].tolist() == [base * count for count in row[first:]]


def test_rounded_cells_are_exact_when_the_base_is_one() -> None:
    assert rounded([3, 0, 7, 1], 0, 1).tolist() == [3, 0, 7, 1]


@pytest.mark.parametrize("base", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("least", [1, 7, 20])
def test_rounded_sizes_stand_for_enough_sizes_each_when_the_threshold_is_known(
    base: int, least: int
) -> None:
    sizes = np.arange(least, least + 6 * base)
    for shift in range(base):
        found = rounded_sizes(sizes, np.full(len(sizes), shift), np.full(len(sizes), least), base)
        alike = [sizes[found == number] for number in np.unique(found)[:-1]]
        assert min(map(len, alike)) >= base
        assert (found % base == 0).all()
        assert (np.abs(found - sizes) < 2 * base).all()


def test_rounded_cells_give_what_the_size_gained_to_the_largest() -> None:
    counts, shifts = np.array([[4, 12, 4]]), np.array([4])
    sizes = rounded_sizes(np.array([20]), shifts, np.array([20]), 5)
    assert sizes.tolist() == [25]  # 20 alone would have been published as 20
    assert rounded_cells(counts, shifts, sizes, 5).tolist() == [[5, 20, 0]]


def test_offsets_are_public_and_differ_between_clusters() -> None:
    found = offsets("2026-09-28", "request", range(200), 5)
    assert found[:6].tolist() == offsets("2026-09-28", "request", range(6), 5).tolist()
    assert np.bincount(found, minlength=5).min() > 20
    assert found.tolist() != offsets("2026-10-05", "request", range(200), 5).tolist()


def places(users: list[int], sizes: list[int], *, unclustered: int = 0) -> Places:
    """A window, one cluster below it, and base clusters below that."""
    leaves = len(sizes)
    last = [0] if unclustered else []
    count = 2 + leaves + len(last)
    return Places(
        "request",
        [None, *(("request", 0, n) for n in range(1 + leaves)), *(None for _ in last)],
        np.array([-1, 0, *([1] * leaves), *last]),
        np.array([NO_ATOM, NO_ATOM, *range(leaves), *([UNCLUSTERED] * len(last))]),
        np.arange(count) < 2 + leaves,
        np.array([sum(sizes) + unclustered, sum(sizes), *sizes, *([unclustered] * len(last))]),
        np.array([*users, *(0 for _ in last)]),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(20, 60), min_size=1, max_size=6), st.integers(0, 30), st.data())
def test_rounded_places_add_up_and_could_be_true(
    sizes: list[int], unclustered: int, data: st.DataObject
) -> None:
    users = [data.draw(st.integers(10, size)) for size in sizes]
    everybody = data.draw(st.integers(max(users), sum(users)))
    of_window = everybody + data.draw(st.integers(0, unclustered))
    below = places([of_window, everybody, *users], sizes, unclustered=unclustered)
    found = rounded_places(below, "2026-09-28", PrivacyPolicy())
    leaves = found.sizes[2 : 2 + len(sizes)]
    assert found.sizes[1] == leaves.sum()
    assert found.sizes[0] == found.sizes[1] + found.sizes[2 + len(sizes) :].sum()
    assert not (found.sizes % 5).any()
    assert not (found.users % 5).any()
    published = found.users[below.published]
    assert (published <= found.sizes[below.published]).all()
    assert (published >= 5).all()
    assert published[2:].max() <= published[1] <= min(published[0], published[2:].sum())


def test_rounded_places_are_exact_when_the_base_is_one() -> None:
    found = rounded_places(places([31, 30, 12, 20], [21, 40], unclustered=3), "all",
                           PrivacyPolicy(rounding=1))  # fmt: skip
    assert found.sizes.tolist() == [64, 61, 21, 40, 3]
    assert found.users[:4].tolist() == [31, 30, 12, 20]
