"""Words of names and descriptions, counted again: enough users of the cluster wrote each.

The users of a parent are those of all base clusters below it, each counted once. Whatever an
extractive analyst quotes in a facet may come out of the private zone through these texts alone.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between
from privacy_checks.expectations.frames import Frame
from privacy_checks.language.vocabulary import VocabularyRule, needing_support, vocabulary_rule
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import Codes, codes, distinct_in_groups, indices_in, joined
from privacy_checks.recount.tree import ClusterTree
from privacy_checks.recount.words import words_held
from privacy_checks.rules.judging import FrameRule, expecting
from privacy_checks.rules.lent_words import lent_words
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import StoredPartition


@dataclass(frozen=True)
class Shown:
    """Texts that may be published: a table with `facet`, `name` and `description`.

    `node` is the row in the tree of the cluster that each row speaks of, -1 where there is none.
    """

    texts: pa.Table
    node: Codes
    tree: ClusterTree


def shown_of_nodes(tree: ClusterTree) -> Shown:
    """The texts of a tree's own nodes."""
    return Shown(tree.nodes, np.arange(tree.nodes.num_rows), tree)


def author(partition: StoredPartition, policy: PrivacyPolicy) -> str:
    """The analyst whose rule holds for a partition's texts.

    An extractive one, if any had a part in the texts or in the facets that they are about.
    """
    analysts = [partition.analyst, *(one.analyst for one in partition.inputs("facets"))]
    quoting = (analyst for analyst in analysts if analyst in policy.extractive_analysts)
    return next(quoting, partition.analyst)


class WrittenByUsers(Protocol):
    """The members of a window's base clusters, their facets, and whose rule holds for texts."""

    @property
    def members(self) -> pa.Table:
        """With columns `facet`, `cluster` and `conversation`."""
        ...

    @property
    def facets(self) -> pa.Table:
        """With columns `conversation` and `user`, the facets that are clustered, and languages."""
        ...

    @property
    def analyst(self) -> str:
        """Name of the analyst whose rule holds for the texts."""
        ...

    @property
    def policy(self) -> PrivacyPolicy:
        """The policy in force."""
        ...

    @property
    def declared(self) -> Declared:
        """What the operator declared: clustered facets, and categories at the top."""
        ...


WrittenEvidence = TypeVar("WrittenEvidence", bound=WrittenByUsers)


def vocabulary(shown: Callable[[WrittenEvidence], Shown]) -> FrameRule[WrittenEvidence]:
    """Enough users of a cluster wrote every word that needs it of the texts it is shown with.

    Categories at the top are the operator's own words, and headings above the base are those of the
    phrase book, so nobody needs to have written them; nor a line of it (see `lent_words`).
    """

    def frame(evidence: WrittenEvidence) -> Frame:
        rule = vocabulary_rule(evidence.policy, evidence.analyst)
        said = shown(evidence)
        at_top = np.append(is_top(said.tree), False)[said.node]  # node -1 is the one at the end
        kept = ~(at_top & is_category(said.texts, evidence.declared))
        texts = without_headings(said, evidence.declared).filter(pa.array(kept))
        of_users = Shown(texts, said.node[kept], said.tree)
        facets = evidence.facets.select(["conversation", "user", *evidence.declared.clustered])
        lent = lent_words(said.tree, evidence.members, evidence.facets, evidence.declared)
        return words_frame(of_users, evidence.members, facets, rule, lent)

    return expecting(frame, _enough, numbers=_counts)


def words_frame(
    shown: Shown,
    members: pa.Table,
    facets: pa.Table,
    rule: VocabularyRule,
    lent: Mapping[int, Collection[str]] = MappingProxyType({}),
) -> Frame:
    """One row for each text and word in it that needs support: row of the text, users who wrote it.

    `lent` are words, by node, that need none.
    `members` has facet, cluster and conversation of the base clusters' members; `facets` has
    conversation, user and the clustered facets' texts, and no other column.
    """
    wanted = _words_of_texts(shown, rule, lent)
    users = np.zeros(len(wanted.node), dtype=np.int64)
    person = indices_in(members["conversation"], facets["conversation"])
    leaf = shown.tree.leaves_of(members)
    for facet in facets.drop_columns(["conversation", "user"]).column_names:
        mine = np.asarray(pc.equal(members["facet"], facet).to_numpy(), dtype=bool)
        rows = np.flatnonzero(mine & (person >= 0) & (leaf >= 0))
        pairs = np.flatnonzero(wanted.of_facet(shown, facet))
        if len(rows) and len(pairs):
            written = _WordsOfMembers.read(facets, facet, person[rows], leaf[rows], wanted.lemmas)
            users[pairs] = _people(wanted.node[pairs], wanted.lemma[pairs], written, shown.tree)
    return {"text": wanted.text, "users_counted": users}


def is_top(tree: ClusterTree) -> np.ndarray:
    """Which nodes have no parent, and are no base clusters."""
    return np.asarray((tree.level > 0) & np.asarray(tree.nodes["parent"].is_null()))


