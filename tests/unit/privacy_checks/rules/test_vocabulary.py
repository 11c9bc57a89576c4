from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.language.lemmas import content_lemmas
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.tree import cluster_tree
from privacy_checks.recount.words import words_held
from privacy_checks.rules.judging import RuleResult
from privacy_checks.rules.vocabulary import (
    Shown,
    author,
    shown_of_nodes,
    vocabulary,
)
from privacy_checks.stored.declared import Declared

POLICY = PrivacyPolicy(min_vocabulary_users=3)
NODES = pa.schema(
    [
        ("facet", pa.string()),
        ("level", pa.int32()),
        ("cluster", pa.int32()),
        ("parent", pa.int32()),
        ("name", pa.string()),
        ("description", pa.string()),
    ]
)
#: Base cluster, user, text. Everybody bakes; "rye" has two users in each cluster, one in both.
WRITTEN = [
    (0, "u1", "bake rye bread"),
    (0, "u2", "bakes rye bread"),
    (0, "u3", "Bake [e-mail] bread, bread, bread!"),
    (0, "u3", "bake cake"),
    (0, "u3", "cake and cake"),
    (1, "u2", "bake rye"),
    (1, "u4", "bake rye"),
    (1, "u5", "bake at naïve Köln"),
]


def tables(written: Sequence[tuple[int, str, str]] = WRITTEN) -> tuple[pa.Table, pa.Table]:
    ids = [f"c{at}" for at in range(len(written))]
    members = pa.table(
        {
            "facet": ["request"] * len(written),
            "cluster": pa.array([cluster for cluster, _, _ in written], pa.int32()),
            "conversation": ids,
        }
    )
    facets = pa.table(
        {
            "conversation": ids[::-1],
            "user": [user for _, user, _ in written][::-1],
            "request": [text for _, _, text in written][::-1],
        }
    )
    return members, facets


def nodes(**names: str) -> pa.Table:
    """Base clusters a and b, their parent p, and the top t; "bake" where nothing is said."""
    places = {"a": (0, 0, 0), "b": (0, 1, 0), "p": (1, 0, 0), "t": (2, 0, None)}
    rows: list[Mapping[str, object]] = [
        {
            "facet": "request",
            "level": level,
            "cluster": cluster,
            "parent": parent,
            "name": f"Ask about {names.get(node, 'bake')}",
            "description": "Users asked.",
        }
        for node, (level, cluster, parent) in places.items()
    ]
    return pa.Table.from_pylist(rows, schema=NODES)


@dataclass(frozen=True)
class Evidence:
    """What the rule asks of a gate's evidence."""

    shown: Shown
    members: pa.Table
    facets: pa.Table
    analyst: str
    policy: PrivacyPolicy = POLICY
    declared: Declared = field(default_factory=Declared)


def _shown(evidence: Evidence) -> Shown:
    return evidence.shown


def judged(
    shown: Shown, members: pa.Table, facets: pa.Table, policy: PrivacyPolicy, analyst: str
) -> RuleResult:
    """What the rule finds in such evidence."""
    evidence = Evidence(shown, members, facets, analyst, policy)
    return vocabulary(_shown)(evidence, policy)


@pytest.mark.parametrize(
    ("names", "violations"),
    [
        ({}, 0),
        ({"a": "bread"}, 0),
        ({"a": "breads and bakes"}, 0),
        ({"b": "bread"}, 1),
        ({"p": "bread"}, 0),
        ({"a": "cake"}, 1),  # one user, three times
        ({"a": "rye"}, 1),
        ({"b": "rye"}, 1),
        ({"p": "rye", "t": "rye"}, 0),  # three users, one in both clusters
        ({"t": "mail"}, 1),  # of a placeholder
        ({"a": "x" * 50, "t": "secret"}, 2),
    ],
)
def test_vocabulary_counts_texts_with_words_of_too_few_users(
    names: dict[str, str], violations: int
) -> None:
    shown = shown_of_nodes(cluster_tree(nodes(**names)))
    found = judged(shown, *tables(), POLICY, "local")
    assert found.violations == violations
    assert (found.numbers["fewest_users"] < POLICY.min_vocabulary_users) == (violations > 0)


def test_vocabulary_counts_a_user_of_two_clusters_once() -> None:
    policy = PrivacyPolicy(min_vocabulary_users=4)  # rye: u1, u2, u2, u4
    shown = shown_of_nodes(cluster_tree(nodes(a="things", b="things", p="rye")))
    found = judged(shown, *tables(), policy, "local")
    assert found.violations == 1


def test_vocabulary_reads_descriptions() -> None:
    table = nodes()
    said = ["Users asked about pies.", *["Users asked."] * 3]
    table = table.set_column(5, NODES.field("description"), pa.array(said))
    found = judged(shown_of_nodes(cluster_tree(table)), *tables(), POLICY, "local")
    assert found.violations == 1


