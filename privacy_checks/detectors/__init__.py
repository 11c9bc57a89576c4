"""Detectors of personal data.

`registry_of(policy)` is the set of detectors that a privacy policy asks for; use it wherever a
policy is known. `ALL` are those of the default policy: facets and published texts must be clean of
every kind. `PERSONAL` leaves out `digit_run`, the safety net that also catches years. All of them
share their placeholders.
"""

from privacy_checks.detectors.in_force import registry_of
from privacy_checks.detectors.kinds import ALL, PERSONAL
from privacy_checks.detectors.protocol import Detector, Hit, Trigger
from privacy_checks.detectors.registry import Registry

__all__ = [
    "ALL",
    "PERSONAL",
    "Detector",
    "Hit",
    "Registry",
    "Trigger",
    "find",
    "find_in",
    "has_hit",
    "mask",
    "registry_of",
]

find = ALL.find
find_in = ALL.find_in
has_hit = ALL.has_hit
mask = ALL.mask
