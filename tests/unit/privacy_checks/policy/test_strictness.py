"""A seal holds under the policy it was made under and any looser one, field by field."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.policy.fields import NOTES
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.policy.strictness import tightened

#: Field -> (stricter value, looser value). None: there is no such thing, any other value voids.
STRICTER_AND_LOOSER: dict[str, tuple[Any, Any]] = {
    "min_users": (11, 9),
    "min_conversations": (21, 19),
    "min_cell_conversations": (16, 14),
    "min_cell_users": (6, 4),
    "min_vocabulary_users": (6, 4),
    "max_quarantine_share": (0.1, 0.3),
    "min_audit_rating": (4, 2),
    "max_facet_characters": (500, 700),
    "max_shared_words": (6, 8),
    "vocabulary": ("all", "rare"),
    "detectors_off": ((), ("phone", "iban")),
    "min_detector_score": (0.4, 0.6),
    "extra_detectors": (("mine:staff", "mine:ships"), ()),
    "allowed_names": ((), ("Paris", "Berlin")),
    "extractive_analysts": ((), ("local", "other")),
}
BETWEEN = {
    "detectors_off": ("phone",),
    "min_detector_score": 0.5,
    "extra_detectors": ("mine:staff",),
    "allowed_names": ("Paris",),
}


def holds_under(made: PrivacyPolicy, in_force: PrivacyPolicy) -> bool:
    return not tightened(made, in_force)


def test_every_direction_is_tried_when_these_tests_run() -> None:
    untried = set(NOTES) - set(STRICTER_AND_LOOSER)
    assert untried == {"version", "rounding", "retention_days", "example_conversations"}


@pytest.mark.parametrize("field", STRICTER_AND_LOOSER)
def test_seal_is_void_when_the_policy_in_force_is_stricter(field: str) -> None:
    stricter, looser = STRICTER_AND_LOOSER[field]
    # all words need support: then it does not matter whom by_analyst takes for extractive
    made = PrivacyPolicy.model_validate({"vocabulary": "all"} | BETWEEN)
    if field == "vocabulary":
        made = PrivacyPolicy.model_validate({"vocabulary": "by_analyst"} | BETWEEN)
    in_force = made.model_copy(update={field: stricter})
    assert tightened(made, in_force) == (field,)
    assert not holds_under(made, in_force)
    assert holds_under(made, made.model_copy(update={field: looser}))


@pytest.mark.parametrize("base", [1, 10])
def test_seal_is_void_when_sizes_are_rounded_to_another_base(base: int) -> None:
    assert tightened(PrivacyPolicy(), PrivacyPolicy(rounding=base)) == ("rounding",)


def test_seal_holds_when_only_version_retention_or_order_changed() -> None:
    made = PrivacyPolicy(allowed_names=("a", "b"))
    in_force = PrivacyPolicy(
        version=2, retention_days=3, example_conversations=4, allowed_names=("b", "a")
    )
    assert holds_under(made, in_force)


@pytest.mark.parametrize("now", [(), ("local", "other")])
def test_seal_is_void_when_by_analyst_asks_something_else_of_an_analyst(
    now: tuple[str, ...],
) -> None:
    # more extractive analysts: more may quote, but more need support for every word
    assert tightened(PrivacyPolicy(), PrivacyPolicy(extractive_analysts=now)) == (
        "extractive_analysts",
    )


POLICIES = st.builds(
    PrivacyPolicy,
    min_users=st.integers(1, 3),
    max_quarantine_share=st.sampled_from([0.1, 0.2]),
    vocabulary=st.sampled_from(["by_analyst", "all", "rare"]),
    extractive_analysts=st.sampled_from([(), ("local",), ("other",), ("local", "other")]),
    detectors_off=st.sampled_from([(), ("phone",), ("phone", "iban")]),
    extra_detectors=st.sampled_from([(), ("mine:staff",)]),
    rounding=st.sampled_from([1, 5]),
)


@given(POLICIES, POLICIES, POLICIES)
@settings(max_examples=300, deadline=None)
def test_holding_is_an_order_when_policies_follow_one_another(
    first: PrivacyPolicy, second: PrivacyPolicy, third: PrivacyPolicy
) -> None:
    assert holds_under(first, first)
    if holds_under(first, second) and holds_under(second, third):
        assert holds_under(first, third)
