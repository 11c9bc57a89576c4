"""Chooses each cluster's name by where names lie: near the cluster, and not near its neighbours.

    score = cos(name, centroid) - CONTRAST * mean cos(name, nearest other centroids)
            + SEARCH * ln(its score as a search / the best one) - what its form costs

Counting words alone finds names that are exact and name the wrong thing ("Ask about the date for
the card"); likeness alone finds fluent ones that nobody wrote. The candidates are what counting
offers; likeness chooses. Figures: docs/evaluate.md.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.retelling import told_as
from clio_assets.analyst.local.naming.wording import Choice, name_of
from clio_assets.domain.embedder import Embedder
from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import nearest, similarities
from clio_assets.phrases.book import PhraseBook
from clio_assets.phrases.vectors import vectors_of_lines
from privacy_checks.language.lemmas import content_lemmas
from privacy_checks.language.vocabulary import unsupported

#: Weights of the score.
_CONTRAST = 0.5
_SEARCH = 0.08
_NEIGHBOURS = 10

#: What a form costs, by how seldom readers accepted it (docs/evaluate.md).
_COST_OF_TEMPLATE = {
    "talk": 0.1, "whether": 0.05, "wh": 0.04, "about": 0.07, "for": 0.03, "learn": 0.03,
    "value": 0.01,
}  # fmt: skip
_COST_OF_GAP = 0.12
_COST_OF_ONE_WORD = 0.08
_COST_OF_TWO = 0.08
_COST_OF_MARKS = 0.1
#: Of speaking of something it does not name, and of an identifier ("flight dl123").
_COST_OF_IT = 0.06
_COST_OF_CODE = 0.15
#: A whole request counts as a search of this share of the best: it is long, and finds few members.
_SEARCH_OF_WHOLE = 0.5
#: A line of the phrase book reads well and is no worse for having been written before.
_WORTH_OF_LINE = 0.04
#: Of each of its content words that too few users wrote, where that is open to it.
_COST_OF_UNKNOWN = 0.05

_IT = frozenset({"it", "they", "them", "him", "her", "me", "us"})

#: Least likeness of a line to the centroid.
LEAST_LIKENESS = 0.65
#: The same where requests came over the bridge, which draws them towards their mean.
LEAST_LIKENESS_BRIDGED = 0.5


@dataclass(frozen=True)
class Offer:
    """A name that a cluster may get: what it is made of, and how good a search it is.

    `line`: where it lies, for one that stands in the phrase book; `unknown`: how many of its
    content words lack support. `search` is positive.
    """

    choice: Choice
    name: str
    search: float
    line: Vector | None = None
    unknown: int = 0


@dataclass(frozen=True)
class Rated:
    """An offer and its score; the higher the better."""

    offer: Offer
    score: float


def offers_of(
    choices: Iterable[Choice], capitals: Mapping[str, str], most_words: int
) -> list[Offer]:
    """The choices that make a name, each name once."""
    found: dict[str, Offer] = {}
    for choice in choices:
        name = name_of(choice, capitals)
        if len(name.split()) <= most_words:
            found.setdefault(name.lower(), Offer(choice, name, max(choice.first.score, 1e-3)))
    return list(found.values())


class Lines:
    """The phrase book's lines and where they lie."""

    def __init__(self, book: PhraseBook, embedder: Embedder) -> None:
        self._texts = [line.text for line in book.lines]
        self._vectors = vectors_of_lines(book, embedder)

    def open_to(self, centroid: Vector, supported: Collection[str], search: float) -> list[Offer]:
        """Lines near enough to a cluster whose words all have its users' support."""
        return [
            _line(self._texts[at], self._vectors[at], search)
            for at in self._near(centroid, LEAST_LIKENESS)
            if not unsupported(self._texts[at], supported)
        ]

    def nearest_to(
        self, centroid: Vector, supported: Collection[str], search: float, language: str
    ) -> list[Offer]:
        """Lines near enough to a cluster whose users mostly write other languages, whatever words
        they wrote; `language`, where it is not empty, is said behind each."""
        found = []
        for at in self._near(centroid, LEAST_LIKENESS_BRIDGED):
            one = _line(self._texts[at], self._vectors[at], search, language)
            found.append(replace(one, unknown=len(unsupported(self._texts[at], supported))))
        return found

    def _near(self, centroid: Vector, least: float) -> list[int]:
        likeness = similarities(centroid[None], self._vectors)[0]
        near: list[int] = np.flatnonzero(np.round(likeness, 6) >= least).tolist()
        return near


def _line(text: str, vector: Vector, search: float, language: str = "") -> Offer:
    told = told_as(text)
    lemmas = frozenset(content_lemmas(text))
    words = tuple(told.said.split())
    one = Candidate(told.template, lemmas, words, search, search)
    marks = (f"in {language}",) if language else ()
    name = f"{text} (in {language})" if language else text
    return Offer(Choice(one, marks=marks), name, search, vector)


def rate(
    offers: Sequence[Sequence[Offer]], centroids: Vector, embedder: Embedder
) -> list[list[Rated]]:
    """Each cluster's offers with their scores, the best first; a name is embedded once."""
    new = (offer.name for some in offers for offer in some if offer.line is None)
    names = list(dict.fromkeys(new))
    vector_of = dict(zip(names, embedder.embed(names), strict=True)) if names else {}
    others = nearest_others(centroids)
    rated = []
    for number, some in enumerate(offers):
        own = [vector_of[one.name] if one.line is None else one.line for one in some]
        found = [
            Rated(offer, score)
            for offer, score in zip(
                some, _scores(some, own, centroids[[number, *others[number]]]), strict=True
            )
        ]
        rated.append(sorted(found, key=lambda one: (-one.score, one.offer.name)))
    return rated


def nearest_others(centroids: Vector) -> list[list[int]]:
    """The neighbours of each cluster, nearest first."""
    near = nearest(centroids, centroids, _NEIGHBOURS + 1)
    return [row[row != own][:_NEIGHBOURS].tolist() for own, row in enumerate(near)]


def _scores(offers: Sequence[Offer], vectors: Sequence[Vector], centroids: Vector) -> list[float]:
    """Scores of a cluster's offers; the first centroid is its own, the others its neighbours'."""
    if not offers:
        return []
    cosines = np.stack(vectors).astype(np.float64) @ centroids.T.astype(np.float64)
    elsewhere = cosines[:, 1:].mean(axis=1) if len(centroids) > 1 else 0.0
    best = max((offer.search for offer in offers if not offer.choice.first.whole), default=1.0)
    wording = np.array([_wording(offer, best) for offer in offers])
    scores: list[float] = np.round(cosines[:, 0] - _CONTRAST * elsewhere + wording, 6).tolist()
    return scores


def _wording(offer: Offer, best: float) -> float:
    if offer.line is not None:
        return _WORTH_OF_LINE - _COST_OF_UNKNOWN * offer.unknown
    choice, words = offer.choice, offer.name.lower().split()
    cost = _COST_OF_TEMPLATE.get(choice.first.template, 0.0)
    cost += _COST_OF_GAP * choice.first.gapped
    cost += _COST_OF_IT * bool(_IT.intersection(words)) + _COST_OF_CODE * any(map(_is_code, words))
    cost += _COST_OF_ONE_WORD * (" " not in offer.name)
    cost += _COST_OF_TWO * (choice.second is not None) + _COST_OF_MARKS * bool(choice.marks)
    share = _SEARCH_OF_WHOLE if choice.first.whole else offer.search / best
    return _SEARCH * math.log(share) - cost


def _is_code(word: str) -> bool:
    return sum(map(str.isdigit, word)) > 2
