from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.summaries.suppress import Cells, Place, Tree, suppressed_cells
from privacy_checks.policy import PrivacyPolicy

POLICY = PrivacyPolicy(min_cell_conversations=15, min_cell_users=5)
Table = Mapping[str | None, Mapping[str, int]]


def cells_of(table: Table, users: Mapping[str, int] | None = None) -> Cells:
    """Cells of one attribute; a cell has as many users as conversations unless told."""
    rows = [(place, value, size) for place, of in table.items() for value, size in of.items()]
    return Cells(
        places=[("request", place) for place, _, _ in rows],
        facets=["language"] * len(rows),
        values=[value for _, value, _ in rows],
        sizes=np.array([size for _, _, size in rows], dtype=np.int64),
        users=np.array([(users or {}).get(value, size) for _, value, size in rows], dtype=np.int64),
    )


def tree_of(above: Mapping[str, str | None], *incomplete: str | None) -> Tree:
    return Tree(
        {("request", place): ("request", parent) for place, parent in above.items()},
        frozenset(("request", place) for place in incomplete),
    )


def hidden(table: Table, tree: Tree, users: Mapping[str, int] | None = None) -> set[str]:
    cells = cells_of(table, users)
    mask = suppressed_cells(cells, tree, POLICY)
    names = zip(cells.places, cells.values, mask, strict=True)
    return {f"{place[1] or 'window'}:{value}" for place, value, gone in names if gone}


ALONE = tree_of({})


@pytest.mark.parametrize(
    ("sizes", "gone"),
    [
        ({"a": 100}, ""),
        ({"a": 100, "b": 15}, ""),
        ({"a": 100, "b": 14}, "ab"),
        ({"a": 100, "b": 30, "c": 14}, "bc"),
        ({"a": 100, "b": 30, "c": 3, "d": 2}, "cd"),
        ({"a": 100, "b": 30, "c": 1, "d": 1}, "bcd"),
        ({"a": 100, "b": 30, "c": 1, "d": 1, "e": 2}, "cde"),
        ({"a": 2, "b": 1}, "ab"),
        ({"a": 14}, "a"),
        ({}, ""),
    ],
)
def test_suppress_hides_small_cells_with_enough_others(sizes: dict[str, int], gone: str) -> None:
    assert hidden({None: sizes}, ALONE) == {f"window:{value}" for value in gone}


def test_suppress_hides_a_cell_when_few_users_are_behind_it() -> None:
    sizes = {None: {"a": 100, "b": 60, "c": 40}}
    assert hidden(sizes, ALONE, users={"b": 4}) == {"window:b", "window:c"}
    assert hidden(sizes, ALONE, users={"b": 5}) == set()


def test_suppress_hides_a_value_everywhere_when_the_window_hides_it() -> None:
    # c is small in the window, so b goes with it, although the cluster could show its b
    table = {None: {"a": 100, "b": 40, "c": 3}, "x": {"a": 50, "b": 40}}
    gone = hidden(table, tree_of({"x": None}, None))
    assert gone == {"window:b", "window:c", "x:a", "x:b"}


def test_suppress_hides_a_second_child_when_a_parent_would_give_away_the_first() -> None:
    table = {
        None: {"a": 90, "b": 90},
        "x": {"a": 3, "b": 27, "c": 20},
        "y": {"a": 40, "b": 30},
        "z": {"a": 47, "b": 33},
    }
    table[None]["c"] = 20
    gone = hidden(table, tree_of({"x": None, "y": None, "z": None}))
    assert {"x:a", "y:a"} <= gone  # a of x is 90 - 47 - 40
    assert {"x:c", "y:b"} <= gone  # and rows of x and y must not give those away


def test_suppress_shows_a_second_child_when_unpublished_ones_blur_the_sum() -> None:
    table = {
        None: {"a": 90, "b": 90},
        "x": {"a": 3, "b": 27, "c": 2},
        "y": {"a": 40, "b": 30},
    }
    table[None]["c"] = 20
    assert hidden(table, tree_of({"x": None, "y": None}, None)) == {"x:a", "x:c"}


