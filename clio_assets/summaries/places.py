"""Where the conversations of a window are counted: the window, its clusters, and what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clio_assets.summaries.audit import AuditedCluster, Key

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Instead of a base cluster's number: the conversations that are in none, and places above atoms.
UNCLUSTERED, NO_ATOM = -1, -2


@dataclass(frozen=True)
class Head:
    """Conversations and users of a whole window, and how many of those are in no cluster."""

    facet: str
    size: int
    users: int
    unclustered: int


@dataclass(frozen=True)
class Places:
    """The places of one clustered facet, one a row; row 0 is the window, parents come first.

    Published are the window and the clusters that passed the audit. Base clusters that did not,
    and the conversations in no cluster, have a row below the nearest published place above them.
    `leaf` is an atom's number of its base cluster. `sizes` and `users` are true ones, users of
    published places alone.
    """

    facet: str
    keys: Sequence[Key | None]
    parent: Numbers
    leaf: Numbers
    published: Mask
    sizes: Numbers
    users: Numbers

    @property
    def is_atom(self) -> Mask:
        """Rows that are a base cluster or the conversations in none."""
        return np.not_equal(self.leaf, NO_ATOM)

    def upwards(self) -> Iterator[int]:
        """All rows, each after those below it."""
        return iter(range(len(self.parent) - 1, -1, -1))

    def lines(self) -> Iterator[tuple[int, int]]:
        """(number of an atom's base cluster, row of a place that it counts for), for all."""
        for atom in np.flatnonzero(self.is_atom).tolist():
            row = atom
            while row >= 0:
                yield int(self.leaf[atom]), row
                row = int(self.parent[row])


def places_of(
    head: Head, clusters: Sequence[AuditedCluster], nodes: Mapping[Key, tuple[Key | None, int]]
) -> Places:
    """The places of a facet.

    `clusters` are its published clusters; `nodes` gives parent and size of each node of its tree.
    """
    shown = sorted(clusters, key=lambda cluster: (-cluster.key[1], cluster.key[2]))
    row_of: dict[Key | None, int] = {cluster.key: row for row, cluster in enumerate(shown, 1)}
    row_of[None] = 0
    hidden = sorted(key for key in nodes if key[1] == 0 and key not in row_of)
    above = [-1]
    for key in [*(cluster.key for cluster in shown), *hidden]:
        at, _ = nodes[key]
        while at is not None and at not in row_of:
            at, _ = nodes[at]
        above.append(row_of[at])
    leaves = [c.key[2] if c.key[1] == 0 else NO_ATOM for c in shown] + [key[2] for key in hidden]
    sizes = [head.size, *(c.size for c in shown), *(nodes[key][1] for key in hidden)]
    users = [head.users, *(c.users for c in shown), *(0 for _ in hidden)]
    if head.unclustered:
        above.append(0)
        leaves.append(UNCLUSTERED)
        sizes.append(head.unclustered)
        users.append(0)
    count = len(above)
    return Places(
        facet=head.facet,
        keys=[None, *(c.key for c in shown), *(None for _ in range(count - 1 - len(shown)))],
        parent=np.array(above, dtype=np.int64),
        leaf=np.array([NO_ATOM, *leaves], dtype=np.int64),
        published=np.arange(count) <= len(shown),
        sizes=np.array(sizes, dtype=np.int64),
        users=np.array(users, dtype=np.int64),
    )
