from typing import Any

import pytest

from clio_assets.sources.formats.otel.tree import listed, numbered, whole
from tests.fakes.telemetry import flattened

MESSAGES = [
    {"role": "user", "parts": [{"text": "a"}, {"text": "b"}], "more": {"x": {"y": 1}}},
    {"role": "assistant", "calls": [{"function": {"name": "n"}}]},
]


def test_messages_are_those_that_were_flattened_when_they_are_put_together() -> None:
    attributes = dict(flattened(MESSAGES, "gen_ai.prompt"))
    assert numbered(attributes, "gen_ai.prompt") == list(enumerate(MESSAGES))


def test_order_is_that_of_the_numbers_when_there_are_more_than_ten() -> None:
    many: list[Any] = [{"role": str(n)} for n in range(12)]
    attributes = dict(reversed(list(flattened(many, "p"))))
    assert numbered(attributes, "p") == list(enumerate(many))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"p.3.role": "user"}, [(3, {"role": "user"})]),
        ({"p.0": "text", "p.x.role": "user", "pp.0.role": "user"}, []),
        ({"p.0": "text", "p.0.role": "user"}, [(0, {"role": "user"})]),
        ({"p.0.role": "user", "p.0.role.x": 1}, [(0, {"role": {"x": 1}})]),
        (
            {"p": [{"role": "user"}, 5, '{"role": "tool"}']},
            [(0, {"role": "user"}), (2, {"role": "tool"})],
        ),
        ({"p": '[{"role": "user"}]'}, [(0, {"role": "user"})]),
        ({"p": "text"}, []),
        ({"p." + "0." * 3000 + "x": 1}, [(0, [])]),
        ({}, []),
    ],
)
def test_messages_are_found_when_attributes_are_odd(
    attributes: dict[str, Any], expected: list[Any]
) -> None:
    found = numbered(attributes, "p")
    if expected == [(0, [])]:
        assert found == []  # a list is no message, however deep
        return
    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [([{"a": 1}, 5], [{"a": 1}]), ('[{"a": 1}]', [{"a": 1}]), ("text", []), (None, []), ({}, [])],
)
def test_listed_gives_nothing_when_there_is_no_list(value: object, expected: list[Any]) -> None:
    assert listed(value) == expected


@pytest.mark.parametrize(
    ("messages", "is_full", "kept", "dropped"),
    [
        ([(0, "u"), (1, "a")], True, "ua", False),
        ([(1, "u"), (2, "a")], False, "ua", False),  # number 0 is left to a prompt
        ([(1, "u"), (2, "a")], True, "ua", True),
        ([(7, "u"), (8, "a")], False, "ua", True),
        ([(7, ""), (8, "a")], True, "a", True),
        ([(0, ""), (1, "u")], False, "u", True),
        ([(0, ""), (1, "")], False, " ", False),
        ([], True, "", False),
    ],
)
def test_rest_of_a_message_is_left_out_when_its_role_was_dropped(
    messages: list[tuple[int, str]], is_full: bool, kept: str, dropped: bool
) -> None:
    given: list[Any] = [(number, {"role": role}) for number, role in messages]
    found, lost = whole(given, lambda message: bool(message["role"]), is_full)
    expected = ["", ""] if kept == " " else list(kept)
    assert [message["role"] for message in found] == expected
    assert lost is dropped
