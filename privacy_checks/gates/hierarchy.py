"""The gate of `hierarchy`: the levels are one tree, and its numbers add up from the members."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between, not_less, trees
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import codes, joined, numbers, repeated, upstream
from privacy_checks.recount.tree import ClusterTree, cluster_tree
from privacy_checks.rules.judging import Rule, expecting, judge_tables, none_of, suite_of
from privacy_checks.rules.shared import (
    WELL_NAMED,
    accounted,
    clean_of_personal_data,
    named_frame,
    places,
)
from privacy_checks.rules.vocabulary import (
    Shown,
    author,
    is_category,
    is_top,
    shown_of_nodes,
    vocabulary,
)
from privacy_checks.stored import columns
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import StoredPartition, Verdict

_CLUSTER = ("facet", "cluster", "name", "description", "size", "users")
_MEMBER = ("facet", "cluster", "conversation", "user")
#: A level holds between these times as many clusters as it should (paper, G.7).
_FEWEST, _MOST = 0.5, 1.5


@dataclass(frozen=True)
class HierarchyEvidence:
    """The stage's table as a tree, the base clusters with their members, and what those wrote.

    `analyst` is whose rule holds for the texts.
    """

    tree: ClusterTree
    clusters: pa.Table
    members: pa.Table
    facets: pa.Table
    analyst: str
    policy: PrivacyPolicy
    declared: Declared


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `hierarchy` by its bytes and the window's clusters."""

    def gather(stored: StoredPartition, tables: Mapping[str, pa.Table]) -> HierarchyEvidence:
        base, allowed = columns.CLUSTERS, columns.facets(stored.declared)
        languages = stored.declared.of_kind("languages")
        read = ("conversation", "user", *stored.declared.clustered, *languages)
        return HierarchyEvidence(
            tree=cluster_tree(tables["nodes"]),
            clusters=upstream(stored, "clusters", "clusters", base["clusters"], _CLUSTER),
            members=upstream(stored, "clusters", "members", base["members"], _MEMBER),
            facets=upstream(stored, "facets", "facets", allowed, read),
            analyst=author(stored, policy),
            policy=policy,
            declared=stored.declared,
        )

    return judge_tables(partition, policy, columns.HIERARCHY, gather, RULES)


def _base_places(evidence: HierarchyEvidence) -> Frame:
    """The base clusters with their texts and numbers, as they came and as they are in level 0."""
    nodes = evidence.tree.nodes
    leaves = nodes.filter(pc.equal(nodes["level"], 0))
    theirs, ours = (
        joined(*(table[name] for name in _CLUSTER)) for table in (evidence.clusters, leaves)
    )
    return places(theirs, ours, pa.array([], pa.string()))


def _nodes(evidence: HierarchyEvidence) -> Frame:
    nodes = evidence.tree.nodes
    return {name: nodes[name] for name in ("facet", "level", "cluster", "parent")}


def _sizes(evidence: HierarchyEvidence) -> Frame:
    """Size of each parent, and the sum of its children's."""
    tree = evidence.tree
    size = numbers(tree.nodes["size"])
    sums = np.zeros(len(size), dtype=np.int64)
    has_parent = tree.parent >= 0
    np.add.at(sums, tree.parent[has_parent], size[has_parent])
    above = tree.level > 0
    return {"size": size[above], "size_of_children": sums[above]}


def _users(evidence: HierarchyEvidence) -> Frame:
    people = evidence.tree.distinct(evidence.members, "user")
    return {"users": evidence.tree.nodes["users"], "users_below": people}


def _levels(evidence: HierarchyEvidence) -> Frame:
    """Of each facet: its levels, its base, and the planned tops that all its levels allow.

    A fixed top has as many categories as were declared, those without children left out; it may be
    as large as the level below it.
    """
    tree, fixed = evidence.tree, len(evidence.declared.top_level)
    facets, names = codes(tree.nodes["facet"])
    counts = [
        np.bincount(np.maximum(tree.level[facets == facet], 0)).tolist()
        for facet in range(len(names))
    ]
    tops = [_planned_tops(each, fixed) for each in counts]
    return {
        "levels": np.array([len(each) for each in counts], dtype=np.int64),
        "base": np.array([each[0] for each in counts], dtype=np.int64),
        "least_shrinkage": np.array(
            [_least_shrinkage(each, fixed) for each in counts], dtype=np.int64
        ),
        "lowest_top": np.array([low for low, _ in tops], dtype=np.float64),
        "highest_top": np.array([high for _, high in tops], dtype=np.float64),
    }


