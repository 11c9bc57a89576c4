"""What the gate of `audited_summaries` works out from the inputs before it looks at the tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.accounts import SetAsideRows
from privacy_checks.recount.attributes import put_together
from privacy_checks.recount.cells import CellCounts, counted, values_by_attribute
from privacy_checks.recount.counting import Codes, codes, indices_in, joined, upstream, whole
from privacy_checks.recount.means import MeanCounts, averaged
from privacy_checks.recount.recounted_places import (
    RecountedPlaces,
    keys_of,
    members_of,
    nesting_of,
    recounted_places,
)
from privacy_checks.recount.rounding import Nesting, published_cells
from privacy_checks.recount.slices import (
    Everyone,
    attributes_told,
    everyone,
    values_that_tell_of_few,
)
from privacy_checks.recount.tree import ClusterTree, cluster_tree
from privacy_checks.rules.vocabulary import author
from privacy_checks.stored import columns
from privacy_checks.stored.columns import Tables
from privacy_checks.stored.declared import OTHER, Declared
from privacy_checks.stored.protocol import StoredPartition

_MEMBER = ("facet", "cluster", "conversation", "user")
_LEFT_OUT = ("facet", "conversation", "reason")
_CARRIED = ("conversation", "user", "started_at", "flagged")


@dataclass(frozen=True)
class SummariesEvidence:
    """The stage's tables, and what they should be by the inputs.

    Of the tree's nodes: `ids` are their published ids, `published` their row of `clusters` (-1:
    none), `place` their place (-1: none), `size` and `users` what truly stands behind them. Of the
    facets table: `population` are, for each clustered facet, the rows of its conversations, kept in
    a cluster or not. Cells are by attribute: `counts` true, `cells` as published (same shape).
    `beside` (same shape) marks cells of a window that would tell of few beside another map.
    `averaged` are the means of attributes, and `untold` (by attribute, one a place) marks windows
    whose means would. `left_out` are, by stage, the rows set aside; `coherence` that of nodes at
    the base (no number elsewhere). `analyst` is whose rule holds for the texts.
    """

    policy: PrivacyPolicy
    declared: Declared
    key: str
    analyst: str
    windows: pa.Table
    clusters: pa.Table
    breakdowns: pa.Table
    accounts: pa.Table
    set_aside: pa.Table
    tree: ClusterTree
    ids: pa.Array
    published: Codes
    place: Codes
    size: Codes
    users: Codes
    members: pa.Table
    facets: pa.Table
    left_out: Mapping[str, SetAsideRows]
    coherence: np.ndarray
    population: Mapping[str, Codes]
    places: RecountedPlaces
    counts: Mapping[str, CellCounts]
    cells: Mapping[str, Codes]
    beside: Mapping[str, np.ndarray]
    averaged: Mapping[str, MeanCounts]
    untold: Mapping[str, np.ndarray]
    attributes: pa.Table | None = None
    means: pa.Table | None = None


def gather(
    partition: StoredPartition, tables: Mapping[str, pa.Table], policy: PrivacyPolicy
) -> SummariesEvidence:
    """Read the hierarchy, the members and the facets, and count everything again."""
    declared = partition.declared
    tree, members, aside, facets = _read(partition)
    node_ids = _node_ids(partition.key, tree)
    published = indices_in(node_ids, tables["clusters"]["id"])
    size, users = tree.recomputed(members)
    population, leaves = _population(declared, tree, members, aside, facets)
    nesting, place = nesting_of(tree, published, population)
    who = members_of(nesting, place, codes(facets["user"])[0], population, leaves)
    keys = keys_of(nesting, place, node_ids)
    places = recounted_places(partition.key, nesting, keys, who, policy)
    where = (places.offsets, places.size)
    weekly = bool({"month", "all"} & set(tables["windows"]["kind"].to_pylist()))
    values = values_by_attribute(facets, declared, weekly) | _told(partition, facets, policy)
    counts = counted(nesting, who, values)
    all_rows = everyone(partition, weekly) if declared.named is not None else None
    return SummariesEvidence(
        policy=policy,
        declared=declared,
        key=partition.key,
        analyst=author(partition, policy),
        **tables,
        tree=tree,
        ids=node_ids,
        published=published,
        place=place,
        size=size,
        users=users,
        members=members,
        facets=facets,
        left_out=_left_out(partition, aside, facets),
        coherence=_coherence(partition, tree),
        population=population,
        places=places,
        counts=counts,
        cells={
            attribute: published_cells(nesting, found.size, *where, policy.rounding)
            for attribute, found in counts.items()
        },
        beside=_beside(declared, nesting, counts, all_rows, policy),
        averaged=averaged(nesting, who, _numbers(partition, facets)),
        untold=_untold(declared, nesting, all_rows, policy),
    )


def _read(partition: StoredPartition) -> tuple[ClusterTree, pa.Table, pa.Table, pa.Table]:
    """The tree, the members of its base clusters and what is in none, and everyone's facets."""
    allowed, nodes = columns.CLUSTERS, columns.HIERARCHY["nodes"]
    declared = partition.declared
    read = (*_CARRIED, *(facet.name for facet in declared.facets))
    return (
        cluster_tree(
            upstream(partition, "hierarchy", "nodes", nodes, [column.name for column in nodes])
        ),
        upstream(partition, "clusters", "members", allowed["members"], _MEMBER),
        upstream(partition, "clusters", "set_aside", allowed["set_aside"], _LEFT_OUT),
        upstream(partition, "facets", "facets", columns.facets(declared), read),
    )


