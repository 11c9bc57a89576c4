"""The gate of `hierarchy`: the levels are one tree, and its numbers add up from the members."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import columns
from privacy_checks.gates.counting import (
    codes,
    joined,
    missing,
    numbers,
    repeated,
    upstream,
)
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import holding_personal_data, ill_formed_texts
from privacy_checks.gates.tree import Tree, read_tree
from privacy_checks.policy import PrivacyPolicy

_CLUSTER = ("facet", "cluster", "name", "description", "size", "users")
_MEMBER = ("facet", "cluster", "conversation", "user")
#: A level holds between these times as many clusters as it should (paper, G.7).
_FEWEST, _MOST = 0.5, 1.5


@dataclass(frozen=True)
class Evidence:
    """The stage's table as a tree, and the base clusters with their members."""

    tree: Tree
    clusters: pa.Table
    members: pa.Table


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `hierarchy` by its bytes and the window's clusters."""
    return judge_tables(partition, policy, columns.HIERARCHY, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    allowed = columns.CLUSTERS
    return Evidence(
        read_tree(tables["nodes"]),
        upstream(partition, "clusters", "clusters", allowed["clusters"], _CLUSTER),
        upstream(partition, "clusters", "members", allowed["members"], _MEMBER),
    )


def base(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Level 0 is exactly the base clusters, with their texts and numbers."""
    nodes = evidence.tree.nodes
    leaves = nodes.filter(pc.equal(nodes["level"], 0))
    ours = joined(*(leaves[name] for name in _CLUSTER))
    theirs = joined(*(evidence.clusters[name] for name in _CLUSTER))
    lost, invented = missing(theirs, ours), missing(ours, theirs)
    return Found(lost + invented, {"clusters": len(theirs), "lost": lost, "invented": invented})


def parents(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every node is there once; all but a facet's top level have one parent in the level above.

    No node above the base is without children.
    """
    tree = evidence.tree
    level, facets = tree.level, codes(tree.nodes["facet"])[0]
    top = np.full(facets.max(initial=-1) + 1, -1, dtype=np.int64)
    np.maximum.at(top, facets, level)
    orphans = int(np.count_nonzero((tree.parent < 0) & (level < top[facets])))
    below = int(np.count_nonzero(level < 0))
    childless = int(np.count_nonzero((level > 0) & (tree.children() == 0)))
    return Found(
        repeated(tree.keys) + tree.dangling + orphans + below + childless,
        {"nodes": len(level), "orphans": orphans + tree.dangling, "childless": childless},
    )


def sizes(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A parent's size is the sum of its children's."""
    tree = evidence.tree
    size = numbers(tree.nodes["size"])
    sums = np.zeros(len(size), dtype=np.int64)
    has_parent = tree.parent >= 0
    np.add.at(sums, tree.parent[has_parent], size[has_parent])
    return Found(int(np.count_nonzero((sums != size) & (tree.level > 0))))


def users(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A node's users are the distinct users of the members below it."""
    people = evidence.tree.recomputed(evidence.members)[1]
    return Found(int(np.count_nonzero(people != numbers(evidence.tree.nodes["users"]))))


def levels(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Levels shrink, and there is a planned top for which all are within the paper's bounds."""
    tree = evidence.tree
    facets, names = codes(tree.nodes["facet"])
    level = tree.level
    wrong = 0
    for facet in range(len(names)):
        counts = np.bincount(np.maximum(level[facets == facet], 0)).tolist()
        wrong += not _fit(counts)
    return Found(wrong, {"levels": int(level.max(initial=-1)) + 1})


def texts(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Names have at most ten words, descriptions a bounded length (paper, G.5)."""
    return ill_formed_texts(evidence.tree.nodes, policy)


def personal_data(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No detector finds anything in a name or a description."""
    nodes = evidence.tree.nodes
    return holding_personal_data(nodes["name"], nodes["description"])


RULES: dict[str, Rule[Evidence]] = {
    "base": base,
    "parents": parents,
    "sizes": sizes,
    "users": users,
    "levels": levels,
    "texts": texts,
    "personal_data": personal_data,
}


def _fit(counts: list[int]) -> bool:
    """Whether numbers of clusters by level follow the ratio rule within the paper's bounds.

    The rule (G.7) is n_l / n_(l-1) = (n_top / n_base)^(1/(L-1)) for wanted numbers, and each level
    may have 0.5 to 1.5 times as many as wanted. The wanted top is not on record: each level says
    between which tops it could have been, and those ranges must have something in common.
    """
    wanted_low, wanted_high = 0.0, float("inf")
    base_count, steps = counts[0], len(counts) - 1
    if not base_count or any(a <= b for a, b in pairwise(counts)):
        return False
    for step, count in enumerate(counts[1:], start=1):
        power = steps / step
        # half a cluster for the rounding of the wanted number
        least, most = count / _MOST - 0.5, count / _FEWEST + 0.5
        wanted_low = max(wanted_low, base_count * (max(least, 0) / base_count) ** power)
        wanted_high = min(wanted_high, base_count * (most / base_count) ** power)
    return wanted_low <= wanted_high
