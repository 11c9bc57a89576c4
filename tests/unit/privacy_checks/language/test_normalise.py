"""One spelling, and the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.language.normalise import MASKED, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("１２３", "123"),
        ("١٢٣ ۴۵ ७८", "123 45 78"),
        ("𝟏𝟐𝟑", "123"),
        ("①②", "12"),
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("1\ufe0f\u20e32\ufe0f\u20e3", "12"),
        ("＠ ． ：", "@ . :"),
        ("a\u00a0b\u2009c", "a b c"),
        ("1–2—3‑4−5", "1-2-3-4-5"),
        ("it’s “so”", 'it\'s "so"'),
        ("ﬁne", "fine"),
        ("Grüße Привет 你好", "Grüße Привет 你好"),
        (f"a{MASKED}b\x00c", "a b c"),
    ],
)
def test_text_is_spelled_in_one_way_when_there_are_several(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("call １２３ now", "123", "１２３"),
        ("call 1\u200b2\u200b3 now", "123", "1\u200b2\u200b3"),
        ("ﬁrst ﬁ 12", "12", "12"),
        ("\u200b\u200babc", "abc", "abc"),
        ("oﬀice", "ff", "ﬀ"),
    ],
)
def test_original_characters_are_named_when_the_spelling_changed(
    text: str, part: str, original: str
) -> None:
    view = normalise(text)
    at = view.text.index(part)
    start, end = view.span(at, at + len(part))
    assert text[start:end] == original


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_every_span_lies_in_the_original_when_any_text_is_given(text: str) -> None:
    view = normalise(text)
    for at in range(len(view.text)):
        start, end = view.span(at, at + 1)
        assert 0 <= start < end <= len(text)


@settings(derandomize=True, deadline=None)
@given(st.text())
def test_nothing_changes_when_a_text_is_normalised_again(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
