"""Names and descriptions of base clusters (paper, G.5), distinct within a call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.choosing import Lines, Rated, offers_of, rate
from clio_assets.analyst.local.naming.describe import describe, telling_terms
from clio_assets.analyst.local.naming.english import english_candidates
from clio_assets.analyst.local.naming.inflection import listed
from clio_assets.analyst.local.naming.native import (
    is_written_without_spaces,
    language_of_texts,
    native_candidates,
    ordinary_words,
)
from clio_assets.analyst.local.naming.profiles import Comparison, profile
from clio_assets.analyst.local.naming.whole_requests import whole_requests
from clio_assets.analyst.local.naming.wording import (
    MAX_NAME_WORDS,
    ORDINALS,
    Choice,
    capitals_of,
    cased,
    joinable,
    name_of,
)
from clio_assets.analyst.local.naming.wordlists import FORMULAE, GENERIC
from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.domain.embedder import Embedder
from clio_assets.phrases.book import PhraseBook
from privacy_checks.detectors import has_hit

#: A second phrase must make the name find the cluster this much better; the latter where the first
#: has one telling word.
_WORTH_JOINING = 1.2
_WORTH_JOINING_ONE = 1.1
#: Candidates of which one may complete the first.
_PAIRED = 8
#: Candidates whose likeness is looked at: embedding them is what naming takes longest for.
_RATED = 7
#: A phrase below this score says less than a list of words.
_TOO_WEAK = 0.05
#: A one-word name that finds the cluster less well than this gets two words in parentheses.
_VAGUE = 0.55
#: An alternative must be this good to be taken instead of marking a name that is taken.
_GOOD_ALTERNATIVE = 0.7
#: Terms that the name of a mixed group lists.
_IN_MIXED = 3
#: Terms that may mark a name that is taken.
_MARKS = 6


@dataclass(frozen=True)
class _Subject:
    """A cluster to be named with all that is known of it; `told` are its telling terms."""

    number: int
    cluster: ClusterToName
    language: str
    ranked: Sequence[Candidate]
    whole: Sequence[Candidate]
    told: Sequence[Term]
    capitals: Mapping[str, str]

    @property
    def score(self) -> float:
        return self.ranked[0].score if self.ranked else 0.0


def name_clusters(
    clusters: Sequence[ClusterToName], embedder: Embedder, book: PhraseBook
) -> list[ClusterText | NotAnswered]:
    """A name and description for each cluster, in order.

    `NotAnswered("no_supported_words")` where a cluster has no word that enough users share, and
    `NotAnswered("no_distinct_name")` where too many clusters cannot be told apart.
    """
    comparison = Comparison([profile(cluster) for cluster in clusters])
    subjects = [
        _study(number, comparison, cluster)
        for number, cluster in enumerate(clusters)
        if cluster.terms
    ]
    answers: list[ClusterText | NotAnswered] = [NotAnswered("no_supported_words")] * len(clusters)
    rated = _rated(subjects, comparison, embedder, book)
    holders: dict[str, int] = {}
    for subject, some in sorted(zip(subjects, rated, strict=True), key=_surest):
        answers[subject.number] = _answer(subject, some, comparison, holders)
    return answers


def _surest(found: tuple[_Subject, Sequence[Rated]]) -> tuple[float, float, int]:
    """Sorts subjects by how good their best name is."""
    subject, rated = found
    return (-rated[0].score if rated else 0.0, -subject.score, subject.number)


def _rated(
    subjects: Sequence[_Subject], comparison: Comparison, embedder: Embedder, book: PhraseBook
) -> list[list[Rated]]:
    """The names that each subject may get, the best first; none where no centroid is known."""
    centroids = [subject.cluster.centroid for subject in subjects]
    known = [centroid for centroid in centroids if centroid is not None]
    if len(known) < len(centroids) or not known:
        return [[] for _ in subjects]
    lines = Lines(book, embedder)
    offers = []
    for subject, centroid in zip(subjects, known, strict=True):
        found = offers_of(_offered(subject, comparison), subject.capitals, MAX_NAME_WORDS)
        if subject.language == "English" and not subject.cluster.mixed:
            supported = frozenset(term.lemma for term in subject.cluster.terms)
            found += lines.open_to(centroid, supported, max(subject.score, 1e-3))
        offers.append(found)
    return rate(offers, np.stack(known), embedder)


def _offered(subject: _Subject, comparison: Comparison) -> Iterator[Choice]:
    """What likeness chooses among."""
    if subject.score < _TOO_WEAK or subject.cluster.mixed:
        return
    language = subject.language
    yield from (Choice(one, language=language) for one in subject.ranked[:_RATED])
    yield replace(_completed(subject.number, comparison, subject.ranked), language=language)
    yield from (Choice(one, language=language) for one in subject.whole)


def _study(number: int, comparison: Comparison, cluster: ClusterToName) -> _Subject:
    language = language_of_texts(comparison.profiles[number].members)
    terms = cluster.terms
    whole: Sequence[Candidate] = ()
    if language == "English":
        ranked = english_candidates(number, comparison, terms)
        whole = whole_requests(number, comparison, {term.lemma for term in terms})
        told = telling_terms(number, comparison, terms, frozenset())
    else:
        ranked = native_candidates(number, comparison, terms, language)
        told = telling_terms(number, comparison, terms, ordinary_words(language))
        if is_written_without_spaces(
            language
        ):  # pieces: only those that stand as a phrase are words
            phrases = {one.words[0] for one in ranked}
            told = [term for term in told if term.surface in phrases]
    return _Subject(number, cluster, language, ranked, whole, told, capitals_of(terms))


def _answer(
    subject: _Subject, rated: Sequence[Rated], comparison: Comparison, holders: dict[str, int]
) -> ClusterText | NotAnswered:
    """The first name that is not held by another cluster, which is then held by this one."""
    chosen = ((one.offer.choice, one.offer.name) for one in rated)
    others = (
        (choice, name_of(choice, subject.capitals))
        for choice in _choices(subject, comparison, holders)
    )
    for choice, name in chain(chosen, others):
        taken = name.lower() in holders
        if not taken and len(name.split()) <= MAX_NAME_WORDS and not has_hit(name):
            holders[name.lower()] = subject.number
            description = describe(
                choice,
                subject.number,
                comparison,
                subject.told,
                subject.cluster.neighbours,
                subject.capitals,
            )
            return ClusterText(name, description)
    return NotAnswered("no_distinct_name")


def _choices(
    subject: _Subject, comparison: Comparison, holders: Mapping[str, int]
) -> Iterator[Choice]:
    """Names to try, the best first."""
    ranked, language = subject.ranked, subject.language
    if subject.cluster.mixed and language == "English":
        yield from _mixed(subject)
    if subject.score < _TOO_WEAK:
        ranked = [_listing(subject), *ranked]
        base = Choice(ranked[0], language=language)
    else:
        base = replace(_completed(subject.number, comparison, ranked), language=language)
    first = base.first
    vague = first.fitness < _VAGUE or first.template in ("do", "native")
    vague = vague and not is_written_without_spaces(language)
    if len(first.words) == 1 and base.second is None and vague:
        marks = [term.surface for term in subject.told if term.lemma not in base.lemmas]
        yield replace(base, marks=tuple(marks[:2]))
    yield base
    for other in ranked[1:]:
        if other.score >= _GOOD_ALTERNATIVE * first.score and other.lemmas != first.lemmas:
            yield Choice(other, language=language)
    plain = Choice(first, language=language)
    yield plain
    taken = [holders.get(name_of(one, subject.capitals).lower()) for one in (base, plain)]
    marks = _marks(subject, comparison, next((n for n in taken if n is not None), None))
    for count in (1, 2, 3):
        for start in range(len(marks) - count + 1):
            yield replace(plain, marks=tuple(marks[start : start + count]))
    for other in ranked[1:]:
        yield Choice(other, language=language)
    for ordinal in ORDINALS:
        yield replace(plain, marks=(f"{ordinal} group",))


def _mixed(subject: _Subject) -> Iterator[Choice]:
    """What a group without one topic is called: by what its requests are about, and that it is
    mixed."""
    terms = subject.told or subject.cluster.terms
    for first in range(len(terms)):
        told = terms[first : first + _IN_MIXED]
        words = listed([cased([term.surface], subject.capitals) for term in told]).split()
        lemmas = frozenset(term.lemma for term in told)
        yield Choice(Candidate("mixed", lemmas, tuple(words), _TOO_WEAK, 0.0))


def _completed(number: int, comparison: Comparison, ranked: Sequence[Candidate]) -> Choice:
    """The best candidate, with another that lets the name find clearly more of the cluster."""
    first, best = ranked[0], None
    worth = _WORTH_JOINING if len(first.lemmas) > 1 else _WORTH_JOINING_ONE
    best_fitness = first.fitness * worth
    for other in ranked[1:_PAIRED] if first.joins else ():
        fits = other.joins and joinable(first.template, other.template)
        if not fits or other.lemmas & first.lemmas or not other.lemmas - GENERIC:
            continue
        if len(first.words) + len(other.words) > MAX_NAME_WORDS - 3:
            continue
        fitness = comparison.joint_fitness(number, (first.lemmas, other.lemmas))
        if fitness > best_fitness:
            best, best_fitness = other, fitness
    return Choice(first, best)


def _listing(subject: _Subject) -> Candidate:
    """A list of the most telling words, where no phrase is shared by enough users."""
    terms = subject.told or subject.cluster.terms
    words = [term.surface.lower() for term in terms[:3]]
    written = [f"{word}," for word in words[:-2]] + words[-2:-1] + ["and"] * (len(words) > 1)
    if subject.language != "English":
        template = "native"
    else:
        template = "greet" if terms[0].lemma in FORMULAE else "about"
    lemmas = frozenset(term.lemma for term in terms[:3])
    return Candidate(template, lemmas, (*written, words[-1]), _TOO_WEAK, 0.0)


def _marks(subject: _Subject, comparison: Comparison, holder: int | None) -> list[str]:
    """Surfaces of the terms that tell the cluster best from the one that holds its name."""
    here = comparison.profiles[subject.number]
    used = subject.ranked[0].lemmas if subject.ranked else frozenset()
    gain = {}
    for term in subject.told:
        there = comparison.profiles[holder].share((term.lemma,)) if holder is not None else 0.0
        if term.lemma not in used:
            gain[term.surface] = here.share((term.lemma,)) - there
    kept = [surface for surface in gain if gain[surface] > 0]
    return sorted(kept, key=lambda surface: (-gain[surface], surface))[:_MARKS]
