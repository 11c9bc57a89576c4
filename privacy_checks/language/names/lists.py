"""The lists behind the rules for names: what everyone talks about, and known names."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from importlib.resources import files

Phrase = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ENTRY = re.compile(r"^- (.+)$", re.MULTILINE)


def folded(word: str) -> str:
    """A word without letter case, accents and apostrophes, as the lists are searched."""
    if word.isascii():
        return word.lower().replace("'", "")
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").replace("'", "")


def phrase_of(entry: str) -> Phrase:
    """The folded words of a list's entry; hyphens and points separate them."""
    return tuple(folded(word) for word in _WORD.findall(entry.replace("’", "'")))


class Phrases:
    """A set of names of one or more words."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._phrases = {phrase for phrase in map(phrase_of, entries) if phrase}
        self._longest = max(map(len, self._phrases), default=0)
        self._first = {phrase[0] for phrase in self._phrases if len(phrase) > 1}

    def longest_at(self, words: list[str], at: int) -> int:
        """How many of the folded words from `at` on are one name of the set; 0 for none.

        The last word may stand in the plural or the possessive.
        """
        most = self._longest if words[at] in self._first else 1
        for length in range(min(most, len(words) - at), 0, -1):
            head, last = tuple(words[at : at + length - 1]), words[at + length - 1]
            if any((*head, form) in self._phrases for form in _singulars(last)):
                return length
        return 0


def _singulars(word: str) -> tuple[str, ...]:
    """A folded word, and what it may be the plural or the possessive of."""
    if len(word) < 3 or not word.endswith("s"):
        return (word,)
    if word.endswith("es"):
        return word, word[:-1], word[:-2]
    return word, word[:-1]


@functools.cache
def _public_entries() -> tuple[str, ...]:
    text = files(__package__).joinpath("public.md").read_text(encoding="utf-8")
    return tuple(_ENTRY.findall(text))


@functools.lru_cache(maxsize=16)
def _allowed(names: frozenset[str]) -> Phrases:
    return Phrases((*_public_entries(), *names))


def allowed_phrases(names: Collection[str] = ()) -> Phrases:
    """The public list and further names."""
    return _allowed(frozenset(names))


@functools.cache
def _people() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("people.toml").read_text(encoding="utf-8")
    return {
        name: frozenset(folded(word) for word in words.split())
        for name, words in tomllib.loads(text).items()
    }


@functools.cache
def known_names() -> frozenset[str]:
    """Folded given names, surnames and smaller towns that are no ordinary words."""
    lists = _people()
    return lists["given"] | lists["surnames"] | lists["towns"]


def ordinary_names() -> frozenset[str]:
    """Ordinary words that are names of people as well."""
    return _people()["ordinary_words"]
