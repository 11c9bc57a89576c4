"""Ordinary vocabulary: words so common that they say nothing of who wrote them.

A word is ordinary where the public frequency lists of `wordfreq` (Speer 2022) hold it at least
once in two million words (Zipf frequency 2.7, van Heuven et al. 2014) and the English dictionary
of `simplemma` knows it as a word in lower case. The dictionary writes names with a capital ("John",
"Tuesday"), brands and most small places are not in it ("Nike", "Barnsley"); the names that it holds
in lower case all the same are listed in `ordinary_words.toml`.

A capital inside a sentence marks a name whatever the word ("Apple", "Will"), except in the few
words that English always writes with one.
"""

import functools
import tomllib
from importlib.resources import files

#: Zipf frequency: base-10 logarithm of the occurrences in a billion words.
MIN_ZIPF = 2.7

#: Its code in `wordfreq` and `simplemma`.
_LANGUAGE = "en"

_LISTS = tomllib.loads(
    files(__package__).joinpath("ordinary_words.toml").read_text(encoding="utf-8")
)
_CAPITALISED = frozenset(_LISTS["capitalised"].split())
_NAMES = frozenset(_LISTS["names"].split())


@functools.lru_cache(maxsize=1 << 16)
def is_ordinary(word: str) -> bool:
    """Whether a word without hyphen, written as inside a sentence, is ordinary vocabulary.

    Numbers of one or two digits are; words with a capital, other numbers and words in scripts that
    the dictionary does not know are not.
    """
    if word in _CAPITALISED:
        return True
    if word.isdigit():
        return len(word) <= 2
    bare = word.removesuffix("'s")
    if not bare.isalpha() or bare != bare.lower() or bare in _NAMES:
        return False
    import simplemma
    from wordfreq import zipf_frequency

    lemma = str(simplemma.lemmatize(bare, lang=_LANGUAGE))
    if lemma != lemma.lower() or lemma in _NAMES or not simplemma.is_known(bare, lang=_LANGUAGE):
        return False
    frequency = max(zipf_frequency(form, _LANGUAGE) for form in (bare, lemma))
    return bool(frequency >= MIN_ZIPF)


def is_listed_name(word: str) -> bool:
    """Whether a lower-case word is listed as a name, such as "will", also a function word."""
    return word in _NAMES
