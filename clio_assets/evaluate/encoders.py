"""Spaces in which a request can lie near a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from clio_assets.domain.embedder import Embedder
from clio_assets.ground.types import Vector

#: Lengths of the pieces of words that are counted, in characters.
_SHORTEST, _LONGEST = 3, 5


@dataclass(frozen=True)
class Likeness:
    """Cosines: `members` of each member and each name, `names` of each name and each other."""

    members: Vector
    names: Vector


class Encoder(Protocol):
    """Says how alike texts are."""

    @property
    def name(self) -> str:
        """What it is called in a report."""
        ...

    def likeness(self, members: Sequence[str], names: Sequence[str]) -> Likeness:
        """Cosines between members and names, and among the names."""
        ...


class CharacterEncoder:
    """Pieces of words, weighted by how rare they are: no model, nothing learnt elsewhere.

    It sees spelling and not meaning: a name that says the same in other words gets nothing.
    """

    name = f"pieces of words ({_SHORTEST} to {_LONGEST} characters)"

    def likeness(self, members: Sequence[str], names: Sequence[str]) -> Likeness:
        """Cosines over TF-IDF vectors that are fitted to these texts."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        space = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(_SHORTEST, _LONGEST), sublinear_tf=True, min_df=1
        )
        space.fit([*members, *names])
        of_members, of_names = space.transform(members), space.transform(names)
        return Likeness(
            np.asarray((of_members @ of_names.T).toarray(), dtype=np.float32),
            np.asarray((of_names @ of_names.T).toarray(), dtype=np.float32),
        )


@dataclass(frozen=True)
class EmbeddingEncoder:
    """An embedding model."""

    embedder: Embedder
    name: str

    def likeness(self, members: Sequence[str], names: Sequence[str]) -> Likeness:
        """Cosines of embeddings."""
        of_members, of_names = self.embedder.embed(members), self.embedder.embed(names)
        return Likeness(of_members @ of_names.T, of_names @ of_names.T)


@dataclass(frozen=True)
class KnownVectors:
    """An embedder that knows some texts' vectors already, such as those of the embeddings stage."""

    embedder: Embedder
    known: Mapping[str, Vector]

    @property
    def identity(self) -> str:
        """That of the embedder."""
        return self.embedder.identity

    @property
    def dimension(self) -> int:
        """That of the embedder."""
        return self.embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vector:
        """The known vectors, and the embedder's for the rest; in order."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        unknown = [row for row, text in enumerate(texts) if text not in self.known]
        if unknown:
            vectors[unknown] = self.embedder.embed([texts[row] for row in unknown])
        for row, text in enumerate(texts):
            if text in self.known:
                vectors[row] = self.known[text]
        return vectors
