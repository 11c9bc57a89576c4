"""Organise a window's base clusters in levels.

For an analyst that describes, as in the paper (G.7), level by level: neighbourhoods of clusters,
parents proposed for each, made distinct, every cluster assigned to its best parent, parents renamed
from their children. For one that quotes, the levels are cuts through one tree, and parents are
named from the base clusters below them. Where the operator gives the categories of the topmost
level, its clusters are those instead: not proposed and not renamed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.analyst.protocol import Analyst
from clio_assets.domain.clusters import ClusterText, Node, Term
from clio_assets.domain.embedder import Embedder
from clio_assets.domain.facets import FacetDefinition
from clio_assets.ground.types import Indices, Vector
from clio_assets.ground.vectors import from_column, mean_direction
from clio_assets.hierarchy.assign import assign_categories, assign_children
from clio_assets.hierarchy.headings import with_headings
from clio_assets.hierarchy.levels import level_sizes
from clio_assets.hierarchy.nodes import HierarchyTools, merged_terms, vectors_of
from clio_assets.hierarchy.propose import propose_parents
from clio_assets.hierarchy.rename import Family, rename_parents
from clio_assets.hierarchy.schema import NODES
from clio_assets.hierarchy.support import Vocabulary, read_writings
from clio_assets.hierarchy.topics import Subject, Topics
from clio_assets.hierarchy.tree import cut_levels
from clio_assets.home.settings import HierarchySettings
from privacy_checks.language.fixed_lines import lemmas_of_line
from privacy_checks.language.vocabulary import vocabulary_rule
from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class BaseClusters:
    """The tables of the `clusters` stage that a hierarchy is made of.

    With the window's `facets`, a word of a parent counts the users of all its base clusters;
    without them, only words that one base cluster supports alone are supported.
    """

    clusters: pa.Table
    members: pa.Table
    centroids: pa.Table
    terms: pa.Table
    facets: pa.Table | None = None


@dataclass(frozen=True)
class HierarchyRules:
    """What the result depends on besides data, analyst and embedder.

    `top_level` are the categories of a fixed top; without any it is found. `topics` help to group
    and name what an extractive analyst's base clusters are about; those under `min_coherence` are
    not asked. `lines` are declared ones, which base clusters may be called by.
    """

    definitions: Sequence[FacetDefinition]
    settings: HierarchySettings
    seed: int
    policy: PrivacyPolicy = field(default_factory=PrivacyPolicy)
    top_level: Sequence[ClusterText] = ()
    topics: Topics | None = None
    min_coherence: float = 0.0
    lines: frozenset[str] = frozenset()


@dataclass(frozen=True)
class HierarchyResult:
    """The NODES table, and how often something did not go by itself.

    Counts: `assigned_by_vector`, `moved_to_keep_level_size`, `not_renamed`, `proposals_left_out`,
    and of parents whose first text had words of too few users: `renamed`, `named_plainly`,
    `unsupported_vocabulary`.
    """

    nodes: pa.Table
    counts: Mapping[str, int]


@dataclass(frozen=True)
class _Level:
    """Clusters of one level; `users` are the codes of each one's distinct users, `leaves` the
    numbers of the base clusters below it.
    """

    nodes: list[Node]
    users: list[Indices]
    leaves: list[list[int]]


def build_hierarchy(
    base: BaseClusters, analyst: Analyst, embedder: Embedder, rules: HierarchyRules
) -> HierarchyResult:
    """All levels of every clustered facet of a window.

    Clusters above the base are numbered from 0 in the order of their first child. AnalystError
    where the analyst breaks the bounds of a level.
    """
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    for facet in rules.definitions:
        if facet.clustered and facet.name in base.clusters["facet"].to_pylist():
            size = rules.settings.neighbourhood_size
            tools = HierarchyTools(facet, analyst, embedder, size, rules.seed, counts)
            level = _base_level(tools, base)
            lent = [lemmas_of_line(node.text.name, rules.lines) for node in level.nodes]
            vocabulary = replace(_vocabulary(tools, base, rules.policy), lent=lent)
            subjects = _subjects(facet.name, base, level, rules)
            rows += _facet_rows(tools, level, rules, vocabulary, subjects)
    return HierarchyResult(pa.Table.from_pylist(rows, schema=NODES), dict(sorted(counts.items())))


def _vocabulary(tools: HierarchyTools, base: BaseClusters, policy: PrivacyPolicy) -> Vocabulary:
    name = tools.facet.name
    writings = None
    if base.facets is not None:
        members = base.members.filter(pc.equal(base.members["facet"], name)).sort_by("cluster")
        writings = read_writings(name, members, base.facets)
    rule = vocabulary_rule(policy, tools.analyst.name)
    return Vocabulary(rule, policy.min_vocabulary_users, policy, writings)


def _base_level(tools: HierarchyTools, base: BaseClusters) -> _Level:
    clusters, members, centroids, terms = (
        table.filter(pc.equal(table["facet"], tools.facet.name)).sort_by("cluster")
        for table in (base.clusters, base.members, base.centroids, base.terms)
    )
    texts = [
        ClusterText(row["name"], row["description"])
        for row in clusters.select(["name", "description"]).to_pylist()
    ]
    vectors = from_column(centroids["vector"]) if tools.analyst.extractive else tools.embed(texts)
    terms_of: defaultdict[int, list[Term]] = defaultdict(list)
    for row in terms.to_pylist():
        terms_of[row["cluster"]].append(Term(row["lemma"], row["surface"], row["users"]))
    users = members["user"].combine_chunks().dictionary_encode().indices.to_numpy()
    starts = np.searchsorted(members["cluster"].to_numpy(), np.arange(1, len(texts)))
    nodes = [
        Node(text, size, vector, terms_of[number])
        for number, (text, size, vector) in enumerate(
            zip(texts, clusters["size"].to_pylist(), vectors, strict=True)
        )
    ]
    people = [np.unique(codes) for codes in np.split(users, starts)]
    return _Level(nodes, people, [[number] for number in range(len(nodes))])


def _subjects(
    facet: str, base: BaseClusters, level: _Level, rules: HierarchyRules
) -> list[Subject | None]:
    """What each base cluster is clearly about, None for mixed ones; empty without topics."""
    if rules.topics is None:
        return []
    clusters = base.clusters.filter(pc.equal(base.clusters["facet"], facet)).sort_by("cluster")
    return [
        subject if coherence >= rules.min_coherence else None
        for subject, coherence in zip(
            rules.topics.clear(vectors_of(level.nodes)),
            clusters["coherence"].to_pylist(),
            strict=True,
        )
    ]


def _facet_rows(
    tools: HierarchyTools,
    level: _Level,
    rules: HierarchyRules,
    vocabulary: Vocabulary,
    subjects: Sequence[Subject | None],
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    categories, base = rules.top_level, level
    sizes = level_sizes(len(level.nodes), rules.settings, len(categories))
    cuts = _cuts(tools, base, sizes, rules)
    for number, wanted in enumerate(sizes):
        at_top = number == len(sizes) - 1
        if categories and at_top:
            above, parents = _categories_above(tools, level, categories)
        elif number < len(cuts):
            families = _groups(level, cuts[number])
            texts = rename_parents(tools, _of_base(families, base), vocabulary)
            if at_top and subjects:
                texts = with_headings(texts, families, base.nodes, subjects)
            above, parents = _joined(tools, level, families, texts)
        else:
            above, parents = _level_above(tools, level, wanted, vocabulary)
        rows += _rows(tools.facet.name, number, level, parents)
        level = above
    return rows + _rows(tools.facet.name, len(sizes), level, [None] * len(level.nodes))


def _cuts(
    tools: HierarchyTools, base: _Level, sizes: Sequence[int], rules: HierarchyRules
) -> list[Indices]:
    """Groups of the base clusters at each level, for an extractive analyst: counting proposes
    nothing that the places of the clusters do not say. A fixed top is none of them."""
    if not tools.analyst.extractive:
        return []
    found = sizes[:-1] if rules.top_level else sizes
    return cut_levels(vectors_of(base.nodes), found, rules.topics, tools.seed)


def _groups(level: _Level, cut: Indices) -> list[Family]:
    """The groups of a cut as families; each proposes the text of its largest child."""
    chosen = np.array([cut[leaves[0]] for leaves in level.leaves], dtype=np.intp)
    proposals = []
    for number in range(int(chosen.max()) + 1):
        children = [level.nodes[at] for at in np.flatnonzero(chosen == number)]
        largest = max(children, key=lambda child: child.size)
        proposals.append(Node(largest.text, 0, _centre(children)))
    return _families(level, proposals, chosen)


def _of_base(families: Sequence[Family], base: _Level) -> list[Family]:
    """The families with their base clusters for children: names made of names say little."""
    return [replace(one, children=[base.nodes[leaf] for leaf in one.leaves]) for one in families]


def _level_above(
    tools: HierarchyTools, level: _Level, wanted: int, vocabulary: Vocabulary
) -> tuple[_Level, list[int]]:
    """The parents of a level's clusters, and the number of each cluster's parent."""
    proposals = propose_parents(tools, level.nodes, wanted)
    chosen = assign_children(tools, level.nodes, proposals, wanted)
    families = _families(level, proposals, chosen)
    return _joined(tools, level, families, rename_parents(tools, families, vocabulary))


def _categories_above(
    tools: HierarchyTools, level: _Level, categories: Sequence[ClusterText]
) -> tuple[_Level, list[int]]:
    """The categories that have children, and the number of each cluster's category."""
    vectors = tools.embed(categories)
    nodes = [Node(text, 0, vector) for text, vector in zip(categories, vectors, strict=True)]
    chosen = assign_categories(tools, level.nodes, nodes)
    families = _families(level, nodes, chosen)
    return _joined(tools, level, families, [family.proposal.text for family in families])


