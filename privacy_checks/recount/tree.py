"""The tree of a window's clusters, read from the table of the hierarchy."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from privacy_checks.recount.counting import (
    Codes,
    codes,
    distinct_in_groups,
    indices_in,
    joined,
    numbers,
)


@dataclass(frozen=True)
class ClusterTree:
    """Nodes by their row; `parent` is the row of a node's parent, -1 where it has none there."""

    nodes: pa.Table
    keys: pa.Array
    parent: Codes

    @property
    def level(self) -> Codes:
        """Level of each node."""
        return numbers(self.nodes["level"])

    def leaves_of(self, table: pa.Table) -> Codes:
        """Row of the base cluster that each row of a table with `facet` and `cluster` is in."""
        return indices_in(_keys(table["facet"], 0, table["cluster"]), self.keys)

    def lines(self, leaves: Codes) -> list[Codes]:
        """The nodes themselves, their parents, their parents' parents, ...; -1 above the top."""
        found = []
        at = leaves
        while (at >= 0).any():
            found.append(at)
            at = np.where(at >= 0, self.parent[at], -1)
        return found

    def recomputed(self, members: pa.Table) -> tuple[Codes, Codes]:
        """Distinct conversations and distinct users under each node, from the base's members."""
        return self.distinct(members, "conversation"), self.distinct(members, "user")

    def distinct(self, members: pa.Table, name: str) -> Codes:
        """Distinct values of a column of the base's members under each node."""
        who, _ = codes(members[name])
        count = self.nodes.num_rows
        found = np.zeros(count, dtype=np.int64)
        for line in self.lines(self.leaves_of(members)):
            found += distinct_in_groups(line, who, count)
        return found


def cluster_tree(nodes: pa.Table) -> ClusterTree:
    """The tree of a table of nodes; of equal keys the first counts.

    Clusters 0 and 1 of level 0 below cluster 0 of level 1:

    >>> nodes = pa.table({
    ...     "facet": ["request"] * 3, "level": [0, 0, 1], "cluster": [0, 1, 0],
    ...     "parent": [0, 0, None],
    ... })
    >>> tree = cluster_tree(nodes)
    >>> tree.parent.tolist()
    [2, 2, -1]

    One user in both base clusters, another one in the second; the parent has two, not three:

    >>> members = pa.table({
    ...     "facet": ["request"] * 3, "cluster": [0, 1, 1], "user": ["u1", "u1", "u2"],
    ... })
    >>> [line.tolist() for line in tree.lines(tree.leaves_of(members))]
    [[0, 1, 1], [2, 2, 2]]
    >>> tree.distinct(members, "user").tolist()
    [1, 2, 2]
    """
    keys = _keys(nodes["facet"], nodes["level"], nodes["cluster"])
    level = pa.array(numbers(nodes["level"]) + 1)
    above = joined(nodes["facet"], level, nodes["parent"].fill_null(-1))
    has_parent = np.asarray(nodes["parent"].is_valid().to_numpy(), dtype=bool)
    parent = np.where(has_parent, indices_in(above, keys), -1)
    return ClusterTree(nodes, keys, parent)


def _keys(
    facet: pa.ChunkedArray, level: pa.ChunkedArray | int, cluster: pa.ChunkedArray
) -> pa.Array:
    levels = pa.repeat(level, len(facet)) if isinstance(level, int) else level
    return joined(facet, levels, cluster)
