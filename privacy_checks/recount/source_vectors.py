"""Vectors of the source, read off what was landed and compared with what was taken along."""

from collections import Counter

import numpy as np
import pyarrow as pa

from privacy_checks.recount.counting import Codes, ColumnValues, indices_in, matrix

#: Why a conversation may have no vector.
FAULTS = (
    "no_vector",
    "vector_not_numbers",
    "vector_of_other_dimension",
    "vector_not_finite",
    "vector_of_zeros",
)
_BYTES = 4  # of a number

Found = Counter[bytes | str]


def landed_vectors(landed: pa.Table, dimension: int) -> Found:
    """How many landed records have each vector, as bytes, or each reason for having none."""
    pairs = zip(landed["vector"].to_pylist(), landed["vector_fault"].to_pylist(), strict=True)
    return Counter(_of(vector, fault, dimension) for vector, fault in pairs)


def _of(vector: bytes | None, fault: str | None, dimension: int) -> bytes | str:
    if vector is None:
        return fault or "no_vector"
    return vector if len(vector) == dimension * _BYTES else "vector_of_other_dimension"


def stored_vectors(vectors: pa.Table, without: pa.Table) -> Found:
    """The same of what a stage stored."""
    found: Found = Counter(row.tobytes() for row in matrix(vectors["vector"]))
    found.update(without["reason"].to_pylist())
    return found


def rows_not_as_given(ours: pa.Table, given: pa.Table) -> int:
    """How many rows have another vector than their conversation was given, or were given none."""
    at: Codes = indices_in(ours["conversation"], given["conversation"])
    rows: int = ours.num_rows
    if width_of(ours["vector"]) != width_of(given["vector"]):
        return rows
    known = at >= 0
    same = np.all(matrix(ours["vector"])[known] == matrix(given["vector"])[at[known]], axis=1)
    return rows - int(np.count_nonzero(same))


def width_of(vectors: ColumnValues) -> int:
    """How many numbers a vector has."""
    width: int = vectors.type.list_size
    return width
