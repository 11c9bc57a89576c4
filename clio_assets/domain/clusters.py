"""What several stages and both analysts say of a cluster: its words, its text, its place."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clio_assets.ground.types import Vector


@dataclass(frozen=True)
class Term:
    """A word of a cluster that enough of its distinct users wrote."""

    lemma: str
    surface: str
    users: int


@dataclass(frozen=True)
class ClusterText:
    """A name (at most ten words) and a description (two sentences, past tense)."""

    name: str
    description: str


@dataclass(frozen=True)
class Node:
    """A cluster of any level as the hierarchy sees it; unit-length `vector` says where it lies.

    For an extractive analyst the vector is the mean of the members' vectors, because its names
    are word lists; otherwise it embeds name and description (G.7).
    """

    text: ClusterText
    size: int
    vector: Vector = field(repr=False)
    terms: Sequence[Term] = ()
