"""The detectors that a privacy policy asks for."""

import functools
import importlib
import re

from privacy_checks.detectors.kinds import ALL
from privacy_checks.detectors.protocol import Detector, Trigger
from privacy_checks.detectors.registry import Registry
from privacy_checks.policy.model import PolicyError, PrivacyPolicy

_KIND = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


@functools.lru_cache(maxsize=16)
def registry_of(policy: PrivacyPolicy) -> Registry:
    """All detectors less `detectors_off`, and the operator's `extra_detectors`.

    Hits with a score under `min_detector_score` are ignored. Placeholders of kinds that are
    switched off stay known, so that a text masked under another policy holds nothing new. An extra
    detector may take the name of one that is switched off and so replace it.

    Raises PolicyError where `detectors_off` names an unknown kind or an extra detector cannot be
    loaded or used.
    """
    unknown = sorted(set(policy.detectors_off) - set(ALL.kinds))
    if unknown:
        raise PolicyError(
            f"detectors_off names unknown kinds of personal data: {', '.join(unknown)}; "
            f"known are {', '.join(ALL.kinds)}"
        )
    kept = ALL.without(*policy.detectors_off)
    extra = []
    for entry in policy.extra_detectors:
        detector = _load(entry)
        extra.append(detector)
        try:
            kept.extended(*extra)
        except ValueError as error:
            raise PolicyError(f"extra detector {entry} cannot be used: {error}") from error
    return Registry((*kept.detectors, *extra), kept.placeholders, policy.min_detector_score)


def _load(entry: str) -> Detector:
    """The detector that `module:name` stands for: an object, a class, or a function making one."""
    module_name, colon, name = entry.partition(":")
    if not (module_name and colon and name):
        raise PolicyError(f"extra detector {entry} is not of the form module:name")
    try:
        found = getattr(importlib.import_module(module_name), name)
    except (ImportError, SyntaxError, AttributeError) as error:
        raise PolicyError(f"extra detector {entry} cannot be loaded: {error}") from error
    if isinstance(found, type) or not hasattr(found, "find"):
        if not callable(found):
            raise PolicyError(f"extra detector {entry} is no detector: it has no `find`")
        try:
            found = found()
        except (OSError, LookupError, TypeError, ValueError, ImportError) as error:
            raise PolicyError(f"extra detector {entry} cannot be made: {error}") from error
    return _checked(entry, found)


def _checked(entry: str, found: object) -> Detector:
    """The object, if it has all that a detector has; PolicyError says what is missing."""
    name = getattr(found, "name", None)
    if not (isinstance(name, str) and _KIND.fullmatch(name)):
        raise PolicyError(f"extra detector {entry} is no detector: its `name` is not snake_case")
    if not isinstance(getattr(found, "placeholder", None), str):
        raise PolicyError(f"extra detector {entry} is no detector: it has no `placeholder`")
    if not isinstance(getattr(found, "trigger", None), Trigger):
        raise PolicyError(f"extra detector {entry} is no detector: its `trigger` is no Trigger")
    if not callable(getattr(found, "find", None)):
        raise PolicyError(f"extra detector {entry} is no detector: it has no `find`")
    detector: Detector = found  # type: ignore[assignment]
    return detector
