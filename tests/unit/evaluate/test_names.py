"""Ranks of names, how distinct they are, and which members are drawn."""

import numpy as np
import pytest

from clio_assets.evaluate.encoders import CharacterEncoder, EmbeddingEncoder, KnownVectors, Likeness
from clio_assets.evaluate.names import distinctness, draw_members, figures_by, ranks
from tests.fakes.analyst import FakeEmbedder
from tests.unit.evaluate.worlds import small_map


def likeness(rows: list[list[float]]) -> Likeness:
    return Likeness(np.array(rows, np.float32), np.eye(len(rows[0]), dtype=np.float32))


def test_ranks_are_as_by_hand_when_own_names_come_first_second_and_third() -> None:
    found = likeness([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1], [0.9, 0.5, 0.1]])
    hit, reciprocal = ranks(found, np.array([0, 1, 2]))
    assert hit == pytest.approx(1 / 3)
    assert reciprocal == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_ranks_are_shared_when_names_are_equally_alike() -> None:
    hit, reciprocal = ranks(likeness([[0.0, 0.0, 0.0, 0.0]]), np.array([2]))
    assert hit == pytest.approx(1 / 4)
    assert reciprocal == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_distinctness_is_the_mean_of_the_nearest_others_when_names_are_compared() -> None:
    names = np.array([[1, 0.8, 0.1], [0.8, 1, 0.3], [0.1, 0.3, 1]], np.float32)
    found = Likeness(np.zeros((0, 3), np.float32), names)
    assert distinctness(found) == pytest.approx((0.8 + 0.8 + 0.3) / 3)
    assert distinctness(Likeness(np.zeros((0, 1), np.float32), np.ones((1, 1), np.float32))) == 0


def test_members_are_held_out_when_a_cluster_has_more_than_a_namer_is_shown() -> None:
    leaf_of = {f"c{n}": 0 for n in range(80)} | {f"d{n}": 1 for n in range(20)}
    found = small_map(leaf_of)
    texts = {name: f"text of {name}" for name in leaf_of}
    drawn = draw_members(found, texts, 10, seed=3)
    assert (len(drawn.texts), drawn.held_out) == (20, 10)
    shown = np.random.default_rng((3, 0)).choice(80, 50, replace=False).tolist()
    of_first = [text for text, own in zip(drawn.texts, drawn.own, strict=True) if own == 0]
    assert not {f"text of c{n}" for n in shown} & set(of_first)
    assert draw_members(found, texts, 10, seed=3).texts == drawn.texts


@pytest.mark.parametrize(
    "encoder", [CharacterEncoder(), EmbeddingEncoder(FakeEmbedder(256), "fake")]
)
def test_every_name_is_found_when_members_use_its_words(encoder: CharacterEncoder) -> None:
    found = small_map({"a": 0, "b": 1})
    texts = {"a": "please bake bread", "b": "how do I fix a bicycle"}
    figures = figures_by(encoder, draw_members(found, texts, 5, seed=0))
    assert (figures.hit_at_1, figures.mean_reciprocal_rank) == (1.0, 1.0)
    assert figures.distinctness < 0.3


def test_known_vectors_are_used_when_a_text_has_one() -> None:
    embedder = FakeEmbedder(4)
    known = np.array([0, 0, 0, 1], np.float32)
    found = KnownVectors(embedder, {"known": known}).embed(["known", "other"])
    assert found[0].tolist() == known.tolist()
    assert embedder.batches == [["other"]]
