"""Hardware addresses of network cards (IEEE 802)."""

import re

from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

_HEX = "[0-9A-Fa-f]"

MAC_ADDRESS = PatternDetector(
    "mac_address",
    "[MAC address]",
    re.compile(
        rf"(?<![0-9A-Za-z:-])(?:{_HEX}{{2}}(?P<sign>[:-]){_HEX}{{2}}(?:(?P=sign){_HEX}{{2}}){{4}}"
        rf"|{_HEX}{{4}}\.{_HEX}{{4}}\.{_HEX}{{4}})(?![0-9A-Za-z]|[:-][0-9A-Fa-f])"
    ),
    0.9,
    Trigger(min_digits=1, any_of=(":", "-", ".")),
)
