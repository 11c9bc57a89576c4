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
    alone[within] = _only_links(start[within], end[within])
    found[place, value] = alone
    return found


def _connected_both_ways(start: Codes, end: Codes, both: np.ndarray, count: int) -> Codes:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.append(start, end[both]), np.append(end, start[both])
    steps = coo_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=(count, count))
    _, part = connected_components(steps.tocsr(), connection="strong")
    return np.asarray(part, dtype=np.int64)


def _only_links(start: Codes, end: Codes) -> np.ndarray:
    """Links without which their ends would be apart, by depth-first search (Tarjan, 1974)."""
    names, ends = np.unique(np.append(start, end), return_inverse=True)
    first, second = np.split(ends, 2)
    order = np.argsort(ends, kind="stable")
    link = (order % max(1, len(first))).tolist()
    other = np.append(second, first)[order].tolist()
    begin = np.searchsorted(ends[order], np.arange(len(names) + 1)).tolist()
    seen, low, came_by = ([-1] * len(names) for _ in range(3))
    following = begin[:-1]
    only = np.zeros(len(first), dtype=bool)
    clock = 0
    for root in range(len(names)):
        if seen[root] >= 0:
            continue
        seen[root] = low[root] = clock
        clock += 1
        way = [root]
        while way:
            node = way[-1]
            if following[node] < begin[node + 1]:
                at = following[node]
                following[node] += 1
                near = other[at]
                if seen[near] < 0:
                    seen[near] = low[near] = clock
                    clock += 1
                    came_by[near] = link[at]
                    way.append(near)
                elif link[at] != came_by[node]:
                    low[node] = min(low[node], seen[near])
            else:
                way.pop()
                if way:
                    low[way[-1]] = min(low[way[-1]], low[node])
                    only[came_by[node]] = low[node] > seen[way[-1]]
    return only
