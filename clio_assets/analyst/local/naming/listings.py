"""Names that list words, for clusters that no phrase can name."""

from collections.abc import Collection, Iterator, Sequence

from clio_assets.analyst.local.naming.candidate import Candidate
from clio_assets.analyst.local.naming.describe import Told, is_thing
from clio_assets.analyst.local.naming.dictionary import is_only_noun
from clio_assets.analyst.local.naming.inflection import listed, plural
from clio_assets.analyst.local.naming.languages import ENGLISH
from clio_assets.analyst.local.naming.native import ordinary_words
from clio_assets.analyst.local.naming.profiles import Comparison
from clio_assets.analyst.local.naming.wordlists import FORMULAE, UNCOUNTED
from clio_assets.domain.clusters import Term

_WORDS = 3
#: Telling words that a list is made of.
_TRIED = 8

#: What a cluster is called whose users share no word.
MIXED = Candidate("mixed", frozenset(), (), 0.0, 0.0)


def mixed_requests(told: Told, comparison: Comparison) -> Iterator[Candidate]:
    """Lists of what a mixed cluster is about; none where there is nothing."""
    things = [term for term in told.telling if is_thing(term, comparison)][:_TRIED]
    for start in range(max(1, len(things) - 1) if things else 0):
        yield _list(things[start : start + _WORDS], "mixed", comparison.classes.counted)


def listed_words(told: Told, language: str, comparison: Comparison) -> Candidate:
    """The most telling words, where no phrase is shared by enough users."""
    if language != ENGLISH:
        ordinary = ordinary_words(language)
        words = [term for term in told.terms if term.surface.lower() not in ordinary]
        return _list((told.telling or words)[:_WORDS], "native") if words else MIXED
    if told.telling and told.telling[0].lemma in FORMULAE:
        return _list(told.telling[:1], "greet")
    things = [term for term in told.telling if is_thing(term, comparison)]
    things = things or [term for term in told.telling if is_only_noun(term.surface)]
    template = "mixed" if len(things) > 1 else "about"
    return _list(things[:_WORDS], template, comparison.classes.counted) if things else MIXED


def _list(terms: Sequence[Term], template: str, counted: Collection[str] = ()) -> Candidate:
    words = listed([_written(term, counted) for term in terms])
    lemmas = frozenset(term.lemma for term in terms)
    return Candidate(template, lemmas, tuple(words.split()), 0.0, 0.0)


def _written(term: Term, counted: Collection[str]) -> str:
    """A word of a list; what is counted in the plural."""
    word = term.surface.lower()
    return plural(word) if word in counted and word not in UNCOUNTED else word
