import json
from typing import Any

import pytest

from clio_assets.sources.formats import otel
from clio_assets.sources.formats.otel import openinference
from clio_assets.sources.formats.otel.item import Item, Told
from clio_assets.sources.formats.protocol import Malformed, Piece
from tests.fakes.grouped import pieces_of
from tests.fakes.telemetry import flattened, request, span

LLM = {"openinference.span.kind": "LLM"}
TOOL = {"tool_call": {"function": {"name": "timetable", "arguments": "canary"}}}


def said(role: str, content: str | None = None, **more: object) -> dict[str, Any]:
    text = {} if content is None else {"content": content}
    return {"message": {"role": role, **text, **more}}


def block(kind: str, text: str | None = None, **more: object) -> dict[str, Any]:
    shown = {} if text is None else {"text": text}
    return {"message_content": {"type": kind, **shown}, **more}


ASKED = [
    said("system", "canary"),
    said("user", "Which trains go?"),
    said(
        "assistant",
        contents=[block("text", "Let me look."), block("tool_use", **TOOL)],
        tool_calls=[TOOL],
    ),
    said("tool", "canary", tool_call_id="c"),
    said("user", contents=[block("text", "And this?"), block("image", image="canary")]),
]
ANSWERED = [said("assistant", contents=[block("reasoning", "canary"), block("text", "At noon.")])]
TURNS = (
    ("system", "[system prompt]"),
    ("user", "Which trains go?"),
    ("assistant", "Let me look.\n[tool call: timetable]"),
    ("tool", "[tool result]"),
    ("user", "And this?\n[image]"),
)
ANSWER = (("assistant", "At noon."),)


def attributes(asked: list[Any] = ASKED, answered: list[Any] = ANSWERED) -> dict[str, Any]:
    return dict(flattened(asked, "llm.input_messages")) | dict(
        flattened(answered, "llm.output_messages")
    )


def with_dots(message: dict[str, Any]) -> dict[str, Any]:
    """A message as Phoenix's table holds it: keys with dots in lists of objects."""
    return {
        f"{outer}.{key}": [with_dots(v) for v in value] if isinstance(value, list) else value
        for outer, inner in message.items()
        for key, value in (inner.items() if isinstance(inner, dict) else [("", inner)])
    }


def read(told: dict[str, Any], dropped: int = 0) -> Told | None:
    return openinference.read(Item("span", told, dropped=dropped))


@pytest.mark.parametrize(
    "told",
    [
        attributes(),
        {"llm.input_messages": ASKED, "llm.output_messages": ANSWERED},
        {"llm": {"input_messages": ASKED, "output_messages": json.dumps(ANSWERED)}},
    ],
    ids=["flattened", "lists", "nested"],
)
def test_messages_are_turns_when_they_are_written(told: dict[str, Any]) -> None:
    assert read(told) == Told(TURNS, ANSWER)


def test_messages_are_turns_when_their_keys_have_dots() -> None:
    asked = [with_dots(message) for message in ASKED[:2]]
    calls = [{"tool_call.function.name": "timetable"}]
    asked.append({"message.role": "assistant", "message.tool_calls": calls})
    told = read({"llm.input_messages": asked})
    assert told == Told((*TURNS[:2], ("assistant", "[tool call: timetable]")))


@pytest.mark.parametrize(
    ("message", "turn"),
    [
        (said("assistant", function_call_name="timetable"), "[tool call: timetable]"),
        (said("assistant", contents=[block("tool_use", **TOOL)]), "[tool call: timetable]"),
        (said("assistant", "x", contents=[{"message_content": {"text": "y"}}]), "y"),
        (said("assistant", contents=[block("video")]), "[video]"),
        (said("assistant", contents=[{"message_content": {"id": 5}}]), "[other content]"),
        (said("assistant", "None"), "None"),
    ],
)
def test_message_is_read_when_it_is_written_otherwise(message: dict[str, Any], turn: str) -> None:
    told = read(attributes([said("user", "hi"), message], []))
    assert told is not None
    assert told.asked[1:] == (("assistant", turn),)


