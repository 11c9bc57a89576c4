"""Places on the earth as pairs of decimal degrees, or as degrees and minutes."""

import re
from collections.abc import Iterator

from privacy_checks.detectors.protocol import Hit, Trigger

_DECIMAL = re.compile(
    r"(?<![0-9A-Za-z.])[+-]?(?P<latitude>[0-9]{1,2}\.[0-9]{3,12})\s?°?\s?[NSns]?\s{0,2}[,;/ ]"
    r"\s{0,2}(?:(?:lon|lng|long|longitude)\s?[:=]?\s?)?"
    r"[+-]?(?P<longitude>[0-9]{1,3}\.[0-9]{3,12})\s?°?(?:\s?[EWew])?(?![0-9A-Za-z])"
)
_ANGLE = (
    r"[0-9]{1,3}\s?°\s?[0-9]{1,2}(?:\.[0-9]{1,6})?\s?['’][^\S\n]?"
    r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})?\s?(?:\"|'')\s?)?[NSEWnsew](?![A-Za-z])"
)
_DEGREES = re.compile(rf"(?<![0-9]){_ANGLE}(?:[ ,;/]{{0,3}}{_ANGLE})?")


class CoordinatesDetector:
    """Latitude and longitude with at least three decimals, and degrees with minutes."""

    name = "coordinates"
    placeholder = "[coordinates]"
    trigger = Trigger(min_digits=3, any_of=(".", "°"))

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position, decimal ones first."""
        for match in _DECIMAL.finditer(text):
            if float(match["latitude"]) <= 90 and float(match["longitude"]) <= 180:
                yield Hit(self.name, *match.span(), 0.8)
        for match in _DEGREES.finditer(text):
            yield Hit(self.name, *match.span(), 0.8)