@pytest.mark.parametrize(
    ("name", "analyst", "violations"),
    [
        ("rye", "local", 1),
        ("bread", "local", 0),
        ("guidance", "local", 1),
        ("guidance", "claude", 0),
        ("Kowalski", "claude", 1),
        ("kowalski", "claude", 1),
        ("Apple", "claude", 1),
        ("naïve Köln", "claude", 1),
    ],
)
def test_vocabulary_frees_ordinary_words_when_the_analyst_describes(
    name: str, analyst: str, violations: int
) -> None:
    shown = shown_of_nodes(cluster_tree(nodes(a=name)))
    assert judged(shown, *tables(), POLICY, analyst).violations == violations


def test_vocabulary_is_strict_when_an_analyst_quotes_whatever_the_policy() -> None:
    policy = PrivacyPolicy(min_vocabulary_users=3, vocabulary="rare")
    shown = shown_of_nodes(cluster_tree(nodes(a="guidance")))
    assert judged(shown, *tables(), policy, "local").violations == 1


def test_vocabulary_judges_other_texts_of_the_tree_s_nodes() -> None:
    tree = cluster_tree(nodes())
    texts = nodes(a="bread", b="bread").slice(0, 2)
    for node, violations in (([0, 2], 0), ([0, 1], 1), ([1, 1], 2), ([0, -1], 1)):
        shown = Shown(texts, np.array(node), tree)
        assert judged(shown, *tables(), POLICY, "local").violations == violations


def test_vocabulary_supports_nothing_when_members_have_no_facets() -> None:
    members, facets = tables()
    shown = shown_of_nodes(cluster_tree(nodes()))
    assert judged(shown, members, facets.slice(8), POLICY, "local").violations == 4
    assert judged(shown, members.slice(8), facets, POLICY, "local").violations == 4


def test_vocabulary_accepts_tables_without_rows() -> None:
    shown = shown_of_nodes(cluster_tree(nodes().slice(4)))
    assert judged(shown, *tables(), POLICY, "local").violations == 0


def test_vocabulary_counts_words_and_texts() -> None:
    shown = shown_of_nodes(cluster_tree(nodes(a="rye bread and cake")))
    found = judged(shown, *tables(), POLICY, "local")
    assert found.violations == 2
    assert found.numbers == {"texts": 4, "words": 6, "fewest_users": 1}
    assert found.expectations == 1


def test_vocabulary_tells_no_words() -> None:
    shown = shown_of_nodes(cluster_tree(nodes(a="secret")))
    found = judged(shown, *tables(), POLICY, "local")
    assert all(isinstance(number, int) for number in found.numbers.values())


@pytest.mark.parametrize("facet", ["zzz", "user", "conversation"])
def test_vocabulary_supports_nothing_when_a_facet_is_none(facet: str) -> None:
    table = nodes().set_column(0, NODES.field("facet"), pa.array([facet] * 4))
    members, facets = tables()
    members = members.set_column(0, "facet", pa.array([facet] * 8))
    found = judged(shown_of_nodes(cluster_tree(table)), members, facets, POLICY, "local")
    assert found.violations == 4


@dataclass(frozen=True)
class Made:
    """A partition by an analyst, made from facets by others."""

    analyst: str
    facets_by: tuple[str, ...] = ()

    stage = key = ""
    tables = ()

    def table(self, name: str) -> pa.Table:
        raise KeyError(name)

    def inputs(self, stage: str) -> Sequence["Made"]:
        return [Made(analyst) for analyst in self.facets_by if stage == "facets"]


@pytest.mark.parametrize(
    ("partition", "analyst"),
    [
        (Made("claude", ("claude", "claude")), "claude"),
        (Made("local", ("local",)), "local"),
        (Made("claude", ("claude", "local")), "local"),
        (Made("local", ("claude",)), "local"),
    ],
)
def test_author_is_the_extractive_one_when_any_had_a_part(partition: Made, analyst: str) -> None:
    assert author(partition, POLICY) == analyst


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abZ9 '-_[]:.é東ー\n", max_size=30), max_size=6))
def test_words_held_are_those_of_each_text_read_alone(texts: list[str]) -> None:
    lemmas = sorted({lemma for text in texts for lemma in content_lemmas(text)})
    wanted = {lemma: number for number, lemma in enumerate(lemmas)}
    row, word = words_held(pa.array(texts, pa.string()), wanted)
    found = sorted(set(zip(row.tolist(), word.tolist(), strict=True)))
    assert found == sorted(
        {(at, wanted[lemma]) for at, text in enumerate(texts) for lemma in content_lemmas(text)}
    )