def _beside(
    declared: Declared,
    nesting: Nesting,
    counts: Mapping[str, CellCounts],
    all_rows: Everyone | None,
    policy: PrivacyPolicy,
) -> dict[str, np.ndarray]:
    """Attribute -> mask of the windows' cells that would tell of few beside another map."""
    found = {name: np.zeros(of.size.shape, dtype=bool) for name, of in counts.items()}
    if all_rows is None:
        return found
    open_ones = {one.name for one in declared.attributes if one.is_open}
    for name, of in counts.items():
        values = all_rows.labels[name]
        if name in open_ones:
            values = _as_told(values, of.keys, name)
        for place in np.flatnonzero(nesting.above < 0):
            few = values_that_tell_of_few(all_rows, name, values, nesting.facets[place], policy)
            found[name][place] = _is_among(of.keys, few)
    return found


def _untold(
    declared: Declared, nesting: Nesting, all_rows: Everyone | None, policy: PrivacyPolicy
) -> dict[str, np.ndarray]:
    """Attribute -> mask of the windows whose mean would tell of few beside another map's: where
    the number of those who say any would."""
    found = {}
    for one in declared.attributes:
        if not one.has_mean:
            continue
        found[one.name] = np.zeros(len(nesting.above), dtype=bool)
        if all_rows is None:
            continue
        for place in np.flatnonzero(nesting.above < 0):
            labels = all_rows.labels[one.name]
            says = pc.and_(labels.is_valid(), pc.not_equal(labels, OTHER))
            column = pc.if_else(says, pa.scalar(one.name), pa.scalar(None, pa.string()))
            facet = nesting.facets[place]
            few = values_that_tell_of_few(all_rows, one.name, column, facet, policy)
            found[one.name][place] = few.null_count < len(few)
    return found


def _numbers(partition: StoredPartition, facets: pa.Table) -> dict[str, np.ndarray]:
    """What attributes are averaged of, one a row of `facets`; not a number where there is none."""
    averaged_ones = [one.name for one in partition.declared.attributes if one.has_mean]
    if not averaged_ones:
        return {}
    allowed = columns.attribute_numbers(partition.declared)
    names = [column.name for column in allowed]
    said = upstream(partition, "conversations", "numbers", allowed, names)
    at = indices_in(facets["conversation"], said["conversation"])
    rows = pa.array(at, mask=at < 0)
    return {
        name: whole(said[name]).take(rows).fill_null(np.nan).to_numpy(zero_copy_only=False)
        for name in averaged_ones
    }


