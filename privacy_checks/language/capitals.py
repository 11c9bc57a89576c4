"""Which words people write with a capital: what may be a name, however some write it.

A word that begins a sentence has a capital whatever it is, and many people write none at all. So a
word is read over everybody's texts: one that is in no dictionary, and that a good part of those who
write it give a capital inside a sentence, keeps it everywhere.
"""

from collections import defaultdict
from collections.abc import Sequence

from privacy_checks.language.lemmas import SENTENCE_END, replace_bracketed, tokens
from privacy_checks.language.ordinary_words import is_ordinary

#: Share of a word's writers who give it a capital, from which it is written with one.
SHARE = 1 / 3


def with_capital(text: str) -> str:
    """The text with its first letter a capital, where that makes no other word of it.

    >>> with_capital("change the oil"), with_capital("ßtraße")
    ('Change the oil', 'ßtraße')
    """
    capital = text[:1].upper()
    return capital + text[1:] if capital.lower() == text[:1] else text


def capitalised_words(texts: Sequence[str], users: Sequence[str]) -> frozenset[str]:
    """Words, in lower case, that are written with a capital; `users` wrote the texts.

    A word that stands at the beginning of sentences alone counts where nobody writes it small.
    """
    inside: defaultdict[str, set[str]] = defaultdict(set)
    opening: defaultdict[str, set[str]] = defaultdict(set)
    small: defaultdict[str, set[str]] = defaultdict(set)
    for text, user in zip(texts, users, strict=True):
        for sentence in SENTENCE_END.split(replace_bracketed(text)):
            for position, token in enumerate(tokens(sentence)):
                word = token.removesuffix("'s")
                lower = word.lower()
                if is_ordinary(lower):
                    continue
                if word == lower:
                    small[lower].add(user)
                elif word[1:] == lower[1:]:  # what is all in capitals is an acronym, or shouted
                    (inside if position else opening)[lower].add(user)
    return frozenset(
        word
        for word in inside.keys() | opening.keys()
        if _is_capitalised(len(inside[word]), len(opening[word]), len(small[word]))
    )


def _is_capitalised(inside: int, opening: int, small: int) -> bool:
    if inside:
        return inside >= SHARE * (inside + small)
    return opening > 0 and not small
