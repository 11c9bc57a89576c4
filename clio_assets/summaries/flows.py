"""Which suppressed cells follow from what is shown, exactly.

The rounded cells of one attribute are a network flow. An atom's row sends its size to its values;
from there every place's cell of a value runs into the cell of the place above, up to the window,
and from the window into the ground:

    atom -> (place above, value) -> (place above that, value) -> ... -> (window, value) -> ground

Sums over values hold in the atoms, sums over the tree in the nodes (place, value); together they
imply all others. The sizes of all atoms are taken as known, also of those not published. Shown
cells are known arcs; suppressed ones are unknown, and only known not to be negative.

Two flows with the same known arcs differ by a circulation, which falls into cycles of the residual
graph: an unknown arc forwards, or backwards where something flows in it. So an arc has more than
one possible flow exactly if it lies on a residual cycle other than there and back again:

- Ends in different strong components: on no cycle at all.
- In one component, nothing flows in it: it has no way back of its own, so the cycle is a real one.
- In one component, something flows in it: take both its directions away. If the component falls
  apart (the arc is a bridge of the undirected graph), no cycle is left. If not, the strong
  components of what is left form a connected acyclic graph in which only the components of the two
  ends can be sources or sinks; so a path leads from one end to the other, and the arc closes it.

All capacities being multiples of the base, so is some other possible flow: what is not determined
can differ by the base at least (total unimodularity of networks).
"""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def determined(parent: Numbers, cells: Numbers, hidden: Mask) -> Mask:
    """Suppressed cells, as a mask of places by values, that have only one possible number.

    `parent` is each place's row of the place above (-1: the window); `cells` are rounded.
    """
    places, values = cells.shape
    row, value = np.nonzero(hidden)
    found = np.zeros(cells.shape, dtype=bool)
    if not len(row):
        return found
    has_parts = np.isin(np.arange(places), parent)
    above = parent[row]
    tail = np.where(has_parts[row], places + row * values + value, row)
    head = np.where(above >= 0, places + above * values + value, places + places * values)
    nodes, ends = np.unique(np.concatenate([tail, head]), return_inverse=True)
    tail, head = np.split(ends, 2)
    component = _strong_components(tail, head, cells[row, value] > 0, len(nodes))
    together = component[tail] == component[head]
    fixed = ~together
    fixed[together] = bridges(tail[together], head[together], len(nodes))
    found[row, value] = fixed
    return found


def _strong_components(tail: Numbers, head: Numbers, back: Mask, count: int) -> Numbers:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    start, end = np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]])
    graph = csr_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(count, count))
    labels = connected_components(graph, directed=True, connection="strong")[1]
    return np.asarray(labels, dtype=np.int64)


def bridges(tail: Numbers, head: Numbers, count: int) -> Mask:
    """Edges of an undirected graph without parallel edges that lie on no cycle.

    In a spanning tree, an edge is a bridge if no edge outside the tree leads out of the subtree
    below it: such an edge counts 1 at both its ends and -2 where their ways to the root meet.
    """
    if not len(tail):
        return np.zeros(0, dtype=bool)
    above, depth = _spanning_tree(tail, head, count)
    down, up = above[head] == tail, above[tail] == head
    outside = ~(down | up)
    covers = np.zeros(count + 1, dtype=np.int64)
    first, second = tail[outside], head[outside]
    np.add.at(covers, first, 1)
    np.add.at(covers, second, 1)
    np.add.at(covers, _meeting(first, second, above, depth), -2)
    order = np.argsort(depth, kind="stable")
    levels = np.split(order, np.searchsorted(depth[order], np.arange(1, int(depth.max()) + 1)))
    for level in levels[:0:-1]:
        np.add.at(covers, above[level], covers[level])
    lower = np.where(down, head, tail)
    alone: Mask = ~outside & (covers[lower] == 0)
    return alone


def _spanning_tree(tail: Numbers, head: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """The node above each node and its depth, with a root of its own above all components."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    def graph(start: Numbers, end: Numbers) -> csr_array:
        ones = np.ones(len(start), dtype=np.int8)
        return csr_array((ones, (start, end)), shape=(count + 1, count + 1))

    labels = connected_components(graph(tail, head), directed=False)[1][:count]
    tops = np.unique(labels, return_index=True)[1]
    start = np.concatenate([tail, np.full(len(tops), count)])
    above = breadth_first_order(graph(start, np.concatenate([head, tops])), count, directed=False)[
        1
    ]
    above = np.where(np.arange(count + 1) == count, count, above).astype(np.int64)
    depth, jump = (above != np.arange(count + 1)).astype(np.int64), above
    while (jump != count).any():
        depth, jump = depth + depth[jump], jump[jump]
    return above, depth


def _meeting(first: Numbers, second: Numbers, above: Numbers, depth: Numbers) -> Numbers:
    """Where the ways of each two nodes to the root meet."""
    first, second = first.copy(), second.copy()
    apart = np.flatnonzero(first != second)
    while len(apart):
        a, b = first[apart], second[apart]
        first[apart] = np.where(depth[a] >= depth[b], above[a], a)
        second[apart] = np.where(depth[b] >= depth[a], above[b], b)
        apart = apart[first[apart] != second[apart]]
    return first