@pytest.mark.parametrize("turns", [61, 151])
def test_rest_counts_when_a_span_kept_128_attributes(turns: int) -> None:
    long = [said("system", "canary")]
    for number in range(turns - 1):
        long += [said("user", f"question {number}"), said("assistant", f"answer {number}")]
    every = {"input.value": "x", **attributes([*long, said("user", "last")])} | LLM
    left = dict(list(every.items())[-128:])
    told = read(left, dropped=len(every) - 128)
    assert told is not None
    assert told.losses == {"oldest_turns_dropped"}
    assert told.asked[-1] == ("user", "last")
    assert 60 <= len(told.asked) <= 64
    unaware = read(left)  # the console does not write how many were dropped
    assert unaware == told


def test_nothing_is_lost_when_number_0_is_left_to_a_prompt() -> None:
    told = {
        "llm.input_messages.1.message.role": "user",
        "llm.input_messages.1.message.content": "x",
    }
    assert read(told) == Told((("user", "x"),))


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        (
            json.dumps({"system": "canary", "messages": [{"role": "user", "content": "hi"}]}),
            json.dumps({"content": [{"type": "text", "text": "At noon."}]}),
            Told((("system", "[system prompt]"), ("user", "hi")), ANSWER),
        ),
        (
            {"messages": [{"role": "user", "content": "hi"}]},
            {"choices": [{"message": {"role": "assistant", "content": "At noon."}}]},
            Told((("user", "hi"),), ANSWER),
        ),
        ("hi", "At noon.", Told((("user", "hi"),), ANSWER)),
        ("hi", None, Told((("user", "hi"),))),
        ("__REDACTED__", "At noon.", Told(losses=frozenset(("content_redacted",)))),
    ],
)
def test_request_and_response_count_when_messages_are_missing(
    asked: object, answered: object, expected: Told
) -> None:
    values = {"input.value": asked, "output.value": answered}
    assert read(LLM | values) == expected
    assert read(values) is None  # a chain's input may be anything
    assert read({"openinference.span.kind": "CHAIN"} | values) is None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"input.value": "", "output.value": None},
        {"input.value": '{"a": 1}', "input.mime_type": "application/json"},
    ],
)
def test_nothing_is_told_when_a_call_has_no_values(values: dict[str, Any]) -> None:
    assert read(LLM | values) is None


def test_answer_is_left_out_when_it_was_redacted() -> None:
    told = read(attributes(ASKED, [said("assistant", "__REDACTED__")]))
    assert told == Told(TURNS, (), frozenset(("content_redacted",)))
    told = read(attributes([said("user", "__REDACTED__")]))
    assert told == Told((), ANSWER, frozenset(("content_redacted",)))


def test_user_turn_stays_when_nothing_of_it_was_kept() -> None:
    told = read(attributes([said("user")]))
    lost = frozenset(("message_left_empty",))
    assert told == Told((("user", "[other content]"),), ANSWER, lost)
    assert read(attributes([said("user", ""), said("user", "hi")])) == Told(
        (("user", "hi"),), ANSWER
    )


def test_reason_is_told_when_a_message_has_no_role() -> None:
    with pytest.raises(Malformed, match="role_unknown"):
        read({"llm.input_messages.0.message.content": "canary"})


def test_ids_and_labels_are_read_when_the_context_set_them() -> None:
    context = {
        "user.id": "user-1",
        "session.id": "session-1",
        "metadata": json.dumps({"plan": "free", "note": "canary\n"}),
        "tag.tags": ["web", "canary\n"],
        "llm.model_name": "model-1",
        "llm.token_count.prompt": 40,
        "llm.cost.total": 0.5,
    }
    (piece,) = pieces_of(otel, request(span(LLM | context | attributes())))
    assert isinstance(piece, Piece)
    assert (piece.user_id, piece.conversation_id) == ("user-1", "session-1")
    assert piece.attributes == {
        "product": "trains",
        "plan": "free",
        "tags": ["web"],
        "model": "model-1",
        "input_tokens": 40,
        "cost_usd": 0.5,
        "error": False,
        "latency_seconds": 2.0,
    }
