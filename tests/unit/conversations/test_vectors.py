import numpy as np
import pytest

from clio_assets.conversations.schema import WITHOUT_VECTOR, vectors_schema
from clio_assets.conversations.vectors import vector_tables
from clio_assets.ground.vectors import from_column

STORED = np.array([0.6, 0.8], "<f4").tobytes()


def row(vector: bytes | None, fault: str | None = None) -> dict[str, object]:
    return {"vector": vector, "vector_fault": fault}


def test_each_conversation_has_its_vector_or_the_reason_for_none_when_some_have_none() -> None:
    landed = [
        row(STORED),
        row(None, "vector_of_zeros"),
        row(None),  # landed before vectors were declared
        row(STORED * 2),  # landed when others were
        row(STORED),
    ]
    vectors, without = vector_tables(["a", "b", "c", "d", "e"], landed, 2)
    assert vectors.schema == vectors_schema(2)
    assert vectors["conversation"].to_pylist() == ["a", "e"]
    np.testing.assert_array_equal(
        from_column(vectors["vector"]), np.array([[0.6, 0.8]] * 2, np.float32)
    )
    assert without.schema == WITHOUT_VECTOR
    assert without.to_pylist() == [
        {"conversation": "b", "reason": "vector_of_zeros"},
        {"conversation": "c", "reason": "no_vector"},
        {"conversation": "d", "reason": "vector_of_other_dimension"},
    ]


@pytest.mark.parametrize("landed", [[], [row(None, "no_vector")]])
def test_tables_keep_their_form_when_no_conversation_has_a_vector(
    landed: list[dict[str, object]],
) -> None:
    vectors, without = vector_tables(["a"][: len(landed)], landed, 2)
    assert vectors.schema == vectors_schema(2)
    assert (vectors.num_rows, without.num_rows) == (0, len(landed))
