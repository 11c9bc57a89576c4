from dataclasses import replace

import numpy as np
import pytest

from clio_assets.summaries.flows import bridges
from clio_assets.summaries.rounding import rounded_cells, rounded_sizes
from clio_assets.summaries.suppress import Board, primary, suppressed
from privacy_checks.policy.model import PrivacyPolicy

#: With a base of one, cells are shown as they are.
EXACT = PrivacyPolicy(min_cell_conversations=15, min_cell_users=5, rounding=1)


def board(
    parent: list[int],
    atoms: dict[int, list[int]],
    *,
    hidden: tuple[int, ...] = (),
    users: dict[tuple[int, int], int] | None = None,
    nameless: tuple[int, ...] = (),
) -> Board:
    """Cells of atoms, added up; as many users as conversations unless told."""
    values = len(next(iter(atoms.values())))
    sizes = np.zeros((len(parent), values), dtype=np.int64)
    for row in range(len(parent) - 1, -1, -1):
        sizes[row] += atoms.get(row, np.zeros(values, dtype=np.int64))
        if parent[row] >= 0:
            sizes[parent[row]] += sizes[row]
    people = sizes.copy()
    for cell, number in (users or {}).items():
        people[cell] = number
    published = ~np.isin(np.arange(len(parent)), hidden)
    columns = np.isin(np.arange(values), nameless)
    return Board(np.array(parent), published, sizes, people, sizes, columns)


def hidden(found: Board, policy: PrivacyPolicy = EXACT) -> set[str]:
    rows, values = np.nonzero(suppressed(found, policy)[found.published])
    return {f"{row}{'abcdef'[value]}" for row, value in zip(rows, values, strict=True)}


@pytest.mark.parametrize(
    ("sizes", "gone"),
    [
        ([100, 15], ""),
        ([100, 14], "ab"),
        ([100, 30, 14], "bc"),
        ([100, 30, 3, 2], "cd"),
        ([100, 30, 1, 1], "cd"),
        ([100, 30, 14, 0], "cd"),
        ([2, 1], "ab"),
        ([14], "a"),
        ([100], ""),
    ],
)
def test_suppress_hides_a_small_value_with_another_when_a_window_has_one_cluster(
    sizes: list[int], gone: str
) -> None:
    found = board([-1, 0], {1: sizes})
    assert hidden(found) == {f"{row}{value}" for row in (0, 1) for value in gone}


def test_suppress_hides_a_cell_when_few_users_are_behind_it() -> None:
    few = {(0, 1): 4, (1, 1): 4}
    assert hidden(board([-1, 0], {1: [100, 60, 40]}, users=few)) == {"0b", "0c", "1b", "1c"}
    assert hidden(board([-1, 0], {1: [100, 60, 40]})) == set()


def test_suppress_hides_a_rectangle_when_one_cell_of_the_base_is_small() -> None:
    found = board([-1, 0, 0, 0], {1: [3, 47, 50], 2: [40, 30, 50], 3: [50, 60, 50]})
    assert hidden(found) == {"1a", "1b", "2a", "2b"}


def test_suppress_hides_nothing_more_when_small_cells_protect_each_other() -> None:
    found = board([-1, 0, 0, 0], {1: [3, 7, 50], 2: [4, 9, 50], 3: [50, 60, 50]})
    assert hidden(found) == {"1a", "1b", "2a", "2b"}


def test_suppress_hides_no_more_when_a_small_cell_is_empty() -> None:
    assert hidden(board([-1, 0, 0], {1: [0, 50], 2: [40, 30]})) == {"1a"}


def test_suppress_protects_conversations_in_no_cluster_when_a_difference_would_tell() -> None:
    # row 2 is not published: the window less row 1 is what it holds
    found = board([-1, 0, 0], {1: [40, 50], 2: [3, 30]}, hidden=(2,))
    assert hidden(found) == {"1a", "1b"}
    assert hidden(board([-1, 0, 0], {1: [40, 50], 2: [20, 30]}, hidden=(2,))) == set()


