"""Classes of English words, seen from where users put them, and the articles that follow from them.

"Cancel my reservation" is the wish to "cancel a reservation": English wants an article with things
one can count, and users show what can be counted by writing "a" before it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clio_assets.analyst.local.naming.parse import sentences_in_words
from clio_assets.analyst.local.naming.wordlists import POSSESSIVES, word_set
from privacy_checks.language.lemmas import lemmas

_OWNED = POSSESSIVES | {"the", "your"}
_BE = word_set("is are was were be been")
_RUN_WORDS = 3
#: Occurrences that make a class; a counted noun has this share of "a" besides.
_MIN_SEEN = 3
_MIN_COUNTED_SHARE = 0.08


@dataclass(frozen=True)
class WordClasses:
    """Nouns (written after an article or a possessive), those that are counted (after "a"), and
    predicates (after "is" and at the end of a phrase)."""

    nouns: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    predicates: frozenset[str] = frozenset()


def word_classes(texts: Iterable[str]) -> WordClasses:
    """Classes of the words of these texts."""
    nouns: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    owned: Counter[str] = Counter()
    predicates: Counter[str] = Counter()
    for text in texts:
        for sentence in sentences_in_words(text):
            for position, word in enumerate(sentence):
                run = _run(sentence[position + 1 :])
                if not run:
                    continue
                if word in _BE and len(run) == 1:
                    predicates[run[0]] += 1
                elif word in _OWNED or word in ("a", "an"):
                    (owned if word in _OWNED else counted)[run[-1]] += 1
                    nouns[run[-1]] += len(run) == 1
    return WordClasses(
        nouns=frozenset(word for word, times in nouns.items() if times >= _MIN_SEEN),
        counted=frozenset(
            word
            for word, times in counted.items()
            if times >= max(_MIN_SEEN, _MIN_COUNTED_SHARE * owned[word])
        ),
        predicates=frozenset(
            word for word, times in predicates.items() if times >= max(_MIN_SEEN, nouns[word])
        ),
    )


def _run(words: tuple[str, ...]) -> tuple[str, ...]:
    """The content words that the words begin with."""
    end = next((i for i, word in enumerate(words[:_RUN_WORDS]) if not lemmas(word)), _RUN_WORDS)
    return words[:end]


def with_articles(words: tuple[str, ...], counted: frozenset[str]) -> tuple[str, ...]:
    """The words with "a" for "my" before what is counted, and "the" before what is not."""
    written: list[str] = []
    for position, word in enumerate(words):
        if word not in POSSESSIVES:
            written.append(word)
        elif counted.issuperset(_run(words[position + 1 :])[-1:] or ("",)):
            written.append("an" if words[position + 1][0] in "aeio" else "a")
        else:
            written.append("the")
    return tuple(written)


def is_plural(words: tuple[str, ...]) -> bool:
    """Whether the first run of content words ends in a plural."""
    start = next((at for at, word in enumerate(words) if lemmas(word)), 0)
    last = (_run(words[start:]) or words[:1])[-1]
    return last.endswith("s") and not last.endswith("ss") and lemmas(last) != (last,)


def definite(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with "the" before them where they stand for one thing and no article is there."""
    owned = any(word.endswith("'s") for word in words)
    return words if owned or not lemmas(words[0]) else ("the", *words)
