"""What a facet has in common with its conversation: runs of words, pieces of personal data.

A facet describes; it does not quote. Words are compared case-folded and in the one spelling that
detectors read (NFKC, nothing invisible). In scripts without spaces every character counts as half
a word, so that eight words are sixteen characters.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from privacy_checks.language.function_words import FUNCTION_WORDS
from privacy_checks.language.normalise import normalise
from privacy_checks.language.vocabulary import is_unspaced, tokens

#: What a transcript holds besides what was said: the marks of turns and of what was left out.
_MARK = re.compile(r'</?(?:system|user|assistant|tool)>|<omitted characters="\d+"/>')

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


def spoken(transcript: str) -> str:
    """What was said in a transcript: a blank line between turns, escaped characters restored."""
    text = _MARK.sub("\n\n", transcript)
    return text.replace("&lt;", "<").replace("&amp;", "&")


def longest_shared_run(facet: str, transcript: str) -> int:
    """Length in words of the longest run of consecutive words that both hold.

    Takes time linear in both texts.
    """
    return max(_shared_runs(_units(facet), _units(spoken(transcript))), default=0) // 2


def shares_run(facet: str, transcript: str, words: int) -> bool:
    """Whether facet and transcript share a run of at least that many consecutive words."""
    own = _units(facet)
    if sum(halves for _, halves in own) < 2 * words:
        return False
    return any(run >= 2 * words for run in _shared_runs(own, _units(spoken(transcript))))


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


def _units(text: str) -> list[tuple[str, int]]:
    """Words with their length in half words: 2, or 1 for a character of a script without spaces."""
    units: list[tuple[str, int]] = []
    for token in tokens(normalise(text).text.casefold()):
        if is_unspaced(token):
            units.extend((character, 1) for character in token)
        else:
            units.append((token, 2))
    return units


def _shared_runs(own: Sequence[tuple[str, int]], other: Sequence[tuple[str, int]]) -> Iterator[int]:
    """For each place in `other`, the length in half words of the longest run of `own` ending there.

    A suffix automaton of `own` reads `other` once (Blumer et al. 1985).
    """
    links, lengths, steps = _suffix_automaton([unit for unit, _ in own])
    ends = [0]
    for _, halves in other:
        ends.append(ends[-1] + halves)
    state = length = 0
    for at, (unit, _) in enumerate(other, start=1):
        while state and unit not in steps[state]:
            state = links[state]
            length = lengths[state]
        if unit in steps[state]:
            state = steps[state][unit]
            length += 1
            yield ends[at] - ends[at - length]


def _suffix_automaton(
    units: Sequence[str],
) -> tuple[list[int], list[int], list[dict[str, int]]]:
    """Suffix links, longest lengths and transitions of the states; state 0 is the empty run."""
    links, lengths = [-1], [0]
    steps: list[dict[str, int]] = [{}]
    last = 0
    for unit in units:
        current = len(links)
        links.append(0)
        lengths.append(lengths[last] + 1)
        steps.append({})
        state = last
        while state >= 0 and unit not in steps[state]:
            steps[state][unit] = current
            state = links[state]
        if state >= 0:
            then = steps[state][unit]
            if lengths[then] > lengths[state] + 1:
                split = len(links)
                links.append(links[then])
                lengths.append(lengths[state] + 1)
                steps.append(dict(steps[then]))
                while state >= 0 and steps[state].get(unit) == then:
                    steps[state][unit] = split
                    state = links[state]
                links[then] = then = split
            links[current] = then
        last = current
    return links, lengths, steps
