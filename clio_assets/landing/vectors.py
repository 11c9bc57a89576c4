"""A conversation's vector as a source holds it, made one of unit length.

    [0.1, -0.2, ...]               numbers, of JSON, Parquet, Arrow (any precision) or a data frame
    "[0.1, -0.2, ...]"             the same as JSON text, as tables and pgvector write it
    b"...", "zczMPQ..."            float32, little-endian, as NumPy packs them; Base64 of such bytes

Bytes do not say their type: half as many float64 would be read as float32, so other types are not
guessed at. What cannot be used has a reason in fixed words; the conversation is landed as ever.
"""

import binascii
import math
from base64 import b64decode
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from clio_assets.domain.source_vectors import VectorFault
from clio_assets.home.settings import EmbeddingSettings
from clio_assets.sources.formats.fields import is_missing, unwrapped

_Numbers = npt.NDArray[np.float64]

_FLOAT32: Final = "<f4"


@dataclass(frozen=True, slots=True)
class VectorField:
    """Where records hold a vector, and how many numbers it must have."""

    path: str
    dimension: int

    @classmethod
    def of(cls, settings: EmbeddingSettings) -> "VectorField | None":
        """The one that is declared, if any."""
        if not settings.from_source or settings.dimension is None:
            return None
        return cls(settings.from_source, settings.dimension)


@dataclass(frozen=True, slots=True)
class FoundVector:
    """A unit-length vector as float32 bytes, or why there is none."""

    value: bytes | None
    fault: VectorFault | None = None


#: What a conversation has that was put together of pieces.
NO_VECTOR: Final = FoundVector(None, "no_vector")


def read_vector(value: object, dimension: int) -> FoundVector:
    """The vector that stands in a record, of unit length.

    >>> read_vector([3, 4], 2).value == np.array([0.6, 0.8], "<f4").tobytes()
    True
    >>> [read_vector(found, 2).fault for found in ("", [1], [1, math.nan], [0, 0])]
    ['no_vector', 'vector_of_other_dimension', 'vector_not_finite', 'vector_of_zeros']
    """
    value = unwrapped(value)
    if is_missing(value) or value in ([], b""):
        return NO_VECTOR
    numbers = _numbers(value)
    if numbers is None:
        return FoundVector(None, "vector_not_numbers")
    if len(numbers) != dimension:
        return FoundVector(None, "vector_of_other_dimension")
    if not np.isfinite(numbers).all():
        return FoundVector(None, "vector_not_finite")
    largest = np.abs(numbers).max()
    if not largest:
        return FoundVector(None, "vector_of_zeros")
    numbers = numbers / largest  # nothing overflows now, however large or small they are
    # summed exactly, so that every processor gives the same bytes
    length = math.sqrt(math.fsum((numbers * numbers).tolist()))
    return FoundVector((numbers / length).astype(_FLOAT32).tobytes())


def vector_of(stored: bytes) -> npt.NDArray[np.float32]:
    """The vector of its stored bytes."""
    return np.frombuffer(stored, dtype=_FLOAT32).astype(np.float32)


def _numbers(value: object) -> _Numbers | None:
    """The numbers of a list or of packed bytes; None of anything else."""
    if isinstance(value, str):
        value = _from_base64(value)
    if isinstance(value, bytes):
        whole = len(value) % np.dtype(_FLOAT32).itemsize == 0
        return np.frombuffer(value, dtype=_FLOAT32).astype(np.float64) if whole else None
    if not isinstance(value, list | tuple):
        return None
    try:
        found = np.asarray(value)
        numbers = found.astype(np.float64)
    except (TypeError, ValueError, OverflowError):  # words, or lists of unequal length
        return None
    return numbers if numbers.ndim == 1 and found.dtype.kind != "b" else None


def _from_base64(text: str) -> bytes | None:
    try:
        return b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
