"""Postal addresses: a house number and a street, with the town where it follows."""

from collections.abc import Iterator

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
        for pattern, score in _AS_THEY_ARE:
            for match in pattern.finditer(text):
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


_AS_THEY_ARE = (
    (streets.NUMBER_BEFORE, 0.7),
    (streets.WITH_POST_CODE, 0.7),
    (streets.WITH_POST_CODE_LOWER_CASE, 0.5),
    (streets.EAST_ASIAN, 0.7),
    (streets.POST_BOX, 0.8),
)


def _is_name(words_before: str) -> bool:
    """Whether the words between number and street can be a street's name."""
    return streets.NOT_NAMES.isdisjoint(words_before.lower().split())
