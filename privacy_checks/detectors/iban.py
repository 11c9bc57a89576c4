"""International bank account numbers (ISO 13616), by country format and check digits."""

import functools
import re
from collections.abc import Iterator

from privacy_checks.detectors.protocol import Hit, Trigger

_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][ .-]?[A-Za-z][ .-]?[0-9][ .-]?[0-9](?:[ .-]?[A-Za-z0-9]){11,30}+"
)
_LENGTHS = re.compile(r"(\d+)!")


class IbanDetector:
    """IBANs in either case, in one piece, in groups, or character by character."""

    name = "iban"
    placeholder = "[IBAN]"
    trigger = Trigger(min_digits=8)

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position."""
        from stdnum import iban

        position = 0
        while match := _CANDIDATE.search(text, position):
            position = match.start() + 4
            at = [i for i in range(*match.span()) if text[i] not in " .-"]
            length = _length((text[at[0]] + text[at[1]]).upper())
            if not length or len(at) < length:
                continue
            end = at[length - 1] + 1
            rest = text[end : end + 1]
            if not (rest.isascii() and rest.isalnum()) and iban.is_valid(
                "".join(text[i] for i in at[:length])
            ):
                yield Hit(self.name, at[0], end, 1.0)
                position = end


@functools.cache
def _length(country: str) -> int:
    """Characters of a country's IBAN; 0 where the country has none."""
    from stdnum import numdb

    properties = numdb.get("iban").info(f"{country}00")[0][1]
    lengths = _LENGTHS.findall(properties.get("bban", ""))
    return 4 + sum(map(int, lengths)) if lengths else 0
