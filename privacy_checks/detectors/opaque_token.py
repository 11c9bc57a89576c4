"""Long random strings without a word that says what they are: ids, digests, keys."""

import re

from privacy_checks.detectors.helpers.entropy import character_classes, entropy
from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{24,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MIN_ENTROPY = 3.7


def _is_random(match: re.Match[str]) -> bool:
    token = match.group()
    digits = sum(c.isdigit() for c in token)
    if _HEXADECIMAL.fullmatch(token):
        return digits >= 4
    mixed = character_classes(token.replace("-", "").replace("_", "").replace("/", "")) >= 3
    return mixed and digits >= 3 and entropy(token) >= _MIN_ENTROPY


OPAQUE_TOKEN = PatternDetector(
    "opaque_token",
    "[token]",
    re.compile(r"(?<![\w+/=.-])[A-Za-z0-9_+/=-]{24,}+(?![\w+/=-])"),
    0.5,
    Trigger(min_digits=3),
    _is_random,
)
