"""The detectors that a policy asks for."""

import re
import sys
import types
from collections.abc import Iterator

import pytest

from privacy_checks.detectors import ALL, Trigger, registry_of
from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.policy.model import PolicyError, PrivacyPolicy

TEXT = "badge xyz, jane@example.org, +49 170 1234567, @jane_doe, in 1999"


def badge(name: str = "badge", placeholder: str = "[badge]") -> PatternDetector:
    return PatternDetector(name, placeholder, re.compile("badge [a-z]{3}"), 0.9, Trigger())


class Badge:
    name, placeholder, trigger = "badge", "[badge]", Trigger()

    def find(self, text: str) -> Iterator[object]:
        return badge().find(text)


def refuses() -> Badge:
    raise FileNotFoundError("the folder of the model does not exist")


class NoFind:
    name, placeholder, trigger = "badge", "[badge]", Trigger()


class NoTrigger(Badge):
    trigger = None


@pytest.fixture
def operators(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of an operator's own."""
    module = types.ModuleType("operators_detectors")
    members = {
        "instance": badge(),
        "Class": Badge,
        "factory": badge,
        "refuses": refuses,
        "needs_more": lambda model: badge(),
        "number": 7,
        "no_find": NoFind,
        "no_trigger": NoTrigger(),
        "odd_name": badge("The Badge"),
        "odd_placeholder": badge("badge", "[badge 1]"),
        "second_phone": badge("phone"),
    }
    for name, value in members.items():
        setattr(module, name, value)
    monkeypatch.setitem(sys.modules, module.__name__, module)


def found(policy: PrivacyPolicy, text: str = TEXT) -> set[str]:
    return {hit.kind for hit in registry_of(policy).find(text)}


def test_every_kind_is_looked_for_when_the_policy_is_the_default() -> None:
    assert registry_of(PrivacyPolicy()).kinds == ALL.kinds
    assert found(PrivacyPolicy()) == {"email", "phone", "handle", "digit_run"}


def test_a_kind_is_not_looked_for_when_it_is_switched_off() -> None:
    policy = PrivacyPolicy(detectors_off=("handle", "digit_run"))
    assert found(policy) == {"email", "phone"}


def test_placeholder_is_no_hit_when_its_kind_is_switched_off() -> None:
    registry = registry_of(PrivacyPolicy(detectors_off=("email",)))
    assert "[e-mail]" in registry.placeholders
    assert registry.find("[e-mail]@[handle]") == []


@pytest.mark.parametrize(
    ("score", "kinds"),
    [
        (0.0, {"email", "phone", "handle", "digit_run"}),
        (0.1, {"email", "phone", "handle", "digit_run"}),
        (0.6, {"email", "phone", "handle"}),
        (0.7, {"email", "phone"}),
        (0.92, {"email"}),
        (1.0, set()),
    ],
)
def test_hits_are_ignored_when_they_are_below_the_least_score(
    score: float, kinds: set[str]
) -> None:
    policy = PrivacyPolicy(min_detector_score=score)
    registry = registry_of(policy)
    assert found(policy) == kinds
    assert registry.has_hit(TEXT) == bool(kinds)
    assert registry.find(registry.mask(TEXT)) == []


def test_least_score_is_kept_when_a_registry_is_changed() -> None:
    registry = registry_of(PrivacyPolicy(min_detector_score=0.92))
    assert registry.extended(badge()).without("iban").min_score == 0.92


@pytest.mark.usefixtures("operators")
@pytest.mark.parametrize("name", ["instance", "Class", "factory"])
def test_own_detector_is_used_when_the_policy_names_it(name: str) -> None:
    policy = PrivacyPolicy(extra_detectors=(f"operators_detectors:{name}",))
    assert found(policy) == {"badge", "email", "phone", "handle", "digit_run"}
    assert registry_of(policy).mask("badge xyz") == "[badge]"


@pytest.mark.usefixtures("operators")
def test_own_detector_replaces_another_when_that_is_switched_off() -> None:
    policy = PrivacyPolicy(
        detectors_off=("phone",), extra_detectors=("operators_detectors:second_phone",)
    )
    assert [hit.kind for hit in registry_of(policy).find("badge xyz")] == ["phone"]


@pytest.mark.usefixtures("operators")
@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("operators_detectors", "module:name"),
        (":name", "module:name"),
        ("no_such_module_here:name", "cannot be loaded"),
        ("operators_detectors:absent", "cannot be loaded"),
        ("operators_detectors:refuses", "the folder of the model does not exist"),
        ("operators_detectors:needs_more", "cannot be made"),
        ("operators_detectors:number", "no `find`"),
        ("operators_detectors:no_find", "no `find`"),
        ("operators_detectors:no_trigger", "no Trigger"),
        ("operators_detectors:odd_name", "snake_case"),
        ("operators_detectors:odd_placeholder", "placeholder"),
        ("operators_detectors:second_phone", "same name"),
    ],
)
def test_policy_is_refused_when_an_own_detector_cannot_be_used(entry: str, reason: str) -> None:
    with pytest.raises(PolicyError, match=reason) as refusal:
        registry_of(PrivacyPolicy(extra_detectors=(entry,)))
    assert entry in str(refusal.value)


def test_policy_is_refused_when_it_switches_off_an_unknown_kind() -> None:
    with pytest.raises(PolicyError, match=r"unknown kinds.*: shoe_size; known are digit_run"):
        registry_of(PrivacyPolicy(detectors_off=("shoe_size", "email")))


def test_registry_is_made_once_when_two_policies_are_equal() -> None:
    first = registry_of(PrivacyPolicy(detectors_off=("email",)))
    assert registry_of(PrivacyPolicy(detectors_off=("email",))) is first
