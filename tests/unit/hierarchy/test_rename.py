from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.analyst.protocol import NotAnswered, ParentToRename
from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.errors import AnalystError
from clio_assets.hierarchy.nodes import merged_terms
from clio_assets.hierarchy.rename import NEUTRAL, Family, rename_parents
from clio_assets.hierarchy.support import Vocabulary, Writings
from privacy_checks.language.vocabulary import ALL_WORDS, VocabularyRule, unsupported
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst
from tests.fakes.nodes import grouped, node, work

PROPOSALS = [node(axis, f"proposal {at}", 0) for at, axis in enumerate(np.eye(3, dtype=np.float32))]
GROUPS = [grouped(1, 2), grouped(1, 3), grouped(1, 1)]
FAMILIES = [
    Family(proposal, group, [at])
    for at, (proposal, group) in enumerate(zip(PROPOSALS, GROUPS, strict=True))
]
#: Ordinary words are free.
RARE = Vocabulary(VocabularyRule(True), 5, PrivacyPolicy())
#: Three users of each of two base clusters wrote "bread", one of them of both; six wrote "bake".
WRITINGS = Writings(
    ["bake bread", "bake"],
    [np.array([0, 0, 0, 1]), np.array([0, 0, 0, 1, 1, 1])],
    [np.array([0, 1, 2, 3]), np.array([2, 3, 4, 5, 6, 7])],
)


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
    texts = rename_parents(task, FAMILIES, RARE)
    assert texts == [
        ClusterText("New name", "Users asked."),
        PROPOSALS[1].text,
        PROPOSALS[2].text,
    ]
    assert task.counts["not_renamed"] == 2


def test_rename_shows_children_and_the_other_parents() -> None:
    analyst = Scripted(*[ClusterText("Name", "Users asked.")] * 3)
    rename_parents(work(analyst), FAMILIES, RARE)
    assert [question.children for question in analyst.asked] == GROUPS
    assert [sorted(question.siblings) for question in analyst.asked] == [[1, 2], [0, 2], [0, 1]]


def test_rename_fails_when_answers_are_missing() -> None:
    with pytest.raises(AnalystError, match="more or fewer"):
        rename_parents(work(Scripted()), FAMILIES, RARE)


class Stubborn(FakeAnalyst):
    """Gives every parent a name with a word of its choice, and remembers what to avoid."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words
        self.avoided: list[list[str]] = []

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        self.avoided.append([word for parent in parents for word in parent.avoid])
        word = self.words[len(self.avoided) - 1]
        return [ClusterText(f"Ask about {word}", "Users asked.") for _ in parents]


def family(*terms: Term) -> Family:
    vector = np.ones(1, dtype=np.float32)
    return Family(node(vector, "Proposal", 0), [node(vector, "Child", 20, *terms)], [0, 1])


@pytest.mark.parametrize(
    ("words", "names", "count"),
    [
        (["bread"], "Ask about bread", None),
        (["Kowalski", "bread"], "Ask about bread", "renamed"),
        (["Kowalski", "Pfizer"], "Requests about bread", "named_plainly"),
    ],
)
def test_rename_gives_supported_words_only(words: list[str], names: str, count: str | None) -> None:
    analyst = Stubborn(*words)
    task = work(analyst)
    texts = rename_parents(
        task, [family(Term("bread", "bread", 9))], Vocabulary(ALL_WORDS, 5, PrivacyPolicy())
    )
    assert [text.name for text in texts] == [names]
    assert analyst.avoided[1:] == [["kowalski"]] * (len(words) - 1)
    assert {name for name, number in task.counts.items() if number} == ({count} if count else set())


def test_rename_gives_a_neutral_text_when_no_word_has_support() -> None:
    task = work(Stubborn("Kowalski", "Pfizer"))
    assert rename_parents(task, [family()], RARE) == [NEUTRAL]
    assert task.counts["unsupported_vocabulary"] == 1
    assert unsupported(f"{NEUTRAL.name}. {NEUTRAL.description}", set()) == []


@pytest.mark.parametrize(("min_users", "name"), [(5, "Ask about bread"), (6, "Other requests")])
def test_rename_counts_the_users_of_all_base_clusters_once(min_users: int, name: str) -> None:
    vocabulary = Vocabulary(ALL_WORDS, min_users, PrivacyPolicy(), WRITINGS)
    (text,) = rename_parents(work(Stubborn("bread", "bread")), [family()], vocabulary)
    assert text.name == name


def test_rename_counts_no_users_of_other_base_clusters() -> None:
    vocabulary = Vocabulary(ALL_WORDS, 5, PrivacyPolicy(), WRITINGS)
    vector = np.ones(1, dtype=np.float32)
    alone = Family(node(vector, "Proposal", 0), [node(vector, "Child")], [0])
    (text,) = rename_parents(work(Stubborn("bread", "bread")), [alone], vocabulary)
    assert text == NEUTRAL


def test_rename_checks_a_proposal_s_text_when_it_is_kept() -> None:
    vector = np.ones(1, dtype=np.float32)
    kept = Family(node(vector, "Ask Kowalski", 0), [node(vector, "Child")], [0])
    assert rename_parents(work(Scripted(NotAnswered("refused"))), [kept], RARE) == [NEUTRAL]


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
