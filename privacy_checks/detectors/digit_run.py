"""Any longer row of digits: the safety net under the other detectors.

Four digits in a row are enough, years included: a facet or a name does not need them. So are seven
digits with single signs between their groups, whatever number that is.
"""

import re

from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

DIGIT_RUN = PatternDetector(
    "digit_run",
    "[number]",
    re.compile(r"[0-9](?:[ ()./_\-]{1,2}[0-9]|[0-9]){6,}+|[0-9]{4,}+"),
    0.1,
    Trigger(min_digits=4),
)
