"""Postal addresses: a house number and a street, with the town where it follows."""

import re
from collections.abc import Callable, Iterator

from privacy_checks.detectors.helpers import streets
from privacy_checks.detectors.helpers.cues import cue_before
from privacy_checks.detectors.protocol import Hit, Trigger


class PostalAddressDetector:
    """Addresses with a house number.

    Parts of an English street name have capitals, or a lower-case one ends in an unmistakable word
    ("road"), or a cue such as "live at" stands before it.
    """

    name = "postal_address"
    placeholder = "[address]"
    trigger = Trigger(min_digits=1)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits, by the way they are written."""
        for pattern, score, could_be_in in _AS_THEY_ARE:
            for match in pattern.finditer(text) if could_be_in(text) else ():
                yield Hit(self.name, *match.span(), score)
        for match in streets.ENGLISH.finditer(text):
            if match["street"] or _is_name(match["name"]):
                yield Hit(self.name, *match.span(), 0.8)
        for match in streets.LOWER_CASE.finditer(text):
            if _is_name(match["name"]):
                yield Hit(self.name, *match.span(), 0.6)
        for match in streets.LOWER_CASE_ANY.finditer(text):
            if _is_name(match["name"]) and cue_before(streets.CUE, text, match.start()):
                yield Hit(self.name, *match.span(), 0.7)
        for match in streets.NUMBER_BEHIND.finditer(text):
            known = match["street"].lower() in streets.ONLY_STREETS
            short = len(match["name"].split()) < 3
            if (
                match["name"][0].isupper()
                or (known and short)
                or cue_before(streets.CUE, text, match.start())
            ):
                yield Hit(self.name, *match.span(), 0.6)
        lower = text.lower()
        if any(map(lower.__contains__, streets.GERMANIC_ENDINGS)):
            for match in streets.GERMANIC.finditer(text):
                yield Hit(self.name, *match.span(), 0.75)


_FOUR_DIGITS = re.compile(r"[0-9]{4}")


def _holds_four_digits(text: str) -> bool:
    """Whether a post code could be in the text."""
    return _FOUR_DIGITS.search(text) is not None


def _is_not_ascii(text: str) -> bool:
    """Whether anything East Asian could be in the text."""
    return not text.isascii()


def _is_any(text: str) -> bool:
    """Whether the text is one at all."""
    return bool(text)


#: Pattern, score, and what a text must hold for the pattern to be worth a search.
_AS_THEY_ARE: tuple[tuple[re.Pattern[str], float, Callable[[str], bool]], ...] = (
    (streets.NUMBER_BEFORE, 0.7, _is_any),
    (streets.WITH_POST_CODE, 0.7, _holds_four_digits),
    (streets.WITH_POST_CODE_LOWER_CASE, 0.5, _holds_four_digits),
    (streets.EAST_ASIAN, 0.7, _is_not_ascii),
    (streets.POST_BOX, 0.8, _is_any),
)


def _is_name(words_before: str) -> bool:
    """Whether the words between number and street can be a street's name."""
    return streets.NOT_NAMES.isdisjoint(words_before.lower().split())
