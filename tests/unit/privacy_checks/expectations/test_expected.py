"""Expectations as data: what they say, and what cannot be said."""

import json
from importlib import import_module

import pytest

from privacy_checks.expectations.expected import between, no_personal_data
from privacy_checks.policy.model import PrivacyPolicy

GATES = ("conversations", "facets", "embeddings", "clusters", "hierarchy")


@pytest.mark.parametrize("bounds", [{}, {"at_most": 1, "less_than": 2}])
def test_between_is_refused_when_its_bounds_say_nothing_or_too_much(
    bounds: dict[str, float],
) -> None:
    with pytest.raises(ValueError, match="bound"):
        between("a", **bounds)


def test_bound_of_zero_is_kept_when_it_is_given() -> None:
    assert between("a", at_least=0, less_than=0).parameters == {
        "column": "a",
        "min_value": 0,
        "max_value": 0,
        "strict_max": True,
    }


def test_detectors_are_those_of_the_policy() -> None:
    policy = PrivacyPolicy(detectors_off=("email",), min_detector_score=0.5)
    assert no_personal_data("text", policy).parameters == {
        "column": "text",
        "kinds_off": ["email"],
        "min_score": 0.5,
        "extra_detectors": [],
    }


@pytest.mark.parametrize("stage", GATES)
def test_suite_has_an_expectation_for_every_check_and_is_json(stage: str) -> None:
    gate = import_module(f"privacy_checks.gates.{stage}")
    suite = gate.suite(PrivacyPolicy())
    assert list(suite) == ["columns", *gate.RULES]
    assert [check for check, found in suite.items() if not found] == []
    for one in (one for found in suite.values() for one in found):
        assert json.loads(json.dumps(dict(one.parameters))) == dict(one.parameters)


def test_suite_follows_the_policy_when_it_asks_for_more() -> None:
    gate = import_module("privacy_checks.gates.clusters")
    found = gate.suite(PrivacyPolicy(min_users=77, min_conversations=88))["thresholds"]
    asked = [one.parameters.get("min_value", one.parameters.get("min_users")) for one in found]
    assert sorted(asked) == [77, 77, 88]
