import json
from typing import Any

import pytest

from clio_assets.sources.formats.otel import numbered
from clio_assets.sources.formats.otel.item import Item, Told
from clio_assets.sources.formats.protocol import Malformed
from tests.fakes.telemetry import flattened

ASKED: list[Any] = [
    {"role": "system", "content": "canary"},
    {"role": "user", "content": "Which trains go?"},
    {"role": "assistant", "tool_calls": [{"name": "timetable", "arguments": "canary"}]},
    {"role": "tool", "content": "canary", "tool_call_id": "c"},
    {"role": "user", "content": json.dumps([{"type": "text", "text": "And?"}, {"type": "image"}])},
]
ANSWERED: list[Any] = [
    {"role": "assistant", "content": "At noon.", "finish_reason": "stop"},
    {"role": "assistant", "content": "Never."},
]
TURNS = (
    ("system", "[system prompt]"),
    ("user", "Which trains go?"),
    ("assistant", "[tool call: timetable]"),
    ("tool", "[tool result]"),
    ("user", "And?\n[image]"),
)
ANSWER = (("assistant", "At noon."),)


def attributes(asked: str = "gen_ai.prompt", answered: str = "gen_ai.completion") -> dict[str, Any]:
    return dict(flattened(ASKED, asked)) | dict(flattened(ANSWERED, answered))


def read(told: dict[str, Any], dropped: int = 0) -> Told | None:
    return numbered.read(Item("span", told, dropped=dropped))


@pytest.mark.parametrize(
    "told",
    [
        attributes(),
        attributes("llm.prompts", "llm.completions"),
        {"gen_ai.prompt": json.dumps(ASKED), "gen_ai.completion": json.dumps(ANSWERED)},
    ],
    ids=["now", "before", "whole"],
)
def test_messages_are_turns_when_each_value_has_a_key(told: dict[str, Any]) -> None:
    assert read(told) == Told(TURNS, ANSWER)


def test_turns_are_those_of_a_completion_when_no_role_is_named() -> None:
    told = {"llm.prompts.0.content": "Say when.", "llm.completions.0.content": "At noon."}
    assert read(told) == Told((("user", "Say when."),), ANSWER)
    assert read({"gen_ai.prompt": "Say when."}) == Told((("user", "Say when."),))


def test_a_call_is_read_when_it_is_an_old_one() -> None:
    told = {
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "hi",
        "gen_ai.completion.0.function_call.name": "timetable",
    }
    assert read(told) == Told((("user", "hi"),), (("assistant", "[tool call: timetable]"),))


@pytest.mark.parametrize("gone", [2, 3, 4, 5])
def test_rest_counts_when_the_oldest_attributes_were_dropped(gone: int) -> None:
    left = dict(list(attributes().items())[gone:])
    told = read(left, dropped=gone)
    assert told is not None
    assert told.losses == {"oldest_turns_dropped"}
    assert told.asked == TURNS[(gone + 1) // 2 :]
    assert told.answer == ANSWER


def test_user_turn_stays_when_nothing_of_it_was_kept() -> None:
    told = read({"gen_ai.prompt.0.role": "user", "gen_ai.completion.0.content": "At noon."})
    lost = frozenset(("message_left_empty",))
    assert told == Told((("user", "[other content]"),), ANSWER, lost)


def test_reason_is_told_when_a_role_is_unknown() -> None:
    with pytest.raises(Malformed, match="role_unknown"):
        read({"gen_ai.prompt.0.role": "canary", "gen_ai.prompt.0.content": "canary"})


@pytest.mark.parametrize("told", [{}, {"gen_ai.prompt": ""}, {"gen_ai.prompts.0.role": "user"}])
def test_nothing_is_told_when_the_attributes_are_others(told: dict[str, Any]) -> None:
    assert read(told) is None