def is_category(texts: pa.Table, declared: Declared) -> np.ndarray:
    """Which rows have name and description of a category that the operator declared."""
    pairs = [(one.name, one.description) for one in declared.top_level]
    names, descriptions = (pa.array([pair[at] for pair in pairs], pa.string()) for at in (0, 1))
    said = joined(texts["name"], texts["description"])
    return indices_in(said, joined(names, descriptions)) >= 0


def without_headings(shown: Shown, declared: Declared) -> pa.Table:
    """The texts, with nothing in place of names above the base that are declared headings."""
    above = np.append(shown.tree.level > 0, False)[shown.node]
    declared_ones = pa.array(declared.headings, pa.string())
    heading = above & (indices_in(shown.texts["name"], declared_ones) >= 0)
    names = pc.if_else(pa.array(heading), "", shown.texts["name"])
    return shown.texts.set_column(shown.texts.schema.get_field_index("name"), "name", names)


def _enough(policy: PrivacyPolicy) -> Expected:
    return between("users_counted", at_least=policy.min_vocabulary_users)


def _counts(frame: Frame) -> dict[str, int]:
    return {
        "texts": len(np.unique(np.asarray(frame["text"]))),
        "words": len(frame["text"]),
        "fewest_users": int(min(frame["users_counted"], default=0)),
    }


@dataclass(frozen=True)
class _WordsOfTexts:
    """Words that need support, one row for each and each text: row of the text, node and word."""

    text: Codes
    node: Codes
    lemma: Codes
    lemmas: dict[str, int]

    def of_facet(self, shown: Shown, facet: str) -> np.ndarray:
        """Which words stand in texts of a facet, of a cluster that there is."""
        mine = np.asarray(pc.equal(shown.texts["facet"], facet).to_numpy(), dtype=bool)
        return mine[self.text] & (self.node >= 0)


def _words_of_texts(
    shown: Shown, rule: VocabularyRule, lent: Mapping[int, Collection[str]]
) -> _WordsOfTexts:
    lemmas: dict[str, int] = {}
    rows: list[tuple[int, int]] = []
    said = zip(*(shown.texts[name].to_pylist() for name in ("name", "description")), strict=True)
    for at, texts in enumerate(said):
        words = dict.fromkeys(word for text in texts for word in needing_support(text, rule))
        free = lent.get(int(shown.node[at]), ())
        rows.extend((at, lemmas.setdefault(w, len(lemmas))) for w in words if w not in free)
    text, lemma = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return _WordsOfTexts(text, shown.node[text], lemma, lemmas)


@dataclass(frozen=True)
class _WordsOfMembers:
    """One row for each member and word that its text holds: base cluster, word and user."""

    leaf: Codes
    lemma: Codes
    user: Codes

    @classmethod
    def read(
        cls, facets: pa.Table, facet: str, person: Codes, leaf: Codes, lemmas: dict[str, int]
    ) -> "_WordsOfMembers":
        """What members wrote of some lemmas; each distinct text is read once."""
        text_of, texts = codes(facets[facet].take(pa.array(person)))
        users, _ = codes(facets["user"].take(pa.array(person)))
        text, lemma = words_held(texts, lemmas)
        order = np.argsort(text, kind="stable")
        starts = np.searchsorted(text[order], np.arange(len(texts) + 1))
        times = np.diff(starts)[text_of]
        row = np.repeat(np.arange(len(text_of)), times)
        within = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        return cls(leaf[row], lemma[order[starts[text_of[row]] + within]], users[row])


def _people(node: Codes, lemma: Codes, written: _WordsOfMembers, tree: ClusterTree) -> Codes:
    """Distinct users below each node who wrote the lemma; pairs of node and lemma may repeat.

    Base clusters 0 and 1 below node 2. User 7 wrote lemma 3 in both, user 8 in the second:

    >>> from privacy_checks.recount.tree import cluster_tree
    >>> nodes = pa.table({
    ...     "facet": ["request"] * 3, "level": [0, 0, 1], "cluster": [0, 1, 0],
    ...     "parent": [0, 0, None],
    ... })
    >>> leaf, lemma, user = np.array([0, 1, 1]), np.array([3, 3, 3]), np.array([7, 7, 8])
    >>> written = _WordsOfMembers(leaf, lemma, user)
    >>> node, wanted = np.array([0, 1, 2, 2]), np.array([3, 3, 3, 4])
    >>> _people(node, wanted, written, cluster_tree(nodes)).tolist()
    [1, 2, 2, 0]
    """
    width = int(max(lemma.max(), written.lemma.max(initial=0))) + 1
    keys, which = np.unique(node * width + lemma, return_inverse=True)
    people = np.zeros(len(keys), dtype=np.int64)
    for groups, users in _lines(keys, width, written, tree):
        people += distinct_in_groups(groups, users, len(keys))
    return people[which]


def _lines(
    keys: Codes, width: int, written: _WordsOfMembers, tree: ClusterTree
) -> Iterator[tuple[Codes, Codes]]:
    """Position in the keys and user, for the base clusters, their parents, the parents' parents.

    A node is in one of these lines only: all that is below it lies equally deep.
    """
    for line in tree.lines(written.leaf):
        key = np.where(line >= 0, line * width + written.lemma, -1)
        at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        yield np.where(keys[at] == key, at, -1), written.user
