import numpy as np
import pyarrow as pa
import pytest

from clio_assets.conversations.schema import WITHOUT_VECTOR, vectors_schema
from clio_assets.embeddings.embed import embed_facets, embed_multilingual
from clio_assets.embeddings.from_source import lacking_vectors, source_vectors
from clio_assets.embeddings.schema import source_vectors_schema
from clio_assets.errors import LakeError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.vectors import from_column, to_column
from tests.fakes.analyst import FakeEmbedder
from tests.unit.embeddings.test_embed import BOTH, facets

WITHOUT = pa.table({"conversation": ["c1", "gone"], "reason": ["no_vector"] * 2})


def vectors(*conversations: str) -> pa.Table:
    rows = np.eye(len(conversations), 3, dtype=np.float32)
    return pa.table([pa.array(conversations), to_column(rows)], schema=vectors_schema(3))


def test_text_is_set_aside_for_its_true_reason_when_its_conversation_lacks_a_vector() -> None:
    lacking = lacking_vectors(WITHOUT.cast(WITHOUT_VECTOR), "request")
    tables = embed_facets(facets("bake", "sing", "", "swim"), BOTH, FakeEmbedder(), None, lacking)
    pairs = zip(*(tables.embeddings[n].to_pylist() for n in ("facet", "conversation")), strict=True)
    assert sorted(pairs) == [
        ("request", "c0"),
        ("request", "c3"),
        *(("task", f"c{at}") for at in range(4)),
    ]
    assert tables.set_aside.to_pylist() == [
        {"conversation": "c2", "facet": "request", "reason": "empty_text"},
        {"conversation": "c1", "facet": "request", "reason": "no_vector"},
    ]


def test_text_has_no_multilingual_vector_when_its_conversation_lacks_one_of_the_source() -> None:
    rows = facets("bake", "sing").set_column(
        6, pa.field("language", pa.string(), nullable=False), pa.array(["French"] * 2)
    )

    lacking = lacking_vectors(WITHOUT.cast(WITHOUT_VECTOR), "request")
    found = embed_multilingual(rows, DEFAULT_FACETS, FakeEmbedder(512), lacking)
    assert found.vectors["conversation"].to_pylist() == ["c0"]


def test_source_vectors_follow_the_texts_of_their_facet_when_they_came_in_another_order() -> None:
    embedded = embed_facets(facets("bake", "sing"), BOTH, FakeEmbedder()).embeddings
    found = source_vectors(embedded, vectors("c1", "other", "c0"), "request")
    assert found.schema == source_vectors_schema(3)
    assert found["conversation"].to_pylist() == ["c0", "c1"]
    np.testing.assert_array_equal(from_column(found["vector"]), [[0, 0, 1], [1, 0, 0]])


def test_source_vectors_are_refused_when_an_embedded_conversation_has_none() -> None:
    embedded = embed_facets(facets("bake", "sing"), BOTH, FakeEmbedder()).embeddings
    with pytest.raises(LakeError, match="1 conversations"):
        source_vectors(embedded, vectors("c1"), "request")
