"""Proof by solver that the numbers of a window give no small cell away, and no exact number."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clio_assets.summaries import suppress
from clio_assets.summaries.flows import determined
from clio_assets.summaries.places import UNCLUSTERED
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.exposure import worked_out
from tests.unit.summaries.random_windows import People, Window, publish, windows
from tests.unit.summaries.solver import Row, Truth, bounds_of_cells

PROOF = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)


def exposed(window: Window, attribute: str) -> np.ndarray:
    """Cells under the thresholds that have one possible number only, and are not empty by it."""
    places, rounded = window.counted.places, window.counted.rounded
    cells = window.cells[attribute]
    least, most = bounds_of_cells(places.parent, rounded.sizes, cells, ~window.shown[attribute])
    assert ((least <= cells) & (cells <= most)).all()
    return window.primary(attribute) & (cells > 0) & (least == most)


@settings(PROOF, max_examples=40)
@given(windows())
def test_solver_finds_no_small_cell_when_a_window_is_published(window: Window) -> None:
    for attribute, cells in window.cells.items():
        assert not (window.primary(attribute) & window.shown[attribute]).any()
        if cells.shape[1] > 1:
            assert not exposed(window, attribute).any()


@settings(PROOF, max_examples=60)
@given(st.data())
def test_criterion_agrees_with_the_solver_when_any_cells_are_hidden(data: st.DataObject) -> None:
    places, values = data.draw(st.integers(2, 12)), data.draw(st.integers(1, 5))
    parent = np.array([-1, *(data.draw(st.integers(0, row)) for row in range(places - 1))])
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    atoms = ~np.isin(np.arange(places), parent)
    cells = np.zeros((places, values), dtype=np.int64)
    full = random.random((places, values)) < data.draw(st.sampled_from([0.3, 0.6, 1]))
    cells[atoms] = (random.integers(0, 4, (places, values)) * full)[atoms]
    for row in range(places - 1, 0, -1):
        cells[parent[row]] += cells[row]
    hidden = random.random(cells.shape) < data.draw(st.sampled_from([0.3, 0.6, 0.9]))
    least, most = bounds_of_cells(parent, cells.sum(axis=1), cells, hidden)
    wanted = hidden & (least == most)
    assert (determined(parent, cells, hidden) == wanted).all()
    assert (worked_out(parent, cells, hidden) == wanted).all()


@settings(PROOF, max_examples=25)
@given(windows())
def test_solver_finds_no_number_closer_than_the_rounding_when_a_window_is_published(
    window: Window,
) -> None:
    truth, published = truth_of(window)
    ranges = truth.range_of(published)
    assert min(ranges) >= window.policy.rounding - 1


def truth_of(window: Window) -> tuple[Truth, list[Row]]:
    """The true numbers behind a window, and those of them that are published rounded.

    The rounded numbers of hidden cells are given as well: who does not know them knows less. They
    come from true ones in which no atom was moved out of the lowest block; those alone are looked
    at, which are fewer than there are.
    """
    truth, policy = Truth(), window.policy
    places, rounded = window.counted.places, window.counted.rounded
    base, atoms = policy.rounding, np.flatnonzero(places.is_atom)
    below = {row: [] for row in range(len(places.parent))}
    sizes: dict[int, int] = {}
    for atom, shift in zip(atoms.tolist(), rounded.offsets.tolist(), strict=True):
        start = rounded.sizes[atom] - shift
        least = 0 if places.leaf[atom] == UNCLUSTERED else policy.min_conversations
        sizes[atom] = truth.number(max(start, least), start + base - 1)
        at = atom
        while at >= 0:
            below[at].append(atom)
            at = int(places.parent[at])
    published: list[Row] = [
        {sizes[atom]: 1.0 for atom in below[row]} for row in np.flatnonzero(places.published)
    ]
    loose = {sizes[atom]: 1.0 for atom in atoms.tolist() if not places.published[atom]}
    if sum(rounded.sizes[atom] for atom in atoms if not places.published[atom]):
        published.append(loose)
    published += _cells(truth, window, sizes, below)
    published += _users(truth, window, sizes)
    return truth, published


def _cells(
    truth: Truth, window: Window, sizes: dict[int, int], below: dict[int, list[int]]
) -> list[Row]:
    """True cells: differences of cumulative counts, each in its block; shown ones are enough."""
    base, rounded = window.policy.rounding, window.counted.rounded
    published: list[Row] = []
    for attribute, cells in window.cells.items():
        reached: dict[tuple[int, int], int] = {}
        for atom, shift in zip(sizes, rounded.offsets.tolist(), strict=True):
            for value, total in enumerate(np.cumsum(cells[atom]).tolist()):
                number = truth.number(max(0, total - shift), total - shift + base - 1)
                reached[atom, value] = number
                if value:
                    truth.between({number: 1.0, reached[atom, value - 1]: -1.0}, 0, np.inf)
            truth.between({number: 1.0, sizes[atom]: -1.0}, 0, 0)
        for row, value in np.argwhere(window.shown[attribute]).tolist():
            cell = {reached[atom, value]: 1.0 for atom in below[row]}
            if value:
                cell |= {reached[atom, value - 1]: -1.0 for atom in below[row]}
            truth.between(cell, window.policy.min_cell_conversations, np.inf)
            published.append(cell)
    return published


def _users(truth: Truth, window: Window, sizes: dict[int, int]) -> list[Row]:
    """True users: of published places as near as their published numbers say, unless a bound was
    published in their stead; never more than conversations, nor than all parts have together.
    """
    places, rounded, base = window.counted.places, window.counted.rounded, window.policy.rounding
    half = base // 2
    users: dict[int, int] = {}
    for row in places.upwards():
        parts = [part for part in users if places.parent[part] == row]
        shown = int(rounded.users[row])
        low, high = 0.0, np.inf
        if places.published[row]:
            least = -(-(window.policy.min_users + half) // base) * base if row else 0
            floor = max([least, *(int(rounded.users[part]) for part in parts)])
            room = sum(map(int, rounded.users[parts])) if parts else _ceiling(window, row)
            room += sum(_ceiling(window, part) for part in parts if not places.published[part])
            low = window.policy.min_users if row else 1
            low = low if shown == floor else max(low, shown - half)
            high = np.inf if shown == room else shown + base - half - 1
        users[row] = truth.number(low, high)
        for part in parts:
            truth.between({users[row]: 1.0, users[part]: -1.0}, 0, np.inf)
        most = {users[part]: -1.0 for part in parts} or {sizes[row]: -1.0}
        truth.between({users[row]: 1.0, **most}, -np.inf, 0)
    return [{users[row]: 1.0} for row in np.flatnonzero(places.published).tolist()]


def _ceiling(window: Window, atom: int) -> int:
    """How many users the published size of an atom leaves room for."""
    places, rounded, base = window.counted.places, window.counted.rounded, window.policy.rounding
    shift = int(rounded.offsets[np.searchsorted(np.flatnonzero(places.is_atom), atom)])
    return max(0, (int(rounded.sizes[atom]) - shift + base // 2) // base * base)


#: Two tops of two base clusters each; one conversation in twenty is in Welsh, all in one cluster.
TREE = [[0, 0, 1, 1], [0, 0]]
POLICY = PrivacyPolicy()


def small_cell(*, withheld: frozenset[int] = frozenset()) -> Window:
    """A window in which one base cluster has 6 conversations in a language of 18 elsewhere."""
    leaf = np.repeat([0, 1, 2, 3], 60)
    language = np.zeros(len(leaf), dtype=np.int64)
    language[:6] = 1
    language[60:120:3] = 1
    language[120:180:2] = 1
    language[180::3] = 1
    return publish(
        People(leaf, np.arange(len(leaf)), {"language": language}), TREE, set(withheld), POLICY
    )


def test_solver_finds_a_small_cell_when_nothing_is_hidden_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = small_cell()
    assert not exposed(window, "language").any()
    monkeypatch.setattr(suppress, "determined", lambda _, cells, __: np.zeros(cells.shape, bool))
    careless = small_cell()
    assert exposed(careless, "language").any()
    assert careless.shown["language"].sum() > window.shown["language"].sum()


def test_difference_of_two_levels_says_nothing_when_a_part_is_not_published() -> None:
    """A parent less the one child that is published leaves what the other, withheld one holds."""
    window = small_cell(withheld=frozenset({0}))
    places, cells = window.counted.places, window.cells["language"]
    withheld = int(np.flatnonzero(places.is_atom & ~places.published)[0])
    assert window.primary("language")[withheld, 1]
    assert cells[withheld, 1] > 0
    least, most = bounds_of_cells(
        places.parent, window.counted.rounded.sizes, cells, ~window.shown["language"]
    )
    assert most[withheld, 1] - least[withheld, 1] >= POLICY.rounding


def test_two_windows_say_no_more_than_each_alone_when_they_hold_the_same_clusters() -> None:
    """Windows hold other conversations each, so what is unknown in one is bound by it alone."""
    first, second = small_cell(), small_cell(withheld=frozenset({3}))
    alone = [truth.range_of(published) for truth, published in map(truth_of, (first, second))]
    truth, published = truth_of(first)
    width = len(truth.low)
    other, more = truth_of(second)
    truth.low += other.low
    truth.high += other.high
    for row, low, high in other.rows:
        truth.between({width + at: factor for at, factor in row.items()}, low, high)
    both = [*published, *({width + at: factor for at, factor in row.items()} for row in more)]
    assert truth.range_of(both) == alone[0] + alone[1]
    assert min(alone[0] + alone[1]) >= POLICY.rounding - 1
