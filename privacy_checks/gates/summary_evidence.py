"""What the gate of `audited_summaries` works out from the inputs before it looks at the tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import columns
from privacy_checks.gates.cells import Cells, Places, attributes, counted
from privacy_checks.gates.counting import Codes, codes, joined, positions, upstream, whole
from privacy_checks.gates.protocol import StoredPartition
from privacy_checks.gates.tree import Tree, read_tree

_MEMBER = ("facet", "cluster", "conversation", "user")
_FACET = ("conversation", "user", "started_at", "flagged", "language", "concern", "turns")


@dataclass(frozen=True)
class Evidence:
    """The stage's tables, and what they should be by the inputs.

    Of the tree's nodes: `ids` are their published ids, `published` their row of `clusters` (-1:
    none), `size` and `users` what stands behind them. Of the facets table: `population` are, for
    each clustered facet, the rows of its conversations, kept in a cluster or not, and `leaves`
    the base cluster of each (-1: none).
    """

    key: str
    windows: pa.Table
    clusters: pa.Table
    breakdowns: pa.Table
    set_aside: pa.Table
    tree: Tree
    ids: pa.Array
    published: Codes
    size: Codes
    users: Codes
    facets: pa.Table
    population: Mapping[str, Codes]
    leaves: Mapping[str, Codes]
    places: Places
    cells: Cells


def gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    """Read the hierarchy, the members and the facets, and count everything again."""
    allowed = columns.CLUSTERS
    nodes = columns.HIERARCHY["nodes"]
    tree = read_tree(
        upstream(partition, "hierarchy", "nodes", nodes, [column.name for column in nodes])
    )
    members = upstream(partition, "clusters", "members", allowed["members"], _MEMBER)
    aside = upstream(
        partition, "clusters", "set_aside", allowed["set_aside"], ("facet", "conversation")
    )
    facets = upstream(partition, "facets", "facets", columns.FACETS["facets"], _FACET)
    ids = [pa.repeat(partition.key, tree.nodes.num_rows), tree.nodes["facet"]]
    ids += [tree.nodes["level"], tree.nodes["cluster"]]
    node_ids = pc.binary_join_element_wise(*(whole(part).cast(pa.string()) for part in ids), ":")
    published = positions(node_ids, tables["clusters"]["id"])
    size, users = tree.recomputed(members)
    population, leaves = _population(tree, members, aside, facets)
    places, place_of_node = _places(tree, node_ids, published, size, population)
    return Evidence(
        key=partition.key,
        **tables,
        tree=tree,
        ids=node_ids,
        published=published,
        size=size,
        users=users,
        facets=facets,
        population=population,
        leaves=leaves,
        places=places,
        cells=_cells(tables["windows"], tree, place_of_node, facets, population, leaves),
    )


def _population(
    tree: Tree, members: pa.Table, aside: pa.Table, facets: pa.Table
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    rows: dict[str, Codes] = {}
    leaves: dict[str, Codes] = {}
    leaf_of_member = tree.leaves_of(members)
    for facet in columns.CLUSTERED_FACETS:
        kept, left_out = (
            np.asarray(pc.equal(table["facet"], facet).to_numpy(), dtype=bool)
            for table in (members, aside)
        )
        conversations = [
            whole(table["conversation"].filter(pa.array(mask)))
            for table, mask in ((members, kept), (aside, left_out))
        ]
        at = positions(pa.concat_arrays(conversations), facets["conversation"])
        leaf = np.concatenate([leaf_of_member[kept], np.full(int(left_out.sum()), -1)])
        rows[facet], leaves[facet] = at[at >= 0], leaf[at >= 0]
    return rows, leaves


def _places(
    tree: Tree, ids: pa.Array, published: Codes, size: Codes, population: Mapping[str, Codes]
) -> tuple[Places, Codes]:
    """The places, and the place of each node (-1 where it is not published)."""
    facets = [facet for facet, rows in population.items() if len(rows)]
    facet_of_node = positions(tree.nodes["facet"], pa.array(facets, pa.string()))
    shown = np.flatnonzero((published >= 0) & (facet_of_node >= 0))
    place_of_node = np.full(len(ids), -1, dtype=np.int64)
    place_of_node[shown] = len(facets) + np.arange(len(shown))
    above = nearest(tree, place_of_node)[shown]
    window = np.arange(len(facets))
    names = pa.array(facets, pa.string())
    keys = [joined(names, pa.repeat("", len(facets)))]
    keys.append(joined(tree.nodes["facet"].take(pa.array(shown)), ids.take(pa.array(shown))))
    return Places(
        pa.concat_arrays(keys),
        np.concatenate([[len(population[facet]) for facet in facets], size[shown]]).astype(
            np.int64
        ),
        np.concatenate(
            [np.full(len(facets), -1), np.where(above >= 0, above, facet_of_node[shown])]
        ),
        np.concatenate([window, facet_of_node[shown]]),
    ), place_of_node


def nearest(tree: Tree, number_of_node: Codes) -> Codes:
    """The number of each node's nearest ancestor that has one (-1: no ancestor has)."""
    found = np.full(len(number_of_node), -1, dtype=np.int64)
    for line in tree.lines(tree.parent):
        number = np.where(line >= 0, number_of_node[line], -1)
        found = np.where(found < 0, number, found)
    return found


def _cells(
    windows: pa.Table,
    tree: Tree,
    place_of_node: Codes,
    facets: pa.Table,
    population: Mapping[str, Codes],
    leaves: Mapping[str, Codes],
) -> Cells:
    weekly = bool({"month", "all"} & set(windows["kind"].to_pylist()))
    rows_of_places: list[tuple[Codes, Codes]] = []
    window = 0
    for facet, rows in population.items():
        if not len(rows):
            continue
        rows_of_places.append((rows, np.full(len(rows), window, dtype=np.int64)))
        for line in tree.lines(leaves[facet]):
            place = np.where(line >= 0, place_of_node[line], -1)
            rows_of_places.append((rows[place >= 0], place[place >= 0]))
        window += 1
    return counted(rows_of_places, attributes(facets, weekly), codes(facets["user"])[0])
