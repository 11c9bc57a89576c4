"""Cuts a request into chunks: runs of content words with what stands before them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

from clio_assets.analyst.local.naming.wordlists import (
    AUXILIARIES,
    DETERMINERS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    UNITS,
    word_set,
)
from privacy_checks.language.lemmas import lemmas

#: Words that no phrase needs.
DROPPED = word_set("please kindly just also really actually me us now myself again")
#: Verbs that link a thing to what is said of it, much as "is" does.
_LINKING = word_set("get gets got getting went need needs want wants seem seems know let")
_CHUNKS_AT_MOST = 6


@dataclass
class Chunk:
    """A run of content words with what stands before it."""

    preposition: tuple[str, ...] = ()
    determiner: str = ""
    words: list[str] = field(default_factory=list)
    attached: bool = True  # nothing but a gap or an article lies between it and the last one
    verb: bool = False  # its first word stands where a verb stands
    predicate: bool = False  # it stands after a form of "be" or "have"
    clause: bool = False  # its last word may be a verb with the others as its subject
    cut: bool = False  # a gap follows at once: its last word may belong to what is left out


class _Chunker:
    """Collects chunks from left to right."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self._now = Chunk()
        self._after_gap = False
        self._after_subject = False
        self._after_auxiliary = False

    def content(self, word: str) -> None:
        if not self._now.words:
            self._now.verb = self._after_subject and not self._now.determiner
            self._now.predicate = self._after_auxiliary and not self._now.determiner
        self._now.words.append(word)
        self._after_subject = self._after_gap = self._after_auxiliary = False

    @property
    def after_preposition(self) -> bool:
        """Whether a preposition waits for its noun."""
        return bool(self._now.preposition) and not self._now.words

    def gap(self) -> None:
        """What stands before a gap belongs to what follows it."""
        if self._now.words:
            self._now.cut = True
            self.close(attached=True)
        self._after_subject = self._after_subject or self._after_auxiliary
        self._after_gap, self._after_auxiliary = True, False

    def preposition(self, word: str) -> None:
        if self._now.words:
            self.close(attached=True)
        kept = () if self._after_gap else self._now.preposition[-1:]
        self._now.preposition = (*kept, word)
        self._now.determiner = ""
        self._after_subject, self._after_gap = word == "to", False
        self._after_auxiliary = False

    def determiner(self, word: str) -> None:
        if self._now.words:
            self.close(attached=True)
        self._now.determiner = word
        self._after_subject = self._after_gap = self._after_auxiliary = False

    def close(self, attached: bool, word: str = "") -> None:
        if self._now.words:
            self.chunks.append(self._now)
        self._now = Chunk(attached=attached)
        self._after_gap = False
        self._after_subject = word in PRONOUNS
        self._after_auxiliary = word in AUXILIARIES or word in _LINKING


def chunks_of(words: tuple[str, ...], supported: Collection[str]) -> list[Chunk]:
    chunker = _Chunker()
    for before, word in pairwise(("", *words)):
        if word in DROPPED:
            continue
        found = lemmas(word)
        if word in _LINKING:
            chunker.close(attached=False, word=word)
        elif found and before.isdigit() and chunker.after_preposition:
            chunker.gap()  # "in 5 days"
        elif found and word not in UNITS and all(lemma in supported for lemma in found):
            chunker.content(word)
        elif found or word in UNITS:
            chunker.gap()
        elif word in PREPOSITIONS:
            chunker.preposition(word)
        elif word == "that" and lemmas(before):  # "a function that crashes"
            chunker.close(attached=False, word=word)
        elif word in DETERMINERS or word in POSSESSIVES or word == "your":
            chunker.determiner(word)
        else:
            chunker.close(attached=False, word=word)
    chunker.close(attached=False)
    return chunker.chunks[:_CHUNKS_AT_MOST]