def test_suppress_hides_a_total_when_all_its_parts_would_be_ones() -> None:
    ones = {f"x{n}": {"a": 1, "b": 99} for n in range(20)}
    table = {None: {"a": 20, "b": 1980}, **ones}
    assert "window:a" in hidden(table, tree_of(dict.fromkeys(ones)))


def test_suppress_hides_a_part_when_shown_parts_would_give_away_a_hidden_total() -> None:
    # d is small in p; c is hidden with it there, but x and y would add up to c of p
    table = {
        None: {"a": 200, "b": 200, "c": 130, "d": 60},
        "p": {"a": 60, "b": 60, "c": 40, "d": 8},
        "x": {"a": 30, "b": 30, "c": 20, "d": 8},
        "y": {"a": 30, "b": 30, "c": 20},
        "q": {"a": 140, "b": 140, "c": 90, "d": 52},
    }
    above = {"p": None, "q": None, "x": "p", "y": "p"}
    gone = hidden(table, tree_of(above))
    assert {"p:c", "p:d", "x:d"} <= gone
    assert {"x:c", "y:c"} & gone


def test_suppress_treats_attributes_apart() -> None:
    cells = Cells(
        places=[("request", None)] * 4,
        facets=["language", "language", "concern", "concern"],
        values=["a", "b", "a", "b"],
        sizes=np.array([90, 10, 50, 50]),
        users=np.array([90, 10, 50, 50]),
    )
    assert suppressed_cells(cells, ALONE, POLICY).tolist() == [True, True, False, False]


@st.composite
def trees(draw: st.DrawFn) -> tuple[Cells, Tree]:
    """A window of two top clusters with up to three leaves each, over up to four values."""
    values = "abcd"[: draw(st.integers(1, 4))]
    size = st.integers(0, 45)
    table: dict[str | None, dict[str, int]] = {None: dict.fromkeys(values, 0)}
    above: dict[str, str | None] = {}
    incomplete: set[str | None] = set()
    for top in ("p", "q"):
        above[top], table[top] = None, dict.fromkeys(values, 0)
        for leaf in range(draw(st.integers(1, 3))):
            published = draw(st.booleans()) or leaf == 0
            name = f"{top}{leaf}"
            sizes = {value: draw(size) for value in values}
            for value, number in sizes.items():
                table[top][value] += number
                table[None][value] += number
            if published:
                above[name], table[name] = top, sizes
            elif sum(sizes.values()):
                incomplete.add(top)
    shown = {
        place: {value: number for value, number in of.items() if number}
        for place, of in table.items()
    }
    return cells_of(shown), tree_of(above, *incomplete)


@settings(max_examples=200, deadline=None)
@given(trees())
def test_suppress_leaves_no_single_sum_that_gives_a_cell_away(drawn: tuple[Cells, Tree]) -> None:
    cells, tree = drawn
    mask = suppressed_cells(cells, tree, POLICY)
    small = (cells.sizes < 15) | (cells.users < 5)
    assert mask[small].all()
    at = {
        (place, value): cell
        for cell, (place, value) in enumerate(zip(cells.places, cells.values, strict=True))
    }
    for (_, value), cell in at.items():
        assert mask[cell] or not mask[at[("request", None), value]]
    for place in set(cells.places):
        parts = [cell for (of, _), cell in at.items() if of == place]
        gone = [cell for cell in parts if mask[cell]]
        assert len(gone) == len(parts) or not known(gone, cells)
        for value in set(cells.values):
            children = [at[c, value] for c in children_of(place, tree) if (c, value) in at]
            total = at.get((place, value))
            if not children or total is None:
                continue
            gone = [cell for cell in children if mask[cell]]
            loose = place in tree.incomplete
            if mask[total]:
                assert gone or loose
            elif not loose:
                assert not known(gone, cells)


def known(gone: list[int], cells: Cells) -> bool:
    """Whether the sum of the hidden cells, each at least 1, says what one of them is."""
    return len(gone) == 1 or (bool(gone) and cells.sizes[gone].sum() == len(gone))


def children_of(place: Place, tree: Tree) -> list[Place]:
    return [child for child, parent in tree.above.items() if parent == place]
