"""What a model will be asked after extraction, before there is any of it: texts of usual length.

Lengths were taken from runs on public conversations: a facet has some 25 words, a cluster's name
six and its description two sentences. The words are drawn by number from a short list, so that two
texts are never the same and nothing of any conversation is needed.
"""

from collections.abc import Sequence

import numpy as np

from clio_assets.analyst.protocol import (
    ChildToAssign,
    ClusterToName,
    Neighbourhood,
    ParentsToMerge,
    ParentToRename,
)
from clio_assets.domain.clusters import ClusterText, Node, Term
from clio_assets.domain.facets import FacetDefinition

_TEXT = """
explain write compare review plan summarise translate draft debug design report message letter
schedule function recipe budget lesson garden engine contract history grammar health travel music
database network picture essay customer product quality measure question answer
"""
_WORDS = _TEXT.split()

_FACET_WORDS = 25
_NAME_WORDS = 6
_DESCRIPTION_WORDS = 32
_TERMS = 12


def words(count: int, number: int) -> str:
    """That many words, other ones for every number."""
    return " ".join(
        _WORDS[(number * 7 + at * (number % 5 + 1)) % len(_WORDS)] for at in range(count)
    )


def node(number: int) -> Node:
    """A cluster as the hierarchy sees it, somewhere in a small space."""
    vector = np.random.default_rng(number).normal(size=8).astype(np.float32)
    text = ClusterText(words(_NAME_WORDS, number), words(_DESCRIPTION_WORDS, number + 1))
    return Node(text, 100 + number, vector / np.linalg.norm(vector))


def cluster(facet: FacetDefinition, members: int, neighbours: Sequence[int]) -> ClusterToName:
    """A base cluster of that many sampled members."""
    texts = [words(_FACET_WORDS, at) for at in range(members)]
    terms = [Term(word, word, 10) for word in _WORDS[:_TERMS]]
    return ClusterToName(facet, texts, texts, range(members), terms, neighbours)


def neighbourhood(facet: FacetDefinition, size: int, outsiders: int, wanted: int) -> Neighbourhood:
    """Clusters of which parents are proposed together."""
    nodes = [node(at) for at in range(size)]
    return Neighbourhood(facet, nodes, [node(size + at) for at in range(outsiders)], wanted)


def merging(facet: FacetDefinition, proposals: int, wanted: int) -> ParentsToMerge:
    """Proposals of a level."""
    return ParentsToMerge(facet, [node(at) for at in range(proposals)], wanted)


def assignments(children: int, candidates: int) -> list[ChildToAssign]:
    """Children that share their candidates."""
    offered = [node(at) for at in range(candidates)]
    return [ChildToAssign(node(candidates + at), offered) for at in range(children)]


def parent(facet: FacetDefinition, children: int) -> ParentToRename:
    """A parent of that many children."""
    return ParentToRename(facet, [node(at) for at in range(children)], [])
