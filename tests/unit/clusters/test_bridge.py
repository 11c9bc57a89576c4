"""Texts in other languages are mapped to where English ones lie; English ones stay."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from clio_assets.clusters import bridge
from clio_assets.clusters.bridge import (
    FEWEST_WITHOUT_PRIOR,
    SHIPPED,
    bridge_vectors,
    learn,
    moved,
    shipped_map,
    stored_map,
)
from clio_assets.clusters.schema import bridge_schema
from clio_assets.embeddings.model import load_embedder
from clio_assets.embeddings.schema import MULTILINGUAL, MULTILINGUAL_DIMENSION
from clio_assets.errors import ModelError
from clio_assets.ground.vectors import to_column
from clio_assets.home.settings import EmbeddingSettings
from tests.fakes.analyst import FakeEmbedder

Floats = npt.NDArray[np.float32]
FACET = "request"


def unit(rows: int, dimension: int, seed: int = 0) -> Floats:
    found = np.random.default_rng(seed).normal(size=(rows, dimension))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def world(english: int, foreign: int) -> tuple[pa.Array, Floats, pa.Table, Floats]:
    """Conversations, the model's vectors, the multilingual table, and where the foreign texts
    should come to lie: the encoder's space is a turned copy of the model's."""
    meant = unit(english + foreign, 8)
    vectors = meant.copy()
    vectors[english:] = unit(foreign, 8, seed=1)  # the model does not read them
    turn = np.linalg.qr(unit(MULTILINGUAL_DIMENSION, 8, seed=2).astype(np.float64))[0]
    names = pa.array([f"c{at:05d}" for at in range(english + foreign)])
    languages = ["English"] * english + ["German"] * foreign
    other = pa.table(
        [
            names,
            pa.repeat(FACET, len(names)),
            pa.array(languages),
            to_column((meant @ turn.T).astype(np.float32)),
        ],
        schema=MULTILINGUAL,
    )
    return names, vectors, other, meant[english:]


def test_foreign_texts_come_to_lie_beside_english_ones_when_a_map_is_learnt() -> None:
    names, vectors, other, meant = world(400, 30)
    found = bridge_vectors(FACET, names, vectors, other, None)
    assert np.array_equal(found.vectors[:400], vectors[:400])
    assert (found.vectors[400:] * meant).sum(axis=1).min() > 0.99
    assert (vectors[400:] * meant).sum(axis=1).mean() < 0.5
    assert found.counts == {"bridged": 30, "bridge_texts": 400}
    assert found.bridge.schema == bridge_schema(8)
    learnt = stored_map(found.bridge, FACET)
    assert learnt is not None
    assert np.array_equal(moved(names, vectors, other, learnt), found.vectors)


@pytest.mark.parametrize(
    ("english", "foreign", "counts"),
    [(20, 0, {}), (FEWEST_WITHOUT_PRIOR - 1, 5, {"not_bridged": 5})],
)
def test_vectors_stay_when_nothing_can_be_bridged(
    english: int, foreign: int, counts: dict[str, int]
) -> None:
    names, vectors, other, _ = world(english, foreign)
    found = bridge_vectors(FACET, names, vectors, other, None)
    assert np.array_equal(found.vectors, vectors)
    assert found.bridge.num_rows == 0
    assert found.counts == counts


def test_map_is_the_shipped_one_when_no_english_text_teaches() -> None:
    prior = np.random.default_rng(3).normal(size=(MULTILINGUAL_DIMENSION, 8))
    none = np.empty((0, MULTILINGUAL_DIMENSION), np.float32), np.empty((0, 8), np.float32)
    np.testing.assert_allclose(learn(*none, prior), prior, atol=1e-9)


def test_map_leaves_the_shipped_one_when_many_texts_teach() -> None:
    names, vectors, other, meant = world(4_000, 30)
    wrong = np.zeros((MULTILINGUAL_DIMENSION, 8))
    found = bridge_vectors(FACET, names, vectors, other, wrong)
    assert (found.vectors[4_000:] * meant).sum(axis=1).min() > 0.99


def test_shipped_map_is_for_the_bundled_model_when_another_is_used() -> None:
    assert SHIPPED.is_file()
    assert shipped_map(FakeEmbedder()) is None
    found = shipped_map(load_embedder(EmbeddingSettings()))
    assert found is not None
    assert found.shape == (MULTILINGUAL_DIMENSION, 384)


@pytest.mark.parametrize("content", [None, b"another file"])
def test_shipped_map_is_refused_when_its_file_is_another(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "map.npz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(bridge, "SHIPPED", file)
    with pytest.raises(ModelError, match="not the one that comes with the platform"):
        shipped_map(FakeEmbedder())
