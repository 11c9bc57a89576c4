"""When a seal made under one policy is good under another: the policy was as strict, or stricter.

Every field of the policy has a direction of strictness in `STRICTNESS`, so that a new field cannot
be forgotten: a test compares the table with the model.
"""

from collections.abc import Callable, Mapping
from typing import Final

from privacy_checks.policy.model import PrivacyPolicy

#: (made, in force) -> whether `made` asked for at least as much in this field.
AtLeastAsStrict = Callable[[PrivacyPolicy, PrivacyPolicy], bool]

#: How much of a published text needs support, from little to much.
_VOCABULARY: Final = {"rare": 0, "by_analyst": 1, "all": 2}


def _higher_is_stricter(field: str) -> AtLeastAsStrict:
    return lambda made, in_force: bool(getattr(made, field) >= getattr(in_force, field))


def _lower_is_stricter(field: str) -> AtLeastAsStrict:
    return lambda made, in_force: bool(getattr(made, field) <= getattr(in_force, field))


def _fewer_is_stricter(field: str) -> AtLeastAsStrict:
    return lambda made, in_force: set(getattr(made, field)) <= set(getattr(in_force, field))


def _more_is_stricter(field: str) -> AtLeastAsStrict:
    return lambda made, in_force: set(getattr(made, field)) >= set(getattr(in_force, field))


def _must_be_equal(field: str) -> AtLeastAsStrict:
    return lambda made, in_force: bool(getattr(made, field) == getattr(in_force, field))


def _voids_nothing(made: PrivacyPolicy, in_force: PrivacyPolicy) -> bool:
    """The field is not judged by a gate."""
    del made, in_force
    return True


def _vocabulary(made: PrivacyPolicy, in_force: PrivacyPolicy) -> bool:
    return _VOCABULARY[made.vocabulary] >= _VOCABULARY[in_force.vocabulary]


def _extractive_analysts(made: PrivacyPolicy, in_force: PrivacyPolicy) -> bool:
    """Fewer may quote. But by_analyst asks more of those who quote, so then they must be equal."""
    before, now = set(made.extractive_analysts), set(in_force.extractive_analysts)
    if in_force.vocabulary == "by_analyst" and made.vocabulary != "all":
        return before == now
    return before <= now


STRICTNESS: Final[Mapping[str, AtLeastAsStrict]] = {
    "version": _voids_nothing,
    "min_users": _higher_is_stricter("min_users"),
    "min_conversations": _higher_is_stricter("min_conversations"),
    "min_cell_conversations": _higher_is_stricter("min_cell_conversations"),
    "min_cell_users": _higher_is_stricter("min_cell_users"),
    "min_vocabulary_users": _higher_is_stricter("min_vocabulary_users"),
    "max_quarantine_share": _lower_is_stricter("max_quarantine_share"),
    "min_audit_rating": _higher_is_stricter("min_audit_rating"),
    "max_facet_characters": _lower_is_stricter("max_facet_characters"),
    "max_shared_words": _lower_is_stricter("max_shared_words"),
    "extractive_analysts": _extractive_analysts,
    "vocabulary": _vocabulary,
    "rounding": _must_be_equal("rounding"),  # another base is other numbers, not safer ones
    "detectors_off": _fewer_is_stricter("detectors_off"),
    "min_detector_score": _lower_is_stricter("min_detector_score"),
    "extra_detectors": _more_is_stricter("extra_detectors"),
    "allowed_names": _fewer_is_stricter("allowed_names"),
    "retention_days": _voids_nothing,
    "example_conversations": _voids_nothing,  # holds from the next look on
}


def tightened(made: PrivacyPolicy, in_force: PrivacyPolicy) -> tuple[str, ...]:
    """Fields in which the policy in force asks for more than the one a seal was made under."""
    return tuple(field for field, holds in STRICTNESS.items() if not holds(made, in_force))


def holds_under(made: PrivacyPolicy, in_force: PrivacyPolicy) -> bool:
    """Whether what was sealed under `made` needs no new judgement under the policy in force."""
    return not tightened(made, in_force)