def _joined(
    tools: HierarchyTools, level: _Level, families: Sequence[Family], texts: Sequence[ClusterText]
) -> tuple[_Level, list[int]]:
    """The level that families make with these texts, and the number of each child's parent."""
    vectors = (
        [_centre(family.children) for family in families]
        if tools.analyst.extractive
        else tools.embed(texts)
    )
    nodes = [
        Node(
            text,
            sum(child.size for child in family.children),
            vector,
            merged_terms(family.children),
        )
        for text, family, vector in zip(texts, families, vectors, strict=True)
    ]
    users = [
        np.unique(np.concatenate([level.users[at] for at in family.places])) for family in families
    ]
    parents = [0] * len(level.nodes)
    for number, family in enumerate(families):
        for child in family.places:
            parents[child] = number
    return _Level(nodes, users, [list(family.leaves) for family in families]), parents


def _families(level: _Level, parents: Sequence[Node], chosen: Indices) -> list[Family]:
    """Every parent that has children, with them, in the order of their first child.

    Not by size: the numbers are published, exact sizes are not.
    """
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for child, parent in enumerate(chosen.tolist()):
        groups[parent].append(child)
    return [
        Family(
            parents[parent],
            [level.nodes[child] for child in group],
            sorted(leaf for child in group for leaf in level.leaves[child]),
            group,
        )
        for parent, group in groups.items()
    ]


def _centre(family: Sequence[Node]) -> Vector:
    weights = np.array([child.size for child in family], dtype=np.float64)
    return mean_direction(vectors_of(family), weights)


def _rows(
    facet: str, number: int, level: _Level, parents: Sequence[int | None]
) -> list[dict[str, Any]]:
    return [
        {
            "facet": facet,
            "level": number,
            "cluster": cluster,
            "parent": parent,
            "name": node.text.name,
            "description": node.text.description,
            "size": node.size,
            "users": len(users),
        }
        for cluster, (node, users, parent) in enumerate(
            zip(level.nodes, level.users, parents, strict=True)
        )
    ]
