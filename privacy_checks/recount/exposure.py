"""Which hidden cells everybody can work out from those that are shown.

Known are the sizes of all places, the shown cells, and that cells of one value add up over what
lies directly below a place, and cells of one place over its values. The hidden ones are not
negative. This is the flow of a network: from each atom to its values, and value by value from place
to place up to the window, and out. A flow along hidden cells can change exactly where changes run
in a circle, up in a hidden cell, or down in one that is not empty. A cell on no such circle has one
possible number. That is so if the two ends of the cell are not connected by such steps in both
directions, or if within what is connected so the cell is the only link between two parts.

(Only link: a step along it can then come back no other way. Otherwise there is one. Without the
cell, what was connected in both directions leaves parts in some order; every part but those at the
cell's two ends still has a step in and a step out, so one end is the first of that order and the
other the last, and steps lead from the first to the last.)
"""

import numpy as np

from privacy_checks.recount.counting import Codes


def worked_out(above: Codes, numbers: Codes, hidden: np.ndarray) -> np.ndarray:
    """Hidden cells, a mask of places by values, that can have one number only.

    `above` is the place directly above each place, -1 for a window; `numbers` are published ones,
    known or hidden.
    """
    found = np.zeros(hidden.shape, dtype=bool)
    place, value = np.nonzero(hidden)
    if not len(place):
        return found
    count, width = hidden.shape
    inner = np.zeros(count, dtype=bool)
    inner[above[above >= 0]] = True
    out = count * (width + 1)
    start = np.where(inner[place], count + place * width + value, place)
    end = np.where(above[place] >= 0, count + above[place] * width + value, out)
    part = _connected_both_ways(start, end, numbers[place, value] > 0, out + 1)
    within = part[start] == part[end]
    alone = ~within
    alone[within] = only_links(start[within], end[within])
    found[place, value] = alone
    return found


def _connected_both_ways(start: Codes, end: Codes, both: np.ndarray, count: int) -> Codes:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.append(start, end[both]), np.append(end, start[both])
    steps = coo_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=(count, count))
    _, part = connected_components(steps.tocsr(), connection="strong")
    return np.asarray(part, dtype=np.int64)


def only_links(start: Codes, end: Codes) -> np.ndarray:
    """Links without which their ends would be apart: the bridges that networkx finds.

    It is asked about fewer links: those of a spanning forest, and of a spanning forest of the rest.
    Where another way leads around a link of the first forest, one leads through the second; and a
    link outside the first one always has another way.
    """
    import networkx

    low, high = np.minimum(start, end), np.maximum(start, end)
    width = int(high.max(initial=0)) + 1
    pairs, which, times = np.unique(low * width + high, return_inverse=True, return_counts=True)
    first = _spanning_forest(pairs, width)
    rest = np.delete(np.arange(len(pairs)), first)
    few = pairs[np.append(first, rest[_spanning_forest(pairs[rest], width)])]
    graph = networkx.Graph(zip((few // width).tolist(), (few % width).tolist(), strict=True))
    bridges = [min(ends) * width + max(ends) for ends in networkx.bridges(graph)]
    only: np.ndarray = (np.isin(pairs, np.array(bridges, np.int64)) & (times == 1))[which]
    return only


def _spanning_forest(pairs: Codes, width: int) -> Codes:
    """Positions of links that connect whatever all links connect, and form no circle.

    A link from node `a` to `b` is given as `a * width + b`.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    number = np.arange(1, len(pairs) + 1, dtype=np.float64)  # as its weight, which must not be 0
    links = coo_array((number, (pairs // width, pairs % width)), shape=(width, width))
    forest = minimum_spanning_tree(links.tocsr())
    return np.sort(forest.data).astype(np.int64) - 1
