"""Expectations as data: what they say, and what cannot be said."""

import json
from importlib import import_module

import pytest

from privacy_checks.expectations.expected import between, no_personal_data
from privacy_checks.policy.model import PrivacyPolicy

#: Each gate's checks that only count and compare, and expect nothing of a column.
COUNTED = {
    "conversations": {"users"},
    "facets": {
        "carried",
        "categories",
        "quarantine",
        "shared_words",
        "conversation_personal_data",
    },
    "embeddings": {"blank_texts"},
    "clusters": {"users"},
    "hierarchy": {"sizes", "users", "top_level"},
    "slices": {"membership", "beside"},
    "audited_summaries": {"own_texts", "sizes", "parents", "nesting", "derivable", "beside"},
    "published_insights": {"copies", "usage"},
}


def test_between_is_refused_when_it_has_no_bound() -> None:
    with pytest.raises(ValueError, match="bound"):
        between("a")


def test_bound_of_zero_is_kept_when_it_is_given() -> None:
    assert between("a", at_least=0, at_most=0).parameters == {
        "column": "a",
        "min_value": 0,
        "max_value": 0,
    }


def test_detectors_are_those_of_the_policy() -> None:
    policy = PrivacyPolicy(detectors_off=("email",), min_detector_score=0.5)
    assert no_personal_data("text", policy).parameters == {
        "column": "text",
        "kinds_off": ["email"],
        "min_score": 0.5,
        "extra_detectors": [],
    }


@pytest.mark.parametrize("stage", COUNTED)
def test_suite_has_expectations_for_every_check_of_columns_and_is_json(stage: str) -> None:
    gate = import_module(f"privacy_checks.gates.{stage}")
    suite = gate.suite(PrivacyPolicy())
    assert list(suite) == ["columns", *gate.RULES]
    assert {check for check, found in suite.items() if not found} == COUNTED[stage]
    for one in (one for found in suite.values() for one in found):
        assert json.loads(json.dumps(dict(one.parameters))) == dict(one.parameters)


def test_suite_follows_the_policy_when_it_asks_for_more() -> None:
    gate = import_module("privacy_checks.gates.clusters")
    found = gate.suite(PrivacyPolicy(min_users=77, min_conversations=88))["thresholds"]
    asked = [one.parameters.get("min_value", one.parameters.get("min_users")) for one in found]
    assert sorted(asked) == [77, 77, 88]
