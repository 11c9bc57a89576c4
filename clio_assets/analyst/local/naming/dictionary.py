"""What kinds of words English words can be, by a dictionary (lemminflect, of NIH's SPECIALIST
Lexicon)."""

from functools import lru_cache

from lemminflect import getAllLemmas


@lru_cache(maxsize=1 << 16)
def kinds_of_word(word: str) -> frozenset[str]:
    """NOUN, VERB, ADJ, ADV, ...; none where the dictionary lacks the word, as it does products."""
    return frozenset((*getAllLemmas(word.lower()), *getAllLemmas(word.capitalize())))


def may_be_noun(word: str) -> bool:
    """Whether a thing may be called so; a word that the dictionary lacks may.

    >>> may_be_noun("recipe"), may_be_noun("docker"), may_be_noun("enjoy"), may_be_noun("soft")
    (True, True, False, False)
    """
    kinds = kinds_of_word(word.removesuffix("'s"))
    return not kinds or bool(kinds & {"NOUN", "PROPN"})


def is_only_noun(word: str) -> bool:
    """Whether it may be a noun and no adjective besides, which would stand badly alone: "poor"."""
    return may_be_noun(word) and "ADJ" not in kinds_of_word(word)


def is_finite_verb(word: str) -> bool:
    """Whether a word can only say what somebody does: "calculates"."""
    return word.endswith("s") and kinds_of_word(word) == {"VERB"}
