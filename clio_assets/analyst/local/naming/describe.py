"""Descriptions: what users asked, and what sets it apart from neighbouring clusters."""

import math
from collections.abc import Mapping, Sequence, Set

from clio_assets.analyst.local.naming.inflection import listed
from clio_assets.analyst.local.naming.profiles import Comparison
from clio_assets.analyst.local.naming.wording import Choice, cased, clause_of
from clio_assets.analyst.local.naming.wordlists import DULL, GENERIC, UNITS
from clio_assets.domain.clusters import Term

_MENTIONED = 3
_SET_APART = 3
_MIN_SHARE = 0.06
_UNTELLING = GENERIC | DULL | UNITS


def describe(
    choice: Choice,
    number: int,
    comparison: Comparison,
    told: Sequence[Term],
    neighbours: Sequence[int],
    capitals: Mapping[str, str],
) -> str:
    """Two sentences in the past tense; `told` are the telling terms of the cluster, best first."""
    mentioned = [term for term in told if term.lemma not in choice.lemmas][:_MENTIONED]
    first = f"Users {clause_of(choice, capitals)}"
    if mentioned:
        first += f", often mentioning {_list(mentioned, capitals)}"
    left = [term for term in told if term not in mentioned]
    return f"{first}. {_apart(choice, number, comparison, left, neighbours, capitals)}"


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


def _apart(
    choice: Choice,
    number: int,
    comparison: Comparison,
    terms: Sequence[Term],
    neighbours: Sequence[int],
    capitals: Mapping[str, str],
) -> str:
    profiles = comparison.profiles
    if not neighbours:
        return "There were no neighbouring clusters to compare these requests with."
    excess: dict[str, float] = {}
    for term in terms:
        here = profiles[number].share((term.lemma,))
        there = sum(profiles[other].share((term.lemma,)) for other in neighbours) / len(neighbours)
        if here > 1.5 * there:
            excess[term.lemma] = here * math.log((here + 0.01) / (there + 0.01))
    ranked = sorted(
        (term for term in terms if term.lemma in excess),
        key=lambda term: (-excess[term.lemma], term.lemma),
    )
    fresh = [term for term in ranked if term.lemma not in choice.lemmas][:_SET_APART]
    if fresh:
        found = _list(fresh, capitals)
        return f"Compared with neighbouring clusters, these requests more often mentioned {found}."
    if ranked:
        return f"Neighbouring clusters mentioned {_list(ranked[:_SET_APART], capitals)} less often."
    return "Otherwise their words were much like those of neighbouring clusters."


def _list(found: Sequence[Term], capitals: Mapping[str, str]) -> str:
    return listed([cased([term.surface], capitals) for term in found])
