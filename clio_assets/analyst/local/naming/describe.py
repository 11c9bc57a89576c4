"""Descriptions: what users asked, and what sets it apart from neighbouring clusters.

Two sentences of words that the cluster's own users wrote: what neighbours are about is told only
where users of this cluster wrote that word as well.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from clio_assets.analyst.local.naming.dictionary import is_only_noun
from clio_assets.analyst.local.naming.inflection import listed
from clio_assets.analyst.local.naming.profiles import Comparison
from clio_assets.analyst.local.naming.wording import Choice, cased, clause_of
from clio_assets.analyst.local.naming.wordlists import DULL, GENERIC, UNCOUNTED, UNITS
from clio_assets.domain.clusters import Term

_SET_APART = 2
_MIN_SHARE = 0.06
#: A word sets a cluster apart that is this many times as common as in the neighbouring ones.
_MORE_COMMON = 2.0
#: Neighbours are about a word that this share of their members hold.
_SHARE_THERE = 0.15
#: Neighbours that a cluster is told apart from by what they are about.
_NEAREST = 3
_UNTELLING = GENERIC | DULL | UNITS


@dataclass(frozen=True)
class Told:
    """What is known of a cluster for its description.

    `terms` are all its terms, `telling` those that say something, the best first.
    """

    number: int
    neighbours: Sequence[int]
    terms: Sequence[Term]
    telling: Sequence[Term]
    capitals: Mapping[str, str]


def describe(choice: Choice, other: Choice | None, told: Told, comparison: Comparison) -> str:
    """Two sentences in the past tense; `other` is something else that users often asked for."""
    if choice.first.template == "mixed":
        words = cased(choice.first.words, told.capitals)
        about = f", about {words}" if words else ""
        return f"Users asked different things{about}. {_apart(choice.lemmas, told, comparison)}"
    first = f"Users {clause_of(choice, told.capitals)}"
    if other is not None:
        first += f", and some {clause_of(other, told.capitals)}"
    said = choice.lemmas | (other.lemmas if other else frozenset())
    return f"{first}. {_apart(said, told, comparison)}"


def telling_terms(
    number: int, comparison: Comparison, terms: Sequence[Term], ordinary: Set[str]
) -> list[Term]:
    """Terms that say something, by class-based TF-IDF, the most telling first.

    `ordinary` are words of the cluster's language that say nothing.
    """
    telling = [
        term
        for term in terms
        if is_telling(term, ordinary)
        and comparison.profiles[number].share((term.lemma,)) >= _MIN_SHARE
    ]
    weights = {term.lemma: comparison.weight(number, term.lemma) for term in telling}
    return sorted(telling, key=lambda term: (-weights[term.lemma], term.lemma))


def is_telling(term: Term, ordinary: Set[str]) -> bool:
    """Whether a term says something on its own."""
    return (
        not {term.lemma, term.surface.lower()} & (_UNTELLING | ordinary)
        and len(term.surface) > 1
        and not any(map(str.isdigit, term.surface))
    )


def is_thing(term: Term, comparison: Comparison) -> bool:
    """Whether a term says something, is a noun and no adjective ("the poor"), and users put it
    where a noun stands."""
    forms = {term.lemma, term.surface.lower()}
    placed = bool(forms & (comparison.classes.nouns | UNCOUNTED))
    return placed and is_only_noun(term.surface) and is_telling(term, frozenset())


def _apart(said: Set[str], told: Told, comparison: Comparison) -> str:
    if not told.neighbours:
        return "There were no neighbouring groups to compare these requests with."
    share = comparison.profiles[told.number].share
    theirs = _ranked(
        (term for term in told.terms if is_thing(term, comparison)),
        lambda lemma: (_highest(lemma, told, comparison), share((lemma,))),
    )
    theirs = [
        term
        for term in theirs
        if term.lemma not in said and _highest(term.lemma, told, comparison) >= _SHARE_THERE
    ]
    if theirs:
        return f"Neighbouring groups were more about {_list(theirs, told)}."
    ours = _ranked(
        (term for term in told.telling if term.lemma not in said),
        lambda lemma: (share((lemma,)), _mean(lemma, told, comparison)),
    )
    if ours:
        return f"Unlike in neighbouring groups, many mentioned {_list(ours, told)}."
    return "Otherwise their words were much like those of neighbouring groups."


def _ranked(terms: Iterable[Term], shares: Callable[[str], tuple[float, float]]) -> list[Term]:
    """Terms that are clearly more common on one side than on the other, the clearest first."""
    excess = {}
    for term in terms:
        here, there = shares(term.lemma)
        if here > _MORE_COMMON * there:
            excess[term] = here * math.log((here + 0.01) / (there + 0.01))
    return sorted(excess, key=lambda term: (-round(excess[term], 6), term.lemma))


def _highest(lemma: str, told: Told, comparison: Comparison) -> float:
    """Share of the members of that neighbour where a word is the most common."""
    return max(comparison.profiles[other].share((lemma,)) for other in told.neighbours[:_NEAREST])


def _mean(lemma: str, told: Told, comparison: Comparison) -> float:
    profiles = comparison.profiles
    return sum(profiles[other].share((lemma,)) for other in told.neighbours) / len(told.neighbours)


def _list(found: Sequence[Term], told: Told) -> str:
    return listed([cased([term.surface], told.capitals) for term in found[:_SET_APART]])
