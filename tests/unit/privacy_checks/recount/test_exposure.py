import networkx
import numpy as np
import pytest

from clio_assets.summaries.flows import determined
from privacy_checks.recount.exposure import only_links, worked_out

#: A window over three base clusters.
FLAT = np.array([-1, 0, 0, 0])


def window(*atoms: list[int]) -> np.ndarray:
    return np.array([np.sum(atoms, axis=0).tolist(), *atoms])


@pytest.mark.parametrize(
    ("hidden", "found"),
    [
        ([], []),
        ([(1, 0)], [(1, 0)]),
        ([(1, 0), (1, 1)], [(1, 0), (1, 1)]),
        ([(1, 0), (2, 0)], [(1, 0), (2, 0)]),
        ([(1, 0), (1, 1), (2, 0), (2, 1)], []),
        ([(1, 0), (1, 1), (2, 1), (2, 2), (3, 2), (3, 0)], []),
        ([(1, 0), (1, 1), (2, 1), (2, 2), (3, 2)], [(1, 0), (1, 1), (2, 1), (2, 2), (3, 2)]),
        ([(0, 0), (1, 0), (0, 1), (1, 1)], []),
    ],
)
def test_worked_out_finds_cells_without_a_circle(
    hidden: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    cells = window([3, 40, 20], [30, 20, 10], [5, 5, 50])
    mask = np.zeros(cells.shape, dtype=bool)
    for cell in hidden:
        mask[cell] = True
    wanted = np.zeros(cells.shape, dtype=bool)
    for cell in found:
        wanted[cell] = True
    assert (worked_out(FLAT, cells, mask) == wanted).all()


def test_worked_out_finds_cells_when_empty_ones_leave_no_room() -> None:
    cells = window([3, 0, 20], [0, 4, 10], [5, 5, 50])
    mask = np.zeros(cells.shape, dtype=bool)
    mask[1:3, :2] = True
    assert not worked_out(FLAT, cells, mask).any()  # 3 and 4 can move to the empty two
    cells[1:3, :2] = [[3, 4], [0, 0]]
    cells[0] = cells[1:].sum(axis=0)
    assert (worked_out(FLAT, cells, mask) == mask).all()  # nothing can come back from below


def test_worked_out_agrees_with_the_stage_when_there_are_ten_thousand_clusters() -> None:
    random = np.random.default_rng(1)
    tops, leaves, values = 300, 10_000, 60
    above = np.array([-1, *([0] * tops), *(1 + np.arange(leaves) % tops)])
    cells = np.zeros((len(above), values), dtype=np.int64)
    cells[1 + tops :] = random.poisson(0.3, (leaves, values)) * 5
    for row in range(len(above) - 1, 0, -1):
        cells[above[row]] += cells[row]
    hidden = cells < 20
    found = worked_out(above, cells, hidden)
    assert found.any()
    assert (found == determined(above, cells, hidden)).all()


def test_only_links_are_the_bridges_of_all_links_when_graphs_are_random() -> None:
    random = np.random.default_rng(2)
    for _ in range(200):
        nodes, links = random.integers(2, 30), random.integers(0, 50)
        start, end = random.integers(0, nodes, (2, links))
        start, end = start[start != end], end[start != end]
        pairs = [tuple(sorted(pair)) for pair in zip(start.tolist(), end.tolist(), strict=True)]
        bridges = {tuple(sorted(pair)) for pair in networkx.bridges(networkx.MultiGraph(pairs))}
        assert only_links(start, end).tolist() == [pair in bridges for pair in pairs]
