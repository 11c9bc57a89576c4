"""What the platform needs of an embedding model."""

from collections.abc import Sequence
from typing import Protocol

from clio_assets.ground.types import Vector


class Embedder(Protocol):
    """Turns texts into unit-length vectors."""

    @property
    def identity(self) -> str:
        """What decides a vector's bytes: model, weights, processor; in recipes and lineage."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vector:
        """Array of shape (len(texts), dimension), float32, rows of unit length, in order."""
        ...
