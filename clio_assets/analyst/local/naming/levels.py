"""Levels of the hierarchy without a language model: agglomerative clustering of vectors.

Ward's criterion on unit vectors groups clusters into parents, within a neighbourhood and then over
all neighbourhoods (paper, G.7, with counting in place of a model's judgement).
"""

from collections.abc import Sequence

import numpy as np

from clio_assets.analyst.local.naming.parents import name_parents
from clio_assets.analyst.protocol import (
    ChildToAssign,
    Neighbourhood,
    NotAnswered,
    ParentsToMerge,
    Proposal,
)
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import mean_direction


def propose(neighbourhoods: Sequence[Neighbourhood]) -> list[list[Proposal]]:
    """As many parents for each neighbourhood as wanted, or as it has nodes."""
    families = [grouped(one.nodes, one.parents_wanted) for one in neighbourhoods]
    texts = iter(name_parents([family for found in families for family in found]))
    return [
        [Proposal(_text(next(texts), family), _centre(family)) for family in found]
        for found in families
    ]


def deduplicate(parents: ParentsToMerge) -> list[Proposal]:
    """The proposals merged to the wanted number; a group keeps the text nearest to its centre."""
    merged = []
    for family in grouped(parents.proposals, parents.parents_wanted):
        centre = _centre(family)
        nearest = _most_similar(centre, family)
        merged.append(Proposal(family[nearest].text, centre))
    return merged


def assign(children: Sequence[ChildToAssign]) -> list[int | NotAnswered]:
    """The most similar candidate of each child; `NotAnswered` where it has none."""
    answers: list[int | NotAnswered] = []
    for question in children:
        if not question.candidates:
            answers.append(NotAnswered("no_candidates"))
            continue
        answers.append(_most_similar(question.child.vector, question.candidates))
    return answers


def grouped(nodes: Sequence[Node], groups: int) -> list[list[Node]]:
    """The nodes in at most that many groups of similar ones, in order of their first members."""
    if not nodes:
        return []
    if groups >= len(nodes):
        return [[node] for node in nodes]
    if groups <= 1:
        return [list(nodes)]
    from sklearn.cluster import AgglomerativeClustering

    vectors = np.stack([node.vector for node in nodes]).astype(np.float64)
    labels = AgglomerativeClustering(n_clusters=groups, linkage="ward").fit_predict(vectors)
    families: dict[int, list[Node]] = {}
    for node, label in zip(nodes, labels.tolist(), strict=True):
        families.setdefault(label, []).append(node)
    return list(families.values())


def _most_similar(vector: Vector, nodes: Sequence[Node]) -> int:
    """Position of the node nearest to a vector, the first on a tie.

    Summed in one thread and one order, so that the result is the same on any number of cores.
    """
    return int(np.argmax(np.einsum("ij,j->i", np.stack([node.vector for node in nodes]), vector)))


def _centre(family: Sequence[Node]) -> Vector:
    weights = np.array([max(node.size, 1) for node in family], dtype=np.float64)
    return mean_direction(np.stack([node.vector for node in family]), weights)


def _text(answer: ClusterText | NotAnswered, family: Sequence[Node]) -> ClusterText:
    """A working title; the largest child's where the family has none of its own."""
    if isinstance(answer, ClusterText):
        return answer
    return max(family, key=lambda node: node.size).text
