"""Where the lines of a phrase book lie among the requests."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from clio_assets.domain.embedder import Embedder
from clio_assets.ground.types import Vector
from clio_assets.phrases.book import PhraseBook

#: Vectors of the bundled lines by the bundled model, in 16 bits (tools/make_line_vectors.py).
BUNDLED: Final = Path(__file__).parent / "bundled_vectors.npz"


def vectors_of_lines(book: PhraseBook, embedder: Embedder) -> Vector:
    """Unit-length vectors of the book's lines, shape (lines, dimension), in order.

    Those of the bundled lines by the bundled model come from a file: embedding two thousand lines
    takes seconds, and rounded ones are the same on every kind of processor.
    """
    known = _bundled(model_of(embedder))
    unknown = [line.text for line in book.lines if _key(line.text) not in known]
    computed = dict(zip(unknown, embedder.embed(unknown), strict=True)) if unknown else {}
    rows = [
        computed[line.text] if line.text in computed else known[_key(line.text)]
        for line in book.lines
    ]
    return np.stack(rows) if rows else np.empty((0, embedder.dimension), dtype=np.float32)


def model_of(embedder: Embedder) -> str:
    """The embedder's identity without the kind of processor."""
    return embedder.identity.partition(" on ")[0]


def save_bundled(book: PhraseBook, embedder: Embedder) -> None:
    """Write the file of the bundled lines' vectors."""
    texts = [line.text for line in book.lines]
    np.savez_compressed(
        BUNDLED,
        model=np.array(model_of(embedder)),
        keys=np.array([_key(text) for text in texts]),
        vectors=embedder.embed(texts).astype(np.float16),
    )


@cache
def _bundled(model: str) -> dict[str, Vector]:
    """Key of a line -> its vector; empty for any other model than the file's."""
    with np.load(BUNDLED) as stored:
        if str(stored["model"]) != model:
            return {}
        vectors = stored["vectors"].astype(np.float64)
        unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        return dict(zip(stored["keys"].tolist(), unit, strict=True))


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
