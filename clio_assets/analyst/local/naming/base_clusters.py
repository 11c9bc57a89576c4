"""Names and descriptions of base clusters (paper, G.5), distinct within a call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.choosing import Lines, Rated, offers_of, rate
from clio_assets.analyst.local.naming.describe import Told, describe, telling_terms
from clio_assets.analyst.local.naming.dictionary import is_only_noun
from clio_assets.analyst.local.naming.english import english_candidates
from clio_assets.analyst.local.naming.languages import ENGLISH
from clio_assets.analyst.local.naming.listings import MIXED, listed_words, mixed_requests
from clio_assets.analyst.local.naming.native import (
    is_written_without_spaces,
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
    joinable,
    name_of,
)
from clio_assets.analyst.local.naming.wordlists import GENERIC
from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.domain.embedder import Embedder
from clio_assets.phrases.book import PhraseBook
from privacy_checks.detectors import has_hit

#: A second phrase must make the name find the cluster this much better.
_WORTH_JOINING = 1.2
#: Candidates of which one may complete the first.
_PAIRED = 6
#: Candidates whose likeness is looked at: embedding them is what naming takes longest for.
_RATED = 7
#: A phrase below this score says less than a list of words.
_TOO_WEAK = 0.05
#: Something else that users asked for is told where its score is this near to the name's.
_ALSO = 0.25
#: Share of the members from which one language is that of the group.
_ONE_LANGUAGE = 0.9
#: Terms that may mark a name that is taken.
_MARKS = 6
_ORDINALS = tuple(f"{one} group" for one in ORDINALS)


@dataclass(frozen=True)
class _Subject:
    """A cluster to be named with all that is known of it.

    `told.terms` are its terms in the language it is named in, `spoken` the share of its members
    who speak that.
    """

    cluster: ClusterToName
    language: str
    ranked: Sequence[Candidate]
    whole: Sequence[Candidate]
    told: Told
    spoken: float

    @property
    def number(self) -> int:
        return self.told.number

    @property
    def score(self) -> float:
        return self.ranked[0].score if self.ranked else 0.0

    @property
    def shares_languages(self) -> bool:
        """Whether no one language is that of nearly all members."""
        return self.spoken < _ONE_LANGUAGE


def name_clusters(
    clusters: Sequence[ClusterToName], embedder: Embedder, book: PhraseBook
) -> list[ClusterText | NotAnswered]:
    """A name and description for each cluster, in order.

    `NotAnswered("no_supported_words")` where a cluster has no word that enough users share, and
    `NotAnswered("no_distinct_name")` where too many clusters cannot be told apart.
    """
    comparison = Comparison([profile(cluster) for cluster in clusters])
    found = (_study(number, comparison, cluster) for number, cluster in enumerate(clusters))
    subjects = [subject for subject in found if subject.cluster.terms or subject.cluster.by_line]
    answers: list[ClusterText | NotAnswered] = [NotAnswered("no_supported_words")] * len(clusters)
    rated = _rated(subjects, comparison, embedder, book)
    holders: set[str] = set()
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
        found = offers_of(_offered(subject, comparison), subject.told.capitals, MAX_NAME_WORDS)
        supported = frozenset(term.lemma for term in subject.told.terms)
        search = max(subject.score, 1e-3)
        if subject.cluster.by_line:
            language = "" if subject.shares_languages else subject.language
            near = lines.nearest_to(centroid, supported, search, language)
            found = near + found if subject.language == ENGLISH else near or found
        elif subject.language == ENGLISH:
            found += lines.open_to(centroid, supported, search)
        offers.append(found)
    return rate(offers, np.stack(known), embedder)


def _offered(subject: _Subject, comparison: Comparison) -> Iterator[Choice]:
    """What likeness chooses among."""
    if subject.score < _TOO_WEAK:
        return
    language = subject.language
    yield from (Choice(one, language=language) for one in subject.ranked[:_RATED])
    yield replace(_completed(subject.number, comparison, subject.ranked), language=language)
    yield from (Choice(one, language=language) for one in subject.whole)


def _study(number: int, comparison: Comparison, cluster: ClusterToName) -> _Subject:
    own = comparison.profiles[number]
    language, terms = own.language, own.terms(cluster.terms)
    whole: Sequence[Candidate] = ()
    ranked: Sequence[Candidate] = ()
    telling: Sequence[Term] = ()
    if terms and language == ENGLISH:
        ranked = english_candidates(number, comparison, terms)
        whole = whole_requests(number, comparison, terms)
        telling = telling_terms(number, comparison, terms, frozenset())
    elif terms:
        ranked = native_candidates(number, comparison, terms, language)
        telling = telling_terms(number, comparison, terms, ordinary_words(language))
        if is_written_without_spaces(language):  # only pieces that stand as a phrase are words
            phrases = {one.words[0] for one in ranked}
            telling = [term for term in telling if term.surface in phrases]
    told = Told(number, cluster.neighbours, terms, telling, capitals_of(terms))
    return _Subject(cluster, language, ranked, whole, told, own.spoken)


def _answer(
    subject: _Subject, rated: Sequence[Rated], comparison: Comparison, holders: set[str]
) -> ClusterText | NotAnswered:
    """The first name that no other cluster holds, which is then held by this one."""
    for choice in _choices(subject, rated, comparison):
        name = name_of(choice, subject.told.capitals)
        if (
            name.lower() not in holders
            and len(name.split()) <= MAX_NAME_WORDS
            and not has_hit(name)
        ):
            holders.add(name.lower())
            other = _other(subject, choice, rated)
            return ClusterText(name, describe(choice, other, subject.told, comparison))
    return NotAnswered("no_distinct_name")


def _choices(subject: _Subject, rated: Sequence[Rated], comparison: Comparison) -> Iterator[Choice]:
    """Names to try, the best first; what tells a name that is taken from itself comes last."""
    if subject.cluster.mixed and subject.language == ENGLISH:
        yield from (Choice(one) for one in mixed_requests(subject.told, comparison))
    elif subject.cluster.mixed:
        yield Choice(MIXED, marks=(f"in {subject.language}",))
    yield from (one.offer.choice for one in rated)
    if not subject.told.terms:  # nobody's words may be shown, only a line
        for mark in _ORDINALS if rated else ():
            yield replace(rated[0].offer.choice, marks=(mark,))
        return
    ranked: Sequence[Candidate] = subject.ranked
    if subject.score < _TOO_WEAK:
        ranked = [listed_words(subject.told, subject.language, comparison), *ranked]
    yield from (Choice(one, language=subject.language) for one in ranked)
    plain = Choice(ranked[0], language=subject.language)
    terms = [term for term in subject.told.telling if term.lemma not in plain.lemmas]
    if subject.language == ENGLISH:
        terms = [term for term in terms if is_only_noun(term.surface)]
    words = [term.surface for term in terms[:_MARKS]]
    for mark in (*words, *_ORDINALS):
        yield replace(plain, marks=(mark,))
    yield Choice(MIXED)
    for mark in _ORDINALS:
        yield Choice(MIXED, marks=(mark,))


def _other(subject: _Subject, choice: Choice, rated: Sequence[Rated]) -> Choice | None:
    """Something else that users asked for in their own words, nearly as telling as the name."""
    best = next((one.score for one in rated if one.offer.choice == choice), None)
    if best is None or choice.second is not None or choice.first.template == "native":
        return None
    for one in rated:
        other = one.offer.choice
        if other.first.template == "native" or (
            subject.cluster.by_line and one.offer.line is not None
        ):
            continue
        tells = other.second is None and not other.first.gapped and len(other.first.words) > 1
        if tells and one.score >= best - _ALSO and not other.lemmas & choice.lemmas:
            return other
    return None


def _completed(number: int, comparison: Comparison, ranked: Sequence[Candidate]) -> Choice:
    """The best candidate, with another that lets the name find clearly more of the cluster."""
    first, best = ranked[0], None
    best_fitness = first.fitness * _WORTH_JOINING
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
