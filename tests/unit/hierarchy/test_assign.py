from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.analyst.protocol import ChildToAssign, NotAnswered
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.assign import CANDIDATES, assign_children
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.nodes import grouped, node, tools

AXES = [node(axis, f"Ask about axis{at}") for at, axis in enumerate(np.eye(12, dtype=np.float32))]


class Scripted(FakeAnalyst):
    """Gives every child the same answer, and remembers what was offered."""

    def __init__(self, answer: int | NotAnswered) -> None:
        super().__init__()
        self.answer = answer
        self.asked: Sequence[ChildToAssign] = ()

    def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
        self.asked = children
        return [self.answer] * len(children)


def test_assign_follows_the_analyst() -> None:
    chosen = assign_children(tools(), grouped(3, 4), AXES[:3], 3)
    assert chosen.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_assign_shuffles_the_candidates_by_seed() -> None:
    first, second = Scripted(0), Scripted(0)
    for analyst in (first, second):
        assign_children(tools(analyst), grouped(1, 1) * 12, AXES[:6], 2)
    orders = [[c.text.name for c in child.candidates] for child in first.asked]
    assert all(sorted(order) == sorted(orders[0]) for order in orders)
    assert len({tuple(order) for order in orders}) > 6
    assert orders == [[c.text.name for c in child.candidates] for child in second.asked]


def test_assign_offers_the_nearest_parents_only_when_there_are_many() -> None:
    parents = [*AXES[1:], *(node(-axis.vector) for axis in AXES), AXES[0]]
    analyst = Scripted(0)
    assign_children(tools(analyst), grouped(1, 3), parents, 2)
    for child in analyst.asked:
        assert len(child.candidates) == CANDIDATES
        assert any(candidate is AXES[0] for candidate in child.candidates)


@pytest.mark.parametrize("answer", [NotAnswered("refused"), -1, 3, 99])
def test_assign_falls_back_to_the_nearest_parent_when_the_answer_is_no_use(
    answer: int | NotAnswered,
) -> None:
    task = tools(Scripted(answer))
    chosen = assign_children(task, grouped(3, 4), AXES[:3], 3)
    assert chosen.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert task.counts["assigned_by_vector"] == 12


@pytest.mark.parametrize(("wanted", "fewest"), [(2, 1), (4, 2), (6, 3), (8, 4)])
def test_assign_moves_children_when_too_few_parents_have_any(wanted: int, fewest: int) -> None:
    children = grouped(1, 12)
    task = tools()
    chosen = assign_children(task, children, AXES[:8], wanted)
    assert len(set(chosen.tolist())) == fewest
    assert task.counts["moved_to_keep_level_size"] == fewest - 1


def test_assign_moves_the_child_that_fits_best() -> None:
    children = grouped(1, 6)
    task = tools()
    chosen = assign_children(task, children, AXES[:2], 3)
    likeness = [float(child.vector @ AXES[1].vector) for child in children]
    assert np.flatnonzero(chosen == 1).tolist() == [int(np.argmax(likeness))]


def test_assign_fails_when_answers_are_missing() -> None:
    class Forgetful(FakeAnalyst):
        def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
            return [0]

    with pytest.raises(AnalystError, match="more or fewer"):
        assign_children(tools(Forgetful()), grouped(2, 2), AXES[:2], 2)
