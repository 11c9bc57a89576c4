"""Clusters on their way up the hierarchy, and what is asked and kept of their texts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from clio_assets.analyst.protocol import Analyst, NotAnswered
from clio_assets.domain.clusters import ClusterText, Node, Term
from clio_assets.domain.embedder import Embedder
from clio_assets.domain.facets import FacetDefinition
from clio_assets.ground.types import Vector

MAX_NAME_WORDS = 10


@dataclass(frozen=True)
class HierarchyTools:
    """Who builds one facet's hierarchy and how; `counts` collects what did not go by itself."""

    facet: FacetDefinition
    analyst: Analyst
    embedder: Embedder
    neighbourhood_size: int
    seed: int
    counts: Counter[str] = field(default_factory=Counter)

    def embed(self, texts: Sequence[ClusterText]) -> Vector:
        """Vectors of names and descriptions together (paper, G.7)."""
        if not texts:
            return np.empty((0, self.embedder.dimension), dtype=np.float32)
        return self.embedder.embed([f"{text.name}. {text.description}" for text in texts])


def well_formed(answer: ClusterText | NotAnswered) -> ClusterText | None:
    """The answer with single spaces; None where there is none, or one that breaks the form."""
    if isinstance(answer, NotAnswered):
        return None
    name, description = answer.name.split(), answer.description.split()
    if not 1 <= len(name) <= MAX_NAME_WORDS or not description:
        return None
    return ClusterText(" ".join(name), " ".join(description))


def merged_terms(children: Sequence[Node]) -> list[Term]:
    """The children's terms, each once: as the child has it in which most users wrote it.

    A parent has at least as many users of a word as any child. Most users first, then by lemma.
    """
    best: dict[str, Term] = {}
    for child in children:
        for term in child.terms:
            if term.lemma not in best or term.users > best[term.lemma].users:
                best[term.lemma] = term
    return sorted(best.values(), key=lambda term: (-term.users, term.lemma))


def vectors_of(nodes: Sequence[Node]) -> Vector:
    """The nodes' vectors as the rows of one array."""
    return np.stack([node.vector for node in nodes])
