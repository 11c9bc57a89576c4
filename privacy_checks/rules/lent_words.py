"""Words of declared lines that base clusters are called by: their texts need nobody's support.

A line is fixed text, so it quotes nobody. A base cluster may be called by one where most of its
members wrote other languages than English: there nobody can have written the line's words. What is
above such a cluster may tell of it in the same words.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.language.fixed_lines import MOST_ENGLISH, lemmas_of_line
from privacy_checks.recount.counting import Codes, indices_in
from privacy_checks.recount.tree import ClusterTree
from privacy_checks.stored.declared import Declared

_ENGLISH = "English"


def lent_words(
    tree: ClusterTree, members: pa.Table, facets: pa.Table, declared: Declared
) -> Mapping[int, frozenset[str]]:
    """Row of a node -> lemmas that declared lines lend it.

    `members` has facet, cluster and conversation; `facets` conversation and the facet of languages.
    Base cluster 0 is called by a line and half in German, 1 by the same line and in English:

    >>> from privacy_checks.recount.tree import cluster_tree
    >>> tree = cluster_tree(pa.table({
    ...     "facet": ["request"] * 3, "level": [0, 0, 1], "cluster": [0, 1, 0],
    ...     "parent": [0, 0, None], "name": ["Plan a trip", "Plan a trip", "Get help with trips"],
    ... }))
    >>> members = pa.table({
    ...     "facet": ["request"] * 4, "cluster": [0, 0, 0, 1], "conversation": list("abcd"),
    ... })
    >>> facets = pa.table({
    ...     "conversation": list("abcd"), "language": ["German", "German", "English", "English"],
    ... })
    >>> lent = lent_words(tree, members, facets, Declared(lines=("Plan a trip",)))
    >>> {row: sorted(lemmas) for row, lemmas in lent.items()}
    {0: ['plan', 'trip'], 2: ['plan', 'trip']}
    """
    languages = declared.of_kind("languages")
    if not declared.lines or not languages:
        return {}
    lines = frozenset(declared.lines)
    names = tree.nodes["name"].to_pylist()
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for leaf in _in_other_languages(tree, members, facets, languages[0]):
        lemmas = lemmas_of_line(names[leaf], lines)
        at = leaf
        while lemmas and at >= 0:
            found[at] |= lemmas
            at = int(tree.parent[at])
    return dict(found)


def _in_other_languages(
    tree: ClusterTree, members: pa.Table, facets: pa.Table, language: str
) -> list[int]:
    """Rows of the base clusters of which too few members wrote English."""
    leaf = tree.leaves_of(members)
    person = indices_in(members["conversation"], facets["conversation"])
    known = (leaf >= 0) & (person >= 0)
    english = np.asarray(pc.equal(facets[language], _ENGLISH).to_numpy(), dtype=bool)
    of_members = _counts(leaf[known], tree)
    in_english = _counts(leaf[known][english[person[known]]], tree)
    return np.flatnonzero((of_members > 0) & (in_english < MOST_ENGLISH * of_members)).tolist()


def _counts(leaves: Codes, tree: ClusterTree) -> Codes:
    return np.bincount(leaves, minlength=tree.nodes.num_rows)
