from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.analyst.protocol import Neighbourhood, ParentsToMerge, Proposal
from clio_assets.domain.clusters import ClusterText
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.propose import propose_parents
from tests.fakes.analyst import FakeAnalyst, FakeEmbedder
from tests.fakes.nodes import grouped, work


class Scripted(FakeAnalyst):
    """Proposes a number of parents and remembers what it was asked."""

    def __init__(self, proposed: int, name: str = "Group of things") -> None:
        super().__init__()
        self.proposal = Proposal(ClusterText(name, "Users asked."))
        self.proposed = proposed
        self.neighbourhoods: Sequence[Neighbourhood] = ()
        self.merges: list[ParentsToMerge] = []

    def propose(self, neighbourhoods: Sequence[Neighbourhood]) -> Sequence[Sequence[Proposal]]:
        self.neighbourhoods = neighbourhoods
        return [[self.proposal] * self.proposed for _ in neighbourhoods]

    def deduplicate(self, parents: ParentsToMerge) -> Sequence[Proposal]:
        self.merges.append(parents)
        return super().deduplicate(parents)


def test_propose_asks_each_neighbourhood_for_its_share() -> None:
    analyst = Scripted(4)
    propose_parents(work(analyst, neighbourhood_size=20), grouped(3, 20), 12)
    assert [n.parents_wanted for n in analyst.neighbourhoods] == [4, 4, 4]
    assert [(len(n.nodes), len(n.outsiders)) for n in analyst.neighbourhoods] == [(20, 10)] * 3
    assert [len(merge.proposals) for merge in analyst.merges] == [12]
    assert analyst.merges[0].parents_wanted == 12


def test_propose_asks_for_no_merging_when_there_is_one_neighbourhood() -> None:
    analyst = Scripted(3)
    assert len(propose_parents(work(analyst), grouped(3, 6), 3)) == 3
    assert not analyst.merges


@pytest.mark.parametrize(("proposed", "accepted"), [(4, False), (5, True), (15, True), (16, False)])
def test_propose_fails_when_proposals_are_out_of_bounds(proposed: int, accepted: bool) -> None:
    task = work(Scripted(proposed))
    if accepted:
        assert len(propose_parents(task, grouped(5, 6), 10)) == proposed
    else:
        with pytest.raises(AnalystError, match="5 to 15"):
            propose_parents(task, grouped(5, 6), 10)


def test_propose_leaves_ill_formed_proposals_out_before_counting() -> None:
    task = work(Scripted(10, name="one two three four five six seven eight nine ten eleven"))
    with pytest.raises(AnalystError, match="proposed 0 parents"):
        propose_parents(task, grouped(5, 6), 10)
    assert task.counts["proposals_left_out"] == 10


def test_propose_embeds_name_and_description_when_a_proposal_has_no_vector() -> None:
    parents = propose_parents(work(Scripted(2)), grouped(2, 5), 2)
    expected = FakeEmbedder(12).embed(["Group of things. Users asked."])[0]
    np.testing.assert_array_equal(parents[0].vector, expected)


def test_propose_keeps_the_vectors_of_the_analyst() -> None:
    children = grouped(2, 5)
    parents = propose_parents(work(FakeAnalyst()), children, 2)
    np.testing.assert_array_equal(parents[0].vector, children[0].vector)


def test_propose_fails_when_a_neighbourhood_gets_no_answer() -> None:
    class Silent(FakeAnalyst):
        def propose(self, neighbourhoods: Sequence[Neighbourhood]) -> Sequence[Sequence[Proposal]]:
            return []

    with pytest.raises(AnalystError, match="more or fewer"):
        propose_parents(work(Silent()), grouped(2, 5), 2)
