"""Detectors of personal data, one kind a file; `kinds.py` lists them.

`registry_of(policy)` is the set of detectors that a privacy policy asks for; use it wherever a
policy is known. `ALL` are those of the default policy: facets and published texts must be clean of
every kind. All registries share their placeholders.
"""

from privacy_checks.detectors.in_force import registry_of
from privacy_checks.detectors.kinds import ALL
from privacy_checks.detectors.protocol import Detector, Hit, Trigger
from privacy_checks.detectors.registry import Registry

__all__ = [
    "ALL",
    "Detector",
    "Hit",
    "Registry",
    "Trigger",
    "find",
    "has_hit",
    "mask",
    "registry_of",
]

find = ALL.find
has_hit = ALL.has_hit
mask = ALL.mask
