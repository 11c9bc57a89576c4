"""Any longer row of digits, for what the other detectors do not recognise.

Four digits in a row are enough, years included: a facet or a name does not need them. So are seven
digits with single signs between their groups, whatever number that is, and eight letters and
digits with a sign between each and the next ("D E 8 9 ...").
"""

import re

from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

_MIN_DIGITS = 4


def _has_digits(match: re.Match[str]) -> bool:
    return sum(c.isdigit() for c in match.group()) >= _MIN_DIGITS


DIGIT_RUN = PatternDetector(
    "digit_run",
    "[number]",
    re.compile(
        r"[0-9](?:[ ()./_\-]{1,2}[0-9]|[0-9]){6,}+|[0-9]{4,}+"
        r"|(?<![A-Za-z0-9])[A-Za-z0-9](?:[ .-][A-Za-z0-9](?![A-Za-z0-9])){7,}+"
        r"(?:[ ()./_\-]{1,2}[0-9]|[0-9])*+"
    ),
    0.1,
    Trigger(min_digits=_MIN_DIGITS),
    _has_digits,
)
