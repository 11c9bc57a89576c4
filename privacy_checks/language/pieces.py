"""Pieces of personal data: words and numbers of a conversation that its facets must not repeat.

What finds personal data is given; here its hits are cut into pieces, and texts compared with them,
case-folded and in the one spelling that detectors read (NFKC, nothing invisible).
"""

import re
from collections.abc import Collection, Iterable
from typing import Protocol

from privacy_checks.language.function_words import FUNCTION_WORDS
from privacy_checks.language.normalise import normalise
from privacy_checks.language.transcript import spoken

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

_PIECE = re.compile(r"[^\W_]+")
_SHORTEST_PIECE = 3

#: Pieces that some kind of personal data always comes with: they say nothing of whose it is.
_COMMON_PIECES_TEXT = """
http https www com org net edu gov info mail email gmail yahoo hotmail outlook icloud dot
street road avenue lane drive court place square boulevard apartment flat suite floor house
january february march april june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec born birth birthday date dob day year old
zero one two three four five six seven eight nine ten phone tel call number fax cell mobile
key token password secret bearer api address user account card
"""
_COMMON_PIECES = frozenset(_COMMON_PIECES_TEXT.split())


class Span(Protocol):
    """Where something was found in a text: from `start` up to `end`, in characters."""

    @property
    def start(self) -> int:
        """Its first character."""
        ...

    @property
    def end(self) -> int:
        """The character after its last one."""
        ...


class PersonalDataFinder(Protocol):
    """What finds personal data in texts, as `privacy_checks.detectors.registry.Registry` does."""

    @property
    def placeholders(self) -> Iterable[str]:
        """What stands in a text for personal data that was masked."""
        ...

    def find(self, text: str) -> Iterable[Span]:
        """Where the text holds personal data."""
        ...


def personal_pieces(transcript: str, registry: PersonalDataFinder) -> frozenset[str]:
    """The pieces (runs of letters and digits) of all personal data found in a transcript.

    Pieces of fewer than three characters, function words and what personal data always comes with
    ("com", "street") say nothing of whose it is and are left out. Paragraphs are read one by one,
    so that a detector reads only those that hold what it needs.
    """
    return frozenset(
        piece
        for paragraph in _BLANK_LINE.split(spoken(transcript))
        for hit in registry.find(paragraph)
        for piece in _pieces(paragraph[hit.start : hit.end])
    )


def holds_piece(facet: str, pieces: Collection[str], registry: PersonalDataFinder) -> bool:
    """Whether a facet holds one of the pieces outside the placeholders that masking leaves."""
    if not pieces:
        return False
    for placeholder in registry.placeholders if "[" in facet else ():
        facet = facet.replace(placeholder, " ")
    return not set(_pieces(facet)).isdisjoint(pieces)


def mask_pieces(text: str, pieces: Collection[str], placeholder: str) -> str:
    """The text with a placeholder instead of every word that is or holds one of the pieces."""
    return " ".join(
        word if set(_pieces(word)).isdisjoint(pieces) else placeholder for word in text.split()
    )


def _pieces(text: str) -> list[str]:
    found = _PIECE.findall(normalise(text).text.casefold())
    return [
        piece
        for piece in found
        if len(piece) >= _SHORTEST_PIECE
        and piece not in _COMMON_PIECES
        and piece not in FUNCTION_WORDS
    ]
