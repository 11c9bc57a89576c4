"""The tables of the source's vectors: each kept conversation has one, or the reason why not."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from clio_assets.conversations.schema import WITHOUT_VECTOR, vectors_schema
from clio_assets.domain.source_vectors import VectorFault
from clio_assets.ground.vectors import to_column
from clio_assets.landing.vectors import vector_of


def vector_tables(
    conversations: Sequence[str], landed: Sequence[Mapping[str, Any]], dimension: int
) -> tuple[pa.Table, pa.Table]:
    """`vectors` and `without_vector` of conversations and their landed rows, both in order.

    A source that is gone was landed when other vectors were declared, or none.
    """
    found = [_of(row, dimension) for row in landed]
    pairs = list(zip(conversations, found, strict=True))
    names = [name for name, one in pairs if not isinstance(one, str)]
    vectors = [vector_of(one) for one in found if not isinstance(one, str)]
    matrix = np.stack(vectors) if vectors else np.empty((0, dimension), np.float32)
    columns = [pa.array(names, pa.string()), to_column(matrix)]
    return (
        pa.table(columns, schema=vectors_schema(dimension)),
        pa.Table.from_pylist(
            [{"conversation": name, "reason": one} for name, one in pairs if isinstance(one, str)],
            WITHOUT_VECTOR,
        ),
    )


def _of(row: Mapping[str, Any], dimension: int) -> bytes | VectorFault:
    """A landed row's vector, or why it has none."""
    stored: bytes | None = row["vector"]
    if stored is None:
        fault: VectorFault = row["vector_fault"] or "no_vector"
        return fault
    if len(stored) != dimension * np.dtype(np.float32).itemsize:
        return "vector_of_other_dimension"
    return stored
