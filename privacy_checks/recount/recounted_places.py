"""The places that a window's conversations are counted in, and their published numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount import rounding
from privacy_checks.recount.cells import Members, totals
from privacy_checks.recount.counting import Codes, indices_in, joined, numbers
from privacy_checks.recount.rounding import NO_ATOM, UNCLUSTERED, Nesting
from privacy_checks.recount.tree import ClusterTree


@dataclass(frozen=True)
class RecountedPlaces:
    """The window of each clustered facet, its published clusters, and the base clusters and single
    conversations that are in none of those.

    `keys` join clustered facet and cluster id ("" for a window, null for what is not published).
    `size` and `users` are published numbers; `offsets` are the atoms'.
    """

    nesting: Nesting
    keys: pa.Array
    size: Codes
    users: Codes
    offsets: Codes

    def of(self, breakdowns: pa.Table) -> Codes:
        """The place of each row of a table with `clustered_facet` and `cluster`; -1 for none."""
        cluster = breakdowns["cluster"].fill_null("")
        return indices_in(joined(breakdowns["clustered_facet"], cluster), self.keys)


def nesting_of(
    tree: ClusterTree, published: Codes, population: Mapping[str, Codes]
) -> tuple[Nesting, Codes]:
    """How the places lie below one another, and the place of each node (-1: it has none).

    A place lies below the nearest published one above it, or below its window. `published` is -1
    for nodes that are not; only facets with a population have places.
    """
    facets = [facet for facet, rows in population.items() if len(rows)]
    windows = np.arange(len(facets))
    window_of_node = indices_in(tree.nodes["facet"], pa.array(facets, pa.string()))
    shown = (published >= 0) & (window_of_node >= 0)
    base = (tree.level == 0) & (window_of_node >= 0)
    listed = np.concatenate([np.flatnonzero(shown), np.flatnonzero(base & ~shown)])
    place = np.full(len(published), -1, dtype=np.int64)
    place[listed] = len(facets) + np.arange(len(listed))
    above = nearest_above(tree, np.where(shown, place, -1))[listed]
    number = numbers(tree.nodes["cluster"])[listed]
    window = window_of_node[listed]
    none = np.full(len(facets), -1, dtype=np.int64)
    nesting = Nesting(
        [facets[at] for at in (*windows, *window, *windows)],
        np.concatenate([none, np.where(above >= 0, above, window), windows]),
        np.concatenate(
            [none + NO_ATOM + 1, np.where(base[listed], number, NO_ATOM), none + UNCLUSTERED + 1]
        ),
        np.concatenate([windows >= 0, shown[listed], windows < 0]),
    )
    return nesting, place


def members_of(
    nesting: Nesting,
    place: Codes,
    users: Codes,
    population: Mapping[str, Codes],
    leaves: Mapping[str, Codes],
) -> Members:
    """Each conversation of the populations with the atom it is counted in.

    `leaves` gives the node of each one's base cluster (-1: none), `users` the user of each row of
    the facets table.
    """
    facets = [facet for facet, rows in population.items() if len(rows)]
    alone = np.flatnonzero(nesting.leaf == UNCLUSTERED)
    nothing = np.zeros(0, dtype=np.int64)
    atoms = [
        np.where(leaves[facet] >= 0, np.append(place, -1)[leaves[facet]], alone[at])
        for at, facet in enumerate(facets)
    ]
    rows = np.concatenate([nothing, *(population[facet] for facet in facets)])
    return Members(rows, np.concatenate([nothing, *atoms]), users)


def recounted_places(
    window: str, nesting: Nesting, keys: pa.Array, members: Members, policy: PrivacyPolicy
) -> RecountedPlaces:
    """The places with the numbers that they must be published with."""
    true_size, true_users = totals(nesting, members)
    shift = rounding.offsets_of_atoms(nesting, window, policy.rounding)
    size = rounding.published_sizes(nesting, true_size, shift, policy)
    users = rounding.published_users(nesting, true_users, size, shift, policy)
    return RecountedPlaces(nesting, keys, size, users, shift)


def keys_of(nesting: Nesting, place: Codes, ids: pa.Array) -> pa.Array:
    """Clustered facet and id of each published place; null for the others."""
    count = len(nesting.above)
    node = np.full(count, -1, dtype=np.int64)
    node[place[place >= 0]] = np.flatnonzero(place >= 0)
    own = ids.take(pa.array(node, mask=node < 0)).fill_null("")
    keys = joined(pa.array(nesting.facets, pa.string()), own)
    return keys.take(pa.array(np.arange(count), mask=~nesting.published))


def nearest_above(tree: ClusterTree, number_of_node: Codes) -> Codes:
    """The number of each node's nearest ancestor that has one (-1: no ancestor has).

    Node 0 below node 1 below node 2, of which only the first and the last have numbers:

    >>> from privacy_checks.recount.tree import cluster_tree
    >>> nodes = pa.table({
    ...     "facet": ["request"] * 3, "level": [0, 1, 2], "cluster": [0, 0, 0],
    ...     "parent": [0, 0, None],
    ... })
    >>> nearest_above(cluster_tree(nodes), np.array([50, -1, 70])).tolist()
    [70, 70, -1]
    """
    found = np.full(len(number_of_node), -1, dtype=np.int64)
    for line in tree.lines(tree.parent):
        number = np.where(line >= 0, number_of_node[line], -1)
        found = np.where(found < 0, number, found)
    return found
