"""Clusters of a hierarchy with known groups, and who works on them."""

import numpy as np

from clio_assets.domain.clusters import ClusterText, Node, Term
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.types import Vector
from clio_assets.hierarchy.nodes import Work
from tests.fakes.analyst import FakeAnalyst, FakeEmbedder


def node(vector: Vector, name: str = "Bake bread", size: int = 20, *terms: Term) -> Node:
    """A cluster that lies somewhere."""
    return Node(ClusterText(name, f"Users asked: {name}."), size, vector, terms)


def grouped(groups: int, each: int, dimension: int = 12, seed: int = 0) -> list[Node]:
    """Clusters near as many axes as there are groups, group after group."""
    random = np.random.default_rng(seed)
    vectors = np.repeat(np.eye(dimension)[:groups], each, axis=0)
    vectors = vectors + random.normal(scale=0.05, size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        node(vector, f"Ask about thing{at}", 20 + at % 7)
        for at, vector in enumerate(vectors.astype(np.float32))
    ]


def work(analyst: FakeAnalyst | None = None, neighbourhood_size: int = 40) -> Work:
    """A piece of work on requests, with seed 0."""
    return Work(
        DEFAULT_FACETS[0], analyst or FakeAnalyst(), FakeEmbedder(12), neighbourhood_size, 0
    )
