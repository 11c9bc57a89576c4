from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.analyst.protocol import ClusterText, NotAnswered, ParentToRename, Term
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.nodes import merged_terms
from clio_assets.hierarchy.rename import rename_parents
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.nodes import grouped, node, work

PROPOSALS = [node(axis, f"Proposal {at}", 0) for at, axis in enumerate(np.eye(3, dtype=np.float32))]
FAMILIES = [grouped(1, 2), grouped(1, 3), grouped(1, 1)]


class Scripted(FakeAnalyst):
    """Gives the same texts whatever it is asked, and remembers what that was."""

    def __init__(self, *answers: ClusterText | NotAnswered) -> None:
        super().__init__()
        self.answers = answers
        self.asked: Sequence[ParentToRename] = ()

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        self.asked = parents
        return self.answers


def test_rename_keeps_the_proposal_when_there_is_no_usable_answer() -> None:
    analyst = Scripted(
        ClusterText(" New\nname ", "Users  asked."),
        NotAnswered("refused"),
        ClusterText("a b c d e f g h i j k", "Users asked."),
    )
    task = work(analyst)
    texts = rename_parents(task, PROPOSALS, FAMILIES)
    assert texts == [
        ClusterText("New name", "Users asked."),
        PROPOSALS[1].text,
        PROPOSALS[2].text,
    ]
    assert task.counts["not_renamed"] == 2


def test_rename_shows_children_and_the_other_parents() -> None:
    analyst = Scripted(*[ClusterText("Name", "Users asked.")] * 3)
    rename_parents(work(analyst), PROPOSALS, FAMILIES)
    assert [question.children for question in analyst.asked] == FAMILIES
    assert [sorted(question.siblings) for question in analyst.asked] == [[1, 2], [0, 2], [0, 1]]


def test_rename_fails_when_answers_are_missing() -> None:
    with pytest.raises(AnalystError, match="more or fewer"):
        rename_parents(work(Scripted()), PROPOSALS, FAMILIES)


def test_merged_terms_take_the_most_users_of_any_child() -> None:
    vector = np.ones(1, dtype=np.float32)
    children = [
        node(vector, "A", 20, Term("bake", "bake", 7), Term("bread", "bread", 9)),
        node(vector, "B", 20, Term("bake", "baking", 12), Term("apple", "apples", 9)),
    ]
    assert merged_terms(children) == [
        Term("bake", "baking", 12),
        Term("apple", "apples", 9),
        Term("bread", "bread", 9),
    ]
