"""Names are chosen by where they lie; a phrase book's lines only where users wrote their words."""

from dataclasses import replace

import numpy as np
import pytest

from clio_assets.analyst.local.naming.base_clusters import name_clusters
from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.choosing import (
    LEAST_LIKENESS,
    Lines,
    Offer,
    nearest_others,
    rate,
)
from clio_assets.analyst.local.naming.wording import Choice, name_of
from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.domain.clusters import ClusterText
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.types import Vector
from clio_assets.phrases.book import Line, PhraseBook
from tests.unit.analyst.local.naming.corpus import questions


class Placed:
    """Embeds known texts where the test wants them, all others far away."""

    identity = "placed"
    dimension = 4

    def __init__(self, places: dict[str, list[float]]) -> None:
        self.places = places

    def embed(self, texts: list[str]) -> Vector:
        rows = np.array([self.places.get(text, [0, 0, 0, 1]) for text in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


CENTROIDS = np.eye(2, 4, dtype=np.float32)


def offer(name: str, search: float = 1.0, template: str = "do", gapped: bool = False) -> Offer:
    words = tuple(name.lower().split())
    made = Candidate(template, frozenset(words), words, search, search, gapped=gapped)
    return Offer(Choice(made), name, search)


@pytest.mark.parametrize(
    ("best", "other", "places"),
    [
        (offer("Bake bread"), offer("Sing a song"), {"Bake bread": [1, 0, 0, 0]}),
        # nearer to its own cluster, but as near to the other one
        (
            offer("Bake bread"),
            offer("Bake a thing"),
            {"Bake bread": [0.8, 0, 0.6, 0], "Bake a thing": [1, 0.9, 0, 0]},
        ),
        (offer("Bake bread"), offer("Bake cake", search=0.3), {}),
        (offer("Bake bread"), offer("Bake a made", gapped=True), {}),
        (offer("Bake bread"), offer("Talk about bread", template="talk"), {}),
        (offer("Bake bread"), offer("Bake"), {}),
    ],
    ids=["likeness", "contrast", "search", "gap", "talk", "one word"],
)
def test_better_name_is_rated_higher_when_the_other_differs_in(
    best: Offer, other: Offer, places: dict[str, list[float]]
) -> None:
    rated, _ = rate([[other, best], []], CENTROIDS, Placed(places))
    assert [one.offer.name for one in rated] == [best.name, other.name]
    assert rated[0].score > rated[1].score


def test_each_name_is_embedded_once_when_two_clusters_offer_it() -> None:
    class Counting(Placed):
        def embed(self, texts: list[str]) -> Vector:
            assert texts == ["Bake bread", "Sing a song"]
            return super().embed(texts)

    found = rate(
        [[offer("Bake bread"), offer("Sing a song")], [offer("Bake bread")]],
        CENTROIDS,
        Counting({"Bake bread": [1, 0, 0, 0]}),
    )
    assert [some[0].offer.name for some in found] == ["Bake bread", "Bake bread"]


def test_nearest_others_leave_out_the_cluster_itself_when_centroids_are_alike() -> None:
    assert nearest_others(np.array([[1, 0], [1, 0], [0, 1]], np.float32)) == [
        [1, 2],
        [0, 2],
        [0, 1],
    ]


BOOK = PhraseBook(
    (Line("Bake bread", "Baking", "Cooking"), Line("Fry an egg", "Frying", "Cooking"))
)
NEAR = {"Bake bread": [1, 0.1, 0, 0], "Fry an egg": [1, 0.2, 0, 0]}


@pytest.mark.parametrize(
    ("supported", "places", "found"),
    [
        ({"bake", "bread"}, NEAR, ["Bake bread"]),
        ({"bake", "bread", "fry", "egg"}, NEAR, ["Bake bread", "Fry an egg"]),
        ({"bread"}, NEAR, []),
        ({"bake", "bread"}, {"Bake bread": [LEAST_LIKENESS - 0.05, 0.9, 0, 0]}, []),
    ],
    ids=["one", "both", "a word without users", "too far"],
)
def test_line_is_open_when_it_is_near_and_all_its_words_have_users(
    supported: set[str], places: dict[str, list[float]], found: list[str]
) -> None:
    lines = Lines(BOOK, Placed(places))
    offers = lines.open_to(CENTROIDS[0], supported, 1.0)
    assert [one.name for one in offers] == found


def test_line_names_a_cluster_when_its_users_wrote_its_words() -> None:
    oil, joke = (
        replace(one, centroid=centroid)
        for one, centroid in zip(questions("oil", "joke"), CENTROIDS, strict=True)
    )
    book = PhraseBook((Line("Change the oil in the car", "Cars", "Travel"),))
    answers = name_clusters([oil, joke], Placed({"Change the oil in the car": [1, 0, 0, 0]}), book)
    text = answers[0]
    assert isinstance(text, ClusterText)
    assert text.name == "Change the oil in the car"
    assert text.description.startswith("Users asked to change the oil in the car")


def test_lines_are_open_whatever_users_wrote_when_few_write_english() -> None:
    book = PhraseBook((Line("Bake bread", "a", "d"), Line("Bake a cake", "a", "d")))
    embedder = Placed({"Bake bread": [1, 0, 0, 0], "Bake a cake": [0.55, 0.83, 0, 0]})
    lines = Lines(book, embedder)
    assert lines.open_to(CENTROIDS[0], frozenset({"bake"}), 1.0) == []
    found = lines.nearest_to(CENTROIDS[0], frozenset({"bake"}), 1.0, "German")
    assert [(one.name, one.unknown) for one in found] == [
        ("Bake bread (in German)", 1),
        ("Bake a cake (in German)", 1),
    ]
    (first, *_), _ = rate([found, []], CENTROIDS, embedder)
    assert first.offer.name == "Bake bread (in German)"
    assert name_of(first.offer.choice, {}) == first.offer.name


def of_german_cooks(count: int) -> list[ClusterToName]:
    """Groups of requests in German, far from each other, that no two users put alike."""
    texts = [[f"Wie backe ich {word}brot {at}" for at in range(8)] for word in "abc"[:count]]
    return [
        ClusterToName(
            facet=DEFAULT_FACETS[0],
            members=some,
            users=[f"u{at}" for at in range(8)],
            sample=list(range(8)),
            terms=[],
            neighbours=[other for other in range(count) if other != number],
            centroid=CENTROIDS[0],
            by_line=True,
        )
        for number, some in enumerate(texts)
    ]


def test_group_is_named_in_english_when_nobodys_words_may_be_shown() -> None:
    book = PhraseBook((Line("Bake bread", "a", "d"),))
    embedder = Placed({"Bake bread": [1, 0, 0, 0]})
    first, second, third = name_clusters(of_german_cooks(3), embedder, book)
    assert [one.name for one in (first, second, third) if isinstance(one, ClusterText)] == [
        "Bake bread (in German)",
        "Bake bread (second group)",
        "Bake bread (third group)",
    ]
    assert isinstance(first, ClusterText)
    assert first.description.startswith("Users asked how to bake bread.") or (
        first.description.startswith("Users asked to bake bread.")
    )
    mixed = [replace(one, mixed=True) for one in of_german_cooks(1)]
    (answer,) = name_clusters(mixed, embedder, book)
    assert isinstance(answer, ClusterText)
    assert answer.name == "Mixed requests (in German)"
    no_line = name_clusters(of_german_cooks(1), embedder, PhraseBook(()))
    assert no_line == [NotAnswered("no_distinct_name")]