def _is_among(keys: pa.Array, few: pa.Array) -> np.ndarray:
    """Which keys are among others; null, of what is unknown, is one of them."""
    return np.asarray(pc.is_in(keys, value_set=few).to_numpy(zero_copy_only=False), dtype=bool)


def _as_told(values: pa.Array, keys: pa.Array, name: str) -> pa.Array:
    """Labels as the map tells them apart: those that none of its keys names are one."""
    named = _is_among(joined(pa.repeat(name, len(values)), values), keys)
    other = np.asarray(values.is_valid()) & ~named
    return pc.if_else(pa.array(other), OTHER, values)


def _told(
    partition: StoredPartition, facets: pa.Table, policy: PrivacyPolicy
) -> dict[str, pa.Array]:
    """Labels of the declared attributes, one a row of `facets`, as a window tells them apart."""
    labels, users = attributes_told(partition, facets, upstream), codes(facets["user"])[0]
    return {
        one.name: put_together(one, labels[one.name], users, policy)
        for one in partition.declared.attributes
    }


def _node_ids(key: str, tree: ClusterTree) -> pa.Array:
    parts = [pa.repeat(key, tree.nodes.num_rows)]
    parts += [tree.nodes[name] for name in ("facet", "level", "cluster")]
    return pc.binary_join_element_wise(*(whole(part).cast(pa.string()) for part in parts), ":")


def _left_out(
    partition: StoredPartition, aside: pa.Table, facets: pa.Table
) -> dict[str, SetAsideRows]:
    """What each stage set aside; users of those that have facets."""

    def read(stage: str, tables: Tables, *names: str) -> pa.Table:
        return upstream(partition, stage, "set_aside", tables["set_aside"], (*names, "reason"))

    users, _ = codes(facets["user"])

    def known(rows: pa.Table) -> SetAsideRows:
        at = indices_in(rows["conversation"], facets["conversation"])
        user = np.where(at >= 0, np.append(users, -1)[at], -1)
        return SetAsideRows(whole(rows["reason"]), whole(rows["facet"]), user)

    embeddings = read("embeddings", columns.EMBEDDINGS, "facet", "conversation")
    facet_rows = read("facets", columns.facets_tables(partition.declared))
    return {
        "conversations": SetAsideRows(
            whole(read("conversations", columns.CONVERSATIONS)["reason"])
        ),
        "facets": SetAsideRows(whole(facet_rows["reason"])),
        "embeddings": known(embeddings),
        "clusters": known(aside),
    }


def _coherence(partition: StoredPartition, tree: ClusterTree) -> np.ndarray:
    """Coherence of each node that is a base cluster; not a number elsewhere."""
    read = ("facet", "cluster", "coherence")
    base = upstream(partition, "clusters", "clusters", columns.CLUSTERS["clusters"], read)
    found = np.full(tree.nodes.num_rows, np.nan)
    at = tree.leaves_of(base)
    found[at[at >= 0]] = base["coherence"].to_numpy()[at >= 0]
    return found


def _population(
    declared: Declared, tree: ClusterTree, members: pa.Table, aside: pa.Table, facets: pa.Table
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    rows: dict[str, Codes] = {}
    leaves: dict[str, Codes] = {}
    leaf_of_member = tree.leaves_of(members)
    for facet in declared.clustered:
        kept, left_out = (
            np.asarray(pc.equal(table["facet"], facet).to_numpy(), dtype=bool)
            for table in (members, aside)
        )
        conversations = [
            whole(table["conversation"].filter(pa.array(mask)))
            for table, mask in ((members, kept), (aside, left_out))
        ]
        at = indices_in(pa.concat_arrays(conversations), facets["conversation"])
        leaf = np.concatenate([leaf_of_member[kept], np.full(int(left_out.sum()), -1)])
        rows[facet], leaves[facet] = at[at >= 0], leaf[at >= 0]
    return rows, leaves