def test_suppress_hides_a_value_below_when_a_place_hides_it() -> None:
    found = board([-1, 0, 0, 1, 1], {2: [20, 40], 3: [20, 40], 4: [2, 40]}, users={(1, 0): 4})
    gone = suppressed(found, EXACT)
    assert gone[1, 0]
    for row in range(1, 5):
        assert (gone[row] | ~gone[found.parent[row]]).all()


def test_suppress_never_names_the_unknown_when_many_have_no_value() -> None:
    found = board([-1, 0], {1: [50, 50, 60]}, nameless=(2,))
    assert hidden(found) == {"0c", "1c"}


def test_suppress_hides_a_cell_when_rounding_leaves_open_whether_it_is_enough() -> None:
    found = board([-1, 0, 0], {1: [15, 50], 2: [45, 50]})
    policy = EXACT.model_copy(update={"rounding": 5})
    assert hidden(found, policy) == {"1a"}


@pytest.mark.parametrize("seed", range(20))
def test_bridges_are_those_whose_removal_parts_the_graph(seed: int) -> None:
    random = np.random.default_rng(seed)
    pairs = {tuple(sorted(pair)) for pair in random.integers(0, 12, (14, 2)).tolist()}
    edges = np.array(sorted(pair for pair in pairs if pair[0] != pair[1]))
    found = bridges(edges[:, 0], edges[:, 1], 12)
    for edge in range(len(edges)):
        rest = np.delete(edges, edge, axis=0).tolist()
        seen, wave = {edges[edge, 0]}, [edges[edge, 0]]
        while wave:
            node = wave.pop()
            near = {b for a, b in rest if a == node} | {a for a, b in rest if b == node}
            wave += near - seen
            seen |= near
        assert found[edge] == (edges[edge, 1] not in seen)


def test_suppress_shows_most_when_there_are_ten_thousand_clusters() -> None:
    random = np.random.default_rng(1)
    tops, leaves, values = 300, 10_000, 60
    parent = np.array([-1, *([0] * tops), *(1 + np.arange(leaves) % tops)])
    share = 1 / np.arange(1, values + 1) ** 1.5
    atoms = np.arange(1 + tops, len(parent))
    sizes = np.zeros((len(parent), values), dtype=np.int64)
    mixes = random.dirichlet(share * 4, leaves)
    sizes[atoms] = random.multinomial(20 + random.geometric(1 / 80, leaves), mixes)
    shifts = random.integers(0, 5, leaves)
    total = rounded_sizes(sizes[atoms].sum(axis=1), shifts, np.full(leaves, 20), 5)
    cells = np.zeros_like(sizes)
    cells[atoms] = rounded_cells(sizes[atoms], shifts, total, 5)
    for row in range(len(parent) - 1, 0, -1):
        sizes[parent[row]] += sizes[row]
        cells[parent[row]] += cells[row]
    published = np.append(np.ones(1 + tops, dtype=bool), random.random(leaves) > 0.05)
    found = Board(parent, published, sizes, sizes, cells, np.zeros(values, dtype=bool))
    policy = PrivacyPolicy()
    gone = suppressed(found, policy)
    enough = ~primary(found, policy) & published[:, None]
    assert (~gone & enough).sum() > 0.8 * enough.sum()


@pytest.mark.parametrize(
    ("indistinct", "gone"),
    [((), ""), ((1,), "bc"), ((0,), "ac"), ((1, 2), "bc"), ((0, 1, 2), "abc")],
)
def test_suppress_hides_a_value_with_another_when_other_maps_number_it_too(
    indistinct: tuple[int, ...], gone: str
) -> None:
    found = board([-1, 0, 0], {1: [100, 60, 30], 2: [100, 60, 30]})
    found = replace(found, indistinct=np.isin(np.arange(3), indistinct))
    assert hidden(found) == {f"{row}{value}" for row in (0, 1, 2) for value in gone}
