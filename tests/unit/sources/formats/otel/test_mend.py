import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clio_assets.sources.formats.otel.mend import structured
from clio_assets.sources.formats.protocol import Malformed

WHOLE = [
    {
        "role": "user",
        "parts": [{"type": "text", "content": 'so "this" [is] {it} \\ \u2028 \U0001f600'}],
    },
    {"role": "assistant", "parts": [{"type": "text", "content": "yes"}, {"type": "image"}]},
]


@pytest.mark.parametrize("value", [5, None, [1], {"a": 1}, "text", "", "(text)", 2.5])
def test_other_values_stay_as_they_are_when_they_are_no_json_text(value: Any) -> None:
    assert structured(value) == (value, False)


def test_json_text_is_read_when_it_is_whole() -> None:
    assert structured(f" {json.dumps(WHOLE)}") == (WHOLE, False)


@pytest.mark.parametrize(
    ("cut", "left"),
    [
        ('[{"role": "user", "content": "Which trai', [{"role": "user", "content": "Which trai"}]),
        ('[{"role": "user", "content": "a\\', [{"role": "user", "content": "a"}]),
        ('[{"role": "user", "content": "a\\u00', [{"role": "user", "content": "a"}]),
        ('[{"role": "user", "content": "a\\\\', [{"role": "user", "content": "a\\"}]),
        ('[{"a": 1}, {"rol', [{"a": 1}, {}]),
        ('[{"a": 1}, {"role":', [{"a": 1}, {}]),
        ('[{"a": 1}, {"role": "user"', [{"a": 1}, {"role": "user"}]),
        ('[{"a": [1, 2], "b": tru', [{"a": [1, 2]}]),
        ('[{"a": 1},', [{"a": 1}]),
        ("[", []),
        ("{", {}),
        ('[{"rol', [{}]),
        ("[note] all of it", []),
        ("[}", []),
    ],
)
def test_what_is_left_is_read_when_the_text_was_cut(cut: str, left: object) -> None:
    assert structured(cut) == (left, True)


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_whole_messages_are_kept_when_the_text_ends_anywhere(ensure_ascii: bool) -> None:
    text = json.dumps(WHOLE, ensure_ascii=ensure_ascii)
    second = text.index('{"role": "assistant"')
    for end in range(1, len(text)):
        found, cut = structured(text[:end])
        assert cut
        assert isinstance(found, list)
        if end > second:
            assert found[0] == WHOLE[0]


def test_text_is_malformed_when_it_is_nested_without_end() -> None:
    with pytest.raises(Malformed, match="nested_too_deeply"):
        structured("[" * 100_000 + "]" * 100_000)


@given(st.text(alphabet='[]{}",:\\ua1', max_size=40))
def test_some_answer_is_given_when_the_text_is_any(text: str) -> None:
    found, cut = structured("[" + text)
    assert cut or found is not None
