"""Shares of ratings; what is not answered is not counted as harmless."""

from clio_assets.domain.clusters import ClusterText
from clio_assets.evaluate.privacy import rate_layer
from tests.fakes.analyst import FakeAnalyst

ANALYST = FakeAnalyst(ratings={"person": 1, "firm": 2, "silent": None})


def test_shares_are_of_the_rated_texts_when_some_have_no_rating() -> None:
    texts = [ClusterText("", text) for text in ("a person", "a firm", "bread", "pie", "silent")]
    layer = rate_layer("raw", texts, ANALYST, limit=3, most=100, seed=0)
    assert (layer.texts, layer.rated, layer.unrated) == (5, 4, 1)
    assert layer.shares == {1: 0.25, 2: 0.25, 3: 0.0, 4: 0.0, 5: 0.5}
    assert layer.identifying == 0.5


def test_a_seeded_part_is_rated_when_there_are_more_texts_than_allowed() -> None:
    texts = [ClusterText("", f"text {n}") for n in range(50)]
    layer = rate_layer("raw", texts, ANALYST, limit=3, most=10, seed=0)
    assert (layer.texts, layer.rated, layer.shares[5]) == (50, 10, 1.0)


def test_layer_is_empty_when_there_are_no_texts() -> None:
    assert rate_layer("raw", [], ANALYST, limit=3, most=10, seed=0).rated == 0
