from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.domain.facets import FacetDefinition
from clio_assets.embeddings.embed import TEXTS_AT_ONCE, embed_facets
from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE, embeddings_schema
from clio_assets.errors import ModelError
from clio_assets.facets.schema import DEFAULT_FACETS, FACETS
from clio_assets.ground.vectors import from_column
from tests.fakes.analyst import FakeEmbedder

BOTH = (
    FacetDefinition("task", "text", "?", clustered=True),
    FacetDefinition("request", "text", "?", clustered=True),
)


def facets(*requests: str) -> pa.Table:
    rows = [
        {
            "conversation": f"c{at}",
            "user": "u0",
            "started_at": datetime(2026, 9, 28, tzinfo=UTC),
            "flagged": None,
            "request": request,
            "task": "explain it",
            "language": "English",
            "concern": 1,
            "turns": 1,
        }
        for at, request in enumerate(requests)
    ]
    return pa.Table.from_pylist(rows, schema=FACETS)


def test_embed_gives_unit_vectors_in_order_of_the_rows() -> None:
    embedder = FakeEmbedder()
    tables = embed_facets(facets("bake bread", "sing a song"), DEFAULT_FACETS, embedder)
    assert tables.embeddings.schema == embeddings_schema(32)
    assert tables.embeddings["conversation"].to_pylist() == ["c0", "c1"]
    assert tables.embeddings["facet"].to_pylist() == ["request", "request"]
    expected = FakeEmbedder().embed(["bake bread", "sing a song"])
    np.testing.assert_array_equal(from_column(tables.embeddings["vector"]), expected)


def test_embed_goes_facet_by_facet_when_several_are_clustered() -> None:
    tables = embed_facets(facets("bake", "sing"), BOTH, FakeEmbedder())
    assert tables.embeddings["facet"].to_pylist() == ["task", "task", "request", "request"]
    assert tables.embeddings["conversation"].to_pylist() == ["c0", "c1", "c0", "c1"]


def test_embed_asks_the_model_once_when_texts_are_equal() -> None:
    embedder = FakeEmbedder()
    tables = embed_facets(facets("bake", "sing", "bake"), DEFAULT_FACETS, embedder)
    assert embedder.batches == [["bake", "sing"]]
    vectors = from_column(tables.embeddings["vector"])
    np.testing.assert_array_equal(vectors[0], vectors[2])


def test_embed_sets_a_row_aside_when_its_text_is_empty() -> None:
    tables = embed_facets(facets("bake", "", "sing"), BOTH, FakeEmbedder())
    assert tables.set_aside.schema == EMBEDDINGS_SET_ASIDE
    assert tables.set_aside.to_pylist() == [
        {"conversation": "c1", "facet": "request", "reason": "empty_text"}
    ]
    assert tables.embeddings.num_rows == 5


def test_embed_gives_empty_tables_when_there_are_no_rows() -> None:
    tables = embed_facets(facets(), DEFAULT_FACETS, FakeEmbedder())
    assert tables.embeddings.num_rows == tables.set_aside.num_rows == 0
    assert tables.embeddings.schema == embeddings_schema(32)


def test_embed_hands_over_many_texts_in_parts_and_reports_them() -> None:
    embedder = FakeEmbedder()
    parts: list[object] = []

    def track(items, label, total):  # type: ignore[no-untyped-def]
        parts.extend([label, total])
        return iter(items)

    rows = facets(*(f"say {n}" for n in range(TEXTS_AT_ONCE + 1)))
    tables = embed_facets(rows, DEFAULT_FACETS, embedder, track)
    assert [len(batch) for batch in embedder.batches] == [TEXTS_AT_ONCE, 1]
    assert parts == ["embedding request", 2]
    assert tables.embeddings.num_rows == TEXTS_AT_ONCE + 1


@pytest.mark.parametrize(
    "vectors",
    [
        np.ones((1, 32), dtype=np.float32),
        np.full((1, 32), np.nan, dtype=np.float32),
        np.eye(2, 32, dtype=np.float32),
        np.eye(1, 31, dtype=np.float32),
    ],
    ids=["not unit length", "not a number", "too many", "wrong dimension"],
)
def test_embed_fails_when_the_model_misbehaves(vectors: "np.typing.NDArray[np.float32]") -> None:
    embedder = FakeEmbedder()
    embedder.embed = lambda texts: vectors  # type: ignore[method-assign]
    with pytest.raises(ModelError):
        embed_facets(facets("bake"), DEFAULT_FACETS, embedder)
