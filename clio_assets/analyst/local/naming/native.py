"""Candidate names ("native" ones) of clusters in any other language than English: shared phrases.

There is no grammar here but function words: a phrase begins and ends with a content word. Scripts
without spaces are read character by character, and a phrase is a stretch of text.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from unicodedata import category

from clio_assets.analyst.local.naming.candidate import (
    KEPT,
    MIN_SHARE,
    MIN_USERS,
    SUPPORT_POWER,
    Candidate,
    best_first,
)
from clio_assets.analyst.local.naming.parse import BREAK, sentences_in_words
from clio_assets.analyst.local.naming.profiles import Comparison
from clio_assets.analyst.local.naming.wordlists import GENERIC_OF
from clio_assets.domain.clusters import Term
from privacy_checks.language.function_words import FUNCTION_WORDS_OF
from privacy_checks.language.lemmas import lemmas, tokens

Words = tuple[str, ...]

_WORDS_AT_MOST = 6
_CHARACTERS = range(2, 11)
_CHARACTERS_READ = 80
#: Worth of a phrase by its number of telling words (pairs of characters where there are no spaces).
_LENGTH_WORTH = {0: 0.5, 1: 0.8, 2: 1.2, 3: 1.35}
_AS_OFTEN = 0.8
_UNSPACED = ("Japanese", "Chinese", "Thai")


def ordinary_words(language: str) -> frozenset[str]:
    """Words that say nothing in a request of this language."""
    function_words = FUNCTION_WORDS_OF.get(language, frozenset())
    return function_words | GENERIC_OF.get(language, frozenset())


def native_candidates(
    number: int, comparison: Comparison, terms: Sequence[Term], language: str
) -> list[Candidate]:
    """Candidate names of cluster `number` of a comparison, at most `KEPT`, the best first."""
    profile = comparison.profiles[number]
    supported = {term.lemma for term in terms}
    ordinary = ordinary_words(language)
    phrases = _stretches if is_written_without_spaces(language) else _runs
    said_by: defaultdict[tuple[tuple[str, ...], Words], set[str]] = defaultdict(set)
    for text, user in zip(profile.members, profile.users, strict=True):
        for phrase in phrases(text, supported, ordinary):
            said_by[phrase].add(user)
    users = len(set(profile.users))
    enough = max(MIN_SHARE * users, MIN_USERS)
    counts = {words: len(who) for (_, words), who in said_by.items()}
    kept = _longest(counts) if is_written_without_spaces(language) else set(counts)
    found = []
    for (key, words), who in said_by.items():
        if len(who) < enough or words not in kept:
            continue
        length = (
            len(words[0]) / 2 if is_written_without_spaces(language) else len(set(words) - ordinary)
        )
        fitness = comparison.fitness(number, frozenset(key))
        worth = _LENGTH_WORTH[min(int(length), 3)] * (len(who) / users) ** SUPPORT_POWER
        found.append(Candidate("native", frozenset(key), words, fitness * worth, fitness))
    return best_first(found)[:KEPT]


def _runs(
    text: str, supported: Collection[str], ordinary: frozenset[str]
) -> Iterator[tuple[Words, Words]]:
    for sentence in sentences_in_words(text):
        for start, first in enumerate(sentence):
            if _is_ordinary(first, ordinary):
                continue
            key: list[str] = []
            for end in range(start, min(start + _WORDS_AT_MOST, len(sentence))):
                word = sentence[end]
                found = lemmas(word)
                if word == BREAK or not _supported(found, supported):
                    break
                key.extend(found)
                if found and not _is_ordinary(word, ordinary):
                    yield tuple(key), sentence[start : end + 1]


def _is_ordinary(word: str, ordinary: frozenset[str]) -> bool:
    return word in ordinary or word.removesuffix("'s") in ordinary  # "gibt's"


def _stretches(
    text: str, supported: Collection[str], ordinary: frozenset[str]
) -> Iterator[tuple[Words, Words]]:
    for sentence in sentences_in_words(text):
        for run in "".join(sentence)[:_CHARACTERS_READ].split(BREAK):
            for length in _CHARACTERS:
                for start in range(len(run) - length + 1):
                    stretch = run[start : start + length]
                    if _is_grammar(stretch[0]) or _is_grammar(stretch[-1]):
                        continue
                    if start + length < len(run) and category(run[start + length])[0] == "M":
                        continue
                    key = _pieces(stretch)
                    if key and stretch not in ordinary and _supported(key, supported):
                        yield key, (stretch,)


def _supported(key: Sequence[str], supported: Collection[str]) -> bool:
    """Whether every lemma is supported."""
    return all(lemma in supported for lemma in key)


def _pieces(stretch: str) -> tuple[str, ...]:
    """The lemmas of a stretch of text in a script without spaces."""
    return tuple(found for token in tokens(stretch) for found in lemmas(token))


def _longest(phrases: Mapping[Words, int]) -> set[Words]:
    """Of stretches and their numbers of users, those that no longer stretch says as often."""
    kept = set(phrases)
    for words, users in phrases.items():
        for shorter in (words[0][1:], words[0][:-1]):
            if phrases.get((shorter,), 0) <= users / _AS_OFTEN:
                kept.discard((shorter,))
    return kept


def _is_grammar(character: str) -> bool:
    """Whether a stretch should not begin or end with it: Hiragana mostly writes grammar."""
    return "\u3041" <= character <= "\u309f" or category(character)[0] == "M"


def is_written_without_spaces(language: str) -> bool:
    """Whether the language is written without spaces between words."""
    return language in _UNSPACED
