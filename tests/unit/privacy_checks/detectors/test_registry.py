"""Finding, masking and combining."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from privacy_checks.detectors import (
    ALL,
    Hit,
    Registry,
    Trigger,
    find,
    has_hit,
    mask,
)
from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.language.normalise import normalise

WITHOUT_DIGIT_RUN = ALL.without("digit_run")
PIECES = st.sampled_from(
    [
        "jane@example.org", "4111 1111 1111 1111", "DE89370400440532013000", "+49 170 1234567",
        "123-45-6789", "203.0.113.7", "[phone]", "[e-mail]", "[", "]", "at", "dot", "com", "born",
        "1.2.1990", "12 Main Street", "１２３４", "\u200b", "@", "@jane", "//", "https://",
        "x.com/", "password is", "hunter2", "plate", "AB 123", "five", "six", ".", ",", "-",
        "+", "0", "7", "ﬁ", "é", "市", "°", "N", ":", "=", "?token=", "(", ")", "\n", " ", "  ",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="019 .-+@:/()[]aAx°'\"#\u200b１", max_size=60),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=14).map(" ".join),
)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(TEXTS)
@example("1.2.3.4.5.6.7.8@x.com")
@example("[phone]1234[phone]@a.de")
def test_nothing_is_found_when_a_text_was_masked(text: str) -> None:
    masked = mask(text)
    assert find(masked) == []
    assert not has_hit(masked)
    assert mask(masked) == masked


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_hits_are_in_order_and_apart_when_any_text_is_given(text: str) -> None:
    hits = find(text)
    assert has_hit(text) == bool(hits)
    position = 0
    for hit in hits:
        assert position <= hit.start < hit.end <= len(text)
        assert hit.kind in ALL.kinds
        position = hit.end


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_trigger_agrees_when_a_detector_finds_something(text: str) -> None:
    view = normalise(text).text
    for detector in ALL.detectors:
        if list(detector.find(view)):
            assert len(re.findall("[0-9]", view)) >= detector.trigger.min_digits
            parts = detector.trigger.any_of
            assert not parts or any(part in view.lower() for part in parts)


def test_overlapping_hits_are_one_when_detectors_agree_on_a_place() -> None:
    text = "https://jane:secret@example.org/x"
    assert find(text) == [Hit("url", 0, len(text), 0.96)]


def test_surest_kind_names_the_hit_when_several_overlap() -> None:
    assert [hit.kind for hit in find("4111 1111 1111 1111")] == ["payment_card"]
    assert [hit.kind for hit in find("DE89370400440532013000")] == ["iban"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail jane@example.org or call +49 170 1234567", "mail [e-mail] or call [phone]"),
        ("a１２３４b", "a[number]b"),
        ("5\u200b5\u200b5\u200b5", "[number]"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_placeholders_stand_for_hits_when_a_text_is_masked(text: str, expected: str) -> None:
    assert mask(text) == expected


def test_years_stay_when_digit_run_is_left_out() -> None:
    assert WITHOUT_DIGIT_RUN.mask("in 1999, jane@example.org") == "in 1999, [e-mail]"
    assert set(ALL.kinds) - set(WITHOUT_DIGIT_RUN.kinds) == {"digit_run"}


def test_placeholder_of_a_left_out_kind_is_no_hit_when_text_was_masked_by_all() -> None:
    assert WITHOUT_DIGIT_RUN.find(mask("jane 4711")) == []


def badge(word: str = "badge") -> PatternDetector:
    """An operator's own detector, run where a text holds a word."""
    trigger = Trigger(any_of=(word,))
    return PatternDetector("badge", "[badge]", re.compile("badge [a-z]{3}"), 1.0, trigger)


def test_own_detector_is_used_when_the_registry_is_extended() -> None:
    extended = ALL.extended(badge())
    assert extended.mask("badge xyz, jane@example.org") == "[badge], [e-mail]"
    assert ALL.find("badge xyz") == []


def test_own_detector_is_not_asked_when_its_trigger_is_absent() -> None:
    assert ALL.extended(badge("token")).find("badge xyz") == []


def test_placeholders_stay_whole_when_an_own_detector_finds_across_them() -> None:
    class Greedy:
        name, placeholder, trigger = "all", "[all]", Trigger()

        def find(self, text: str) -> Iterator[Hit]:
            yield Hit("all", 0, len(text), 1.0)

    registry = ALL.extended(Greedy())
    assert registry.mask("one [phone] two") == "[all][phone][all]"


def test_registry_is_refused_when_two_detectors_have_one_name() -> None:
    with pytest.raises(ValueError, match="same name"):
        ALL.extended(badge(), badge())


@pytest.mark.parametrize("placeholder", ["badge", "[badge 1]", "[]", "[a@b]"])
def test_registry_is_refused_when_a_placeholder_could_be_a_hit(placeholder: str) -> None:
    detector = PatternDetector("badge", placeholder, re.compile("x"), 1.0, Trigger())
    with pytest.raises(ValueError, match="placeholder"):
        Registry([detector])
