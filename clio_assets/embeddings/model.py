"""Text embeddings by a sentence-transformers model, the same bytes on every run."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings.batches import Batch, batches
from clio_assets.embeddings.folder import BUNDLED, BUNDLED_DIMENSION, ModelFolder, find_model
from clio_assets.embeddings.processor_kind import kind_of_processor
from clio_assets.errors import ModelError
from clio_assets.ground.types import Vector
from clio_assets.home.settings import EmbeddingSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: Vectors that are remembered, about 150 MB with 384 dimensions. The facets stage (concern) and
#: the embeddings stage ask for the same sentences.
_REMEMBERED: Final = 100_000

#: Texts that are cut into tokens at once.
_TEXTS_AT_ONCE: Final = 4_096

#: Completes a batch; shorter than any padded length.
_FILLER: Final = "a"


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """The configured model. Nothing is read before its identity or a vector is asked for."""
    return SentenceEmbedder(settings.model)


class SentenceEmbedder:
    """A sentence-transformers model on the processor, in full precision.

    Equal texts have equal vectors, whatever else is embedded with them and on however many cores,
    on one kind of processor (processor_kind.py), which is part of the identity. One thread
    computes a batch, since more would share its products out in other shapes; several threads
    compute several batches. From the first vector on, torch's own threads in this process are one.
    Texts of more tokens than the model takes are cut by it. Raises ModelError where the model
    cannot be found, is not the expected one or cannot be loaded.
    """

    def __init__(self, model: str, remembered: int = _REMEMBERED) -> None:
        self._name = model
        self._remembered = remembered
        self._vectors: dict[str, Vector] = {}

    @cached_property
    def _folder(self) -> ModelFolder:
        return find_model(self._name)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        return _load(self._folder)

    @property
    def identity(self) -> str:
        """Model name, digest of its files and kind of processor; does not load the model."""
        return f"{self._folder.identity} on {kind_of_processor()}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector; loads any model but the bundled one."""
        if self._name == BUNDLED:
            return BUNDLED_DIMENSION
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"the embedding model {self._folder.name} has vectors of no length")
        return int(dimension)

    def embed(self, texts: Sequence[str]) -> Vector:
        """Array of shape (len(texts), dimension), float32, rows of unit length, in order."""
        row_of: dict[str, int] = {}
        for text in texts:
            row_of.setdefault(text, len(row_of))
        vectors = np.empty((len(row_of), self.dimension), dtype=np.float32)
        unknown = []
        for text, row in row_of.items():
            if (known := self._vectors.get(text)) is None:
                unknown.append(text)
            else:
                vectors[row] = known
        if unknown:
            computed = self._compute(unknown)
            vectors[[row_of[text] for text in unknown]] = computed
            self._remember(unknown, computed)
        return vectors[[row_of[text] for text in texts]]

    def _remember(self, texts: Sequence[str], vectors: Vector) -> None:
        for text, vector in zip(texts, vectors, strict=True):
            self._vectors[text] = vector.copy()
        while len(self._vectors) > self._remembered:
            del self._vectors[next(iter(self._vectors))]

    def _compute(self, texts: list[str]) -> Vector:
        model = self._model
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        planned = list(batches(_token_counts(model, texts), model.max_seq_length))
        # cut into tokens here: tokenizers are not made for several threads
        prepared = (self._tokens(texts, batch) for batch in planned)
        for batch, found in zip(planned, self._each(prepared, len(planned)), strict=True):
            vectors[list(batch.positions)] = found[: len(batch.positions)]
        if not np.isfinite(vectors).all():
            raise ModelError(f"the embedding model {self._folder.name} gave vectors of no numbers")
        return vectors

    def _tokens(self, texts: Sequence[str], batch: Batch) -> dict[str, Any]:
        """The model's input for a batch, padded to its length and filled up."""
        filled = [texts[position] for position in batch.positions] + [_FILLER] * batch.fillers
        shape = {"padding": "max_length", "max_length": batch.length}
        prompt = _prompt(self._model) or None
        features: dict[str, Any] = self._model.preprocess(
            filled, prompt=prompt, processing_kwargs={"text": shape}
        )
        return features

    def _each(self, prepared: Iterable[dict[str, Any]], total: int) -> Iterator[Vector]:
        """Vectors of each batch, in order; as many batches at a time as torch had threads."""
        at_once = min(_threads(), total)
        _compute_alone()
        if at_once <= 1:  # no threads: a process that embeds little can be forked afterwards
            yield from map(self._forward, prepared)
            return
        with ThreadPoolExecutor(at_once, initializer=_compute_alone) as pool:
            yield from pool.map(self._forward, prepared)

    def _forward(self, features: dict[str, Any]) -> Vector:
        """Unit-length vectors of a batch, float32."""
        import torch

        # `encode` is not used: it cuts texts into tokens in the thread that computes
        with torch.inference_mode():
            found = self._model(features)["sentence_embedding"][:, : self.dimension]
            unit: Vector = torch.nn.functional.normalize(found, dim=1).float().numpy()
            return unit


@cache
def _threads() -> int:
    """The threads that torch was given (cores, OMP_NUM_THREADS), before they are set to one."""
    import torch

    return torch.get_num_threads()


def _compute_alone() -> None:
    """Make torch use one thread in this thread and those that begin later."""
    import torch

    torch.set_num_threads(1)


def _prompt(model: "SentenceTransformer") -> str:
    return model.prompts[model.default_prompt_name] if model.default_prompt_name else ""


def _token_counts(model: "SentenceTransformer", texts: Sequence[str]) -> list[int]:
    """Tokens of each text with the model's own prompt, special tokens included.

    Zero where the model has no sequence of tokens to pad (static word vectors).
    """
    if not callable(model.tokenizer):
        return [0] * len(texts)
    prompt = _prompt(model)
    counts: list[int] = []
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        part = [prompt + text for text in texts[start : start + _TEXTS_AT_ONCE]]
        encoded = model.tokenizer(
            part, truncation=True, max_length=model.max_seq_length, padding=False
        )
        counts.extend(map(len, encoded["input_ids"]))
    return counts


def _load(folder: ModelFolder) -> "SentenceTransformer":
    # everything needed is in the folder: the hub is never asked, and nobody is told
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # waiting threads sleep: two processes that embed at once would otherwise stall each other
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder.path), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise ModelError(
            f"the embedding model {folder.name} could not be loaded ({type(error).__name__}): "
            "give a folder or a name that sentence-transformers can load; if a download was cut "
            "off, remove it from the cache of the hub"
        ) from error
