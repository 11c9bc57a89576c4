"""Give every cluster its best parent (paper, G.7)."""

from collections.abc import Sequence

import numpy as np

from clio_assets.analyst.protocol import ChildToAssign
from clio_assets.domain.clusters import Node
from clio_assets.errors import AnalystError
from clio_assets.ground.types import Indices, Vector
from clio_assets.ground.vectors import nearest, similarities
from clio_assets.hierarchy.levels import bounds
from clio_assets.hierarchy.nodes import HierarchyTools, vectors_of

#: Parents a child may go to: the nearest ones, because a level can have hundreds.
CANDIDATES = 15


def assign_children(
    tools: HierarchyTools, children: Sequence[Node], parents: Sequence[Node], wanted: int
) -> Indices:
    """Position of each child's parent, so that at least half the wanted number have children."""
    chosen = _chosen(tools, children, parents, CANDIDATES)
    return _fill(tools, chosen, vectors_of(children), vectors_of(parents), bounds(wanted)[0])


def assign_categories(
    tools: HierarchyTools, children: Sequence[Node], categories: Sequence[Node]
) -> Indices:
    """Position of each child's category, chosen among all of them; some may stay without any."""
    return _chosen(tools, children, categories, len(categories))


def _chosen(
    tools: HierarchyTools, children: Sequence[Node], parents: Sequence[Node], candidates: int
) -> Indices:
    """Position of each child's parent, one of its nearest `candidates`.

    Candidates are shuffled, because a language model favours what it sees first. A child without
    a usable answer goes to the nearest parent (counted as `assigned_by_vector`).
    """
    near = nearest(vectors_of(children), vectors_of(parents), candidates)
    shuffled = np.random.default_rng((tools.seed, len(children))).permuted(near, axis=1)
    answers = tools.analyst.assign(
        [
            ChildToAssign(child, [parents[at] for at in offered])
            for child, offered in zip(children, shuffled, strict=True)
        ]
    )
    if len(answers) != len(children):
        raise AnalystError("the analyst assigned more or fewer clusters than it was asked to")
    chosen = np.empty(len(children), dtype=np.intp)
    for child, answer in enumerate(answers):
        if isinstance(answer, int) and 0 <= answer < shuffled.shape[1]:
            chosen[child] = shuffled[child, answer]
        else:
            chosen[child] = near[child, 0]
            tools.counts["assigned_by_vector"] += 1
    return chosen


def _fill(
    tools: HierarchyTools, chosen: Indices, children: Vector, parents: Vector, fewest: int
) -> Indices:
    """Move children to childless parents until `fewest` parents have some.

    Each time the child and the childless parent that are most alike, of those children whose
    parent keeps another one. Counted as `moved_to_keep_level_size`.
    """
    chosen = chosen.copy()
    count = np.bincount(chosen, minlength=len(parents))
    while np.count_nonzero(count) < fewest:
        movable, childless = np.flatnonzero(count[chosen] > 1), np.flatnonzero(count == 0)
        similarity = similarities(children[movable], parents[childless])
        at_child, at_parent = np.unravel_index(np.argmax(similarity), similarity.shape)
        child, parent = movable[at_child], childless[at_parent]
        count[chosen[child]] -= 1
        count[parent] += 1
        chosen[child] = parent
        tools.counts["moved_to_keep_level_size"] += 1
    return chosen