def _undeclared(evidence: HierarchyEvidence) -> int:
    """Nodes without a parent that are none of the declared categories."""
    tree, declared = evidence.tree, evidence.declared
    kept = is_top(tree) & is_category(tree.nodes, declared)
    without = np.asarray(tree.nodes["parent"].is_null())
    return int(np.count_nonzero(without & ~kept)) if declared.top_level else 0


def _twice(evidence: HierarchyEvidence) -> int:
    """Categories that stand at a facet's top more than once."""
    nodes = evidence.tree.nodes.filter(pa.array(is_top(evidence.tree)))
    return repeated(joined(nodes["facet"], nodes["name"])) if evidence.declared.top_level else 0


def _texts(evidence: HierarchyEvidence) -> list[pa.ChunkedArray]:
    return [evidence.tree.nodes[name] for name in ("name", "description")]


def _named(evidence: HierarchyEvidence) -> Frame:
    return named_frame(evidence.tree.nodes)


def _shown(evidence: HierarchyEvidence) -> Shown:
    return shown_of_nodes(evidence.tree)


RULES: dict[str, Rule[HierarchyEvidence]] = {
    # Level 0 is exactly the base clusters, with their texts and numbers.
    "base": accounted(_base_places),
    # Every node is there once; all but a facet's top level have one parent in the level above.
    "parents": expecting(_nodes, trees("facet", "level", "cluster", "parent")),
    # A parent's size is the sum of its children's.
    "sizes": expecting(_sizes, same=[("size", "size_of_children")]),
    # A node's users are the distinct users of the members below it.
    "users": expecting(_users, same=[("users", "users_below")]),
    # Where the operator fixed the top level, nothing else stands there.
    "top_level": none_of(undeclared=_undeclared, twice=_twice),
    # Levels shrink, and there is a planned top for which all are within the paper's bounds.
    "levels": expecting(
        _levels,
        between("base", at_least=1),
        between("least_shrinkage", at_least=1),
        not_less("highest_top", "lowest_top"),
        numbers=lambda frame: {"levels": int(max(frame["levels"], default=0))},
    ),
    "texts": expecting(_named, *WELL_NAMED),
    "personal_data": clean_of_personal_data(_texts),
    "vocabulary": vocabulary(_shown),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.HIERARCHY, RULES, policy)


def _least_shrinkage(counts: list[int], fixed: int) -> int:
    """By how many clusters the levels get smaller from one to the next, at least."""
    found = [below - above for below, above in pairwise(counts)]
    if fixed and found:
        found[-1] += 1
    return min(found, default=1)


def _planned_tops(counts: list[int], fixed: int) -> tuple[float, float]:
    """Lowest and highest number of top clusters that could have been planned for these levels.

    The rule (G.7) is n_l / n_(l-1) = (n_top / n_base)^(1/(L-1)) for wanted numbers, and each level
    may have 0.5 to 1.5 times as many as wanted. The wanted top is not on record: each level says
    between which tops it could have been, and where the lowest exceeds the highest those ranges
    have nothing in common. Any top will do for a facet of one level. A `fixed` top (0: none) was
    planned, and its own level may hold fewer clusters.
    """
    base_count, steps = counts[0], len(counts) - 1
    low, high = 0.0, float(np.finfo(np.float64).max)
    between_ends = counts[1:]
    if fixed and steps:
        low, high = float(max(fixed, counts[-1])), float(fixed)
        between_ends = counts[1:-1]
    for step, count in enumerate(between_ends if base_count else (), start=1):
        power = steps / step
        # half a cluster for the rounding of the wanted number
        least, most = count / _MOST - 0.5, count / _FEWEST + 0.5
        low = max(low, base_count * (max(least, 0) / base_count) ** power)
        high = min(high, base_count * (most / base_count) ** power)
    return low, high
