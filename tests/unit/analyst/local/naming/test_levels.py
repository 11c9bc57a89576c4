import numpy as np
import pytest

from clio_assets.analyst.local.naming.levels import assign, deduplicate, grouped, propose
from clio_assets.analyst.protocol import ChildToAssign, Neighbourhood, NotAnswered, ParentsToMerge
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.types import Vector

REQUEST = DEFAULT_FACETS[0]
THINGS = ("flights", "bills", "jokes", "recipes", "taxes", "songs")


def near(axis: int, tilt: float, size: int = 20) -> Node:
    """A cluster close to an axis."""
    vector: Vector = np.zeros(8, dtype=np.float32)
    vector[axis], vector[7] = 1, tilt
    vector /= np.linalg.norm(vector)
    return Node(ClusterText(f"Ask about {THINGS[axis]} {tilt}", "Users asked."), size, vector)


NODES = [near(axis, tilt / 10) for axis in range(4) for tilt in range(3)]


def test_grouped_puts_similar_clusters_together() -> None:
    assert grouped(NODES, 4) == [NODES[start : start + 3] for start in (0, 3, 6, 9)]


@pytest.mark.parametrize(("groups", "expected"), [(1, 1), (4, 4), (12, 12), (50, 12), (0, 1)])
def test_grouped_gives_as_many_groups_as_there_can_be(groups: int, expected: int) -> None:
    found = grouped(NODES, groups)
    assert len(found) == expected
    assert sorted(id(node) for group in found for node in group) == sorted(map(id, NODES))


def test_grouped_gives_nothing_when_there_is_nothing() -> None:
    assert grouped([], 3) == []


def test_propose_gives_the_wanted_number_of_named_unit_vectors() -> None:
    (found,) = propose([Neighbourhood(REQUEST, NODES, [], 4)])
    assert len(found) == 4
    names = [proposal.text.name for proposal in found]
    assert len(set(names)) == 4
    assert "flights" in names[0]
    for proposal in found:
        assert proposal.vector is not None
        assert np.linalg.norm(proposal.vector) == pytest.approx(1, abs=1e-5)


def test_propose_weighs_a_centre_by_size() -> None:
    heavy, light = near(0, 0.0, size=900), near(0, 1.0, size=100)
    ((proposal,),) = propose([Neighbourhood(REQUEST, [heavy, light], [], 1)])
    assert proposal.vector is not None
    assert proposal.vector @ heavy.vector > proposal.vector @ light.vector


def test_deduplicate_merges_to_the_wanted_number_and_keeps_a_text_of_each_group() -> None:
    found = deduplicate(ParentsToMerge(REQUEST, NODES, 4))
    assert [proposal.text for proposal in found] == [
        NODES[start + 1].text for start in (0, 3, 6, 9)
    ]


def test_assign_takes_the_most_similar_candidate_wherever_it_stands() -> None:
    candidates = [near(axis, 0.0) for axis in (2, 0, 1)]
    questions = [ChildToAssign(near(axis, 0.3), candidates) for axis in (0, 1, 2)]
    assert assign(questions) == [1, 2, 0]


def test_assign_is_not_answered_when_there_is_no_candidate() -> None:
    assert assign([ChildToAssign(NODES[0], [])]) == [NotAnswered("no_candidates")]
