import json
from typing import Any

import pytest

from clio_assets.sources.formats import otel
from clio_assets.sources.formats.otel import messages_one_by_one
from clio_assets.sources.formats.protocol import Aside, Piece
from tests.fakes.grouped import Talk, pieces_of, talks
from tests.fakes.telemetry import STARTED, event, log, logs, request, span

CALL = {"function": {"name": "timetable", "arguments": "canary"}, "id": "c", "type": "function"}
TURNS = (
    ("system", "[system prompt]"),
    ("user", "Which trains go?"),
    ("assistant", "[tool call: timetable]"),
    ("tool", "[tool result]"),
    ("user", "And back?"),
    ("assistant", "At six."),
)
MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("gen_ai.system.message", {"content": "canary"}),
    ("gen_ai.user.message", {"content": "Which trains go?"}),
    ("gen_ai.assistant.message", {"tool_calls": [CALL]}),
    ("gen_ai.tool.message", {"content": "canary", "id": "c"}),
    ("gen_ai.user.message", {"content": "And back?"}),
    ("gen_ai.choice", {"index": 0, "message": {"role": "assistant", "content": "At six."}}),
]


def in_attributes(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return event(name, {key: json.dumps(v) if key != "content" else v for key, v in body.items()})


def in_one_attribute(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return event(name, {"gen_ai.system": "s", "gen_ai.event.content": json.dumps(body)})


def only(record: dict[str, Any]) -> Piece:
    (piece,) = pieces_of(otel, record)
    assert isinstance(piece, Piece)
    return piece


@pytest.mark.parametrize("written", [in_attributes, in_one_attribute])
def test_call_is_read_when_its_messages_are_events_of_the_span(written: Any) -> None:
    piece = only(request(span({}, events=[written(*message) for message in MESSAGES])))
    assert (piece.kind, piece.messages, piece.losses) == ("cumulative", TURNS, ())


@pytest.mark.parametrize("named", ["eventName", "event.name"])
def test_call_is_one_piece_when_its_messages_are_log_records(named: str) -> None:
    records = [
        log(name, body) if named == "eventName" else log("", body, {named: name})
        for name, body in MESSAGES
    ]
    piece = only(logs(*records))
    assert (piece.kind, piece.messages) == ("cumulative", TURNS)
    assert piece.span is not None


def test_calls_are_told_apart_when_their_log_records_are_mixed() -> None:
    second = {"spanId": f"{2:016x}"}
    user, choice = MESSAGES[1], MESSAGES[5]
    found = pieces_of(
        otel, logs(log(*user), log(*user, **second), log(*choice), log(*choice, **second))
    )
    assert [piece.messages for piece in found if isinstance(piece, Piece)] == [
        (TURNS[1], TURNS[5])
    ] * 2


def test_call_ends_with_its_choice_when_log_records_name_no_span() -> None:
    bare = [log(*MESSAGES[n], traceId="", spanId="") for n in (1, 5, 4, 5)]
    found = pieces_of(otel, logs(*bare))
    assert [piece.messages for piece in found if isinstance(piece, Piece)] == [
        (TURNS[1], TURNS[5]),
        (TURNS[4], TURNS[5]),
    ]


def test_part_of_a_call_is_a_delta_when_its_choice_was_written_apart() -> None:
    before = only(logs(*(log(*message) for message in MESSAGES[:5])))
    after = only(logs(log(*MESSAGES[5])))
    assert (before.kind, before.messages) == ("delta", TURNS[:5])
    assert (after.kind, after.messages) == ("delta", TURNS[5:])
    assert before.span == after.span


def test_call_is_whole_when_each_of_its_messages_was_written_apart() -> None:
    last = log(*MESSAGES[5], observedTimeUnixNano=str(STARTED + 9 * 10**9))
    apart = [
        logs(log(*message, observedTimeUnixNano=str(STARTED + number * 10**9)))
        for number, message in enumerate(MESSAGES[:5])
    ]
    whose = request(span({"user.id": "u", "session.id": "c"}))
    expected = [Talk("c", "u", TURNS)]
    assert talks(otel, [*apart, logs(last), whose]) == expected
    assert talks(otel, [whose, logs(last), *reversed(apart)]) == expected
    together = logs(*(log(*message) for message in MESSAGES[:5]))
    assert talks(otel, [logs(last), together, together, whose]) == expected


def test_first_choice_counts_when_there_are_several() -> None:
    other = ("gen_ai.choice", {"index": 1, "message": {"content": "Never."}})
    piece = only(logs(log(*MESSAGES[1]), log(*MESSAGES[5]), log(*other)))
    assert piece.messages == (TURNS[1], TURNS[5])


@pytest.mark.parametrize("body", [None, {}, {"id": "c"}])
def test_content_is_said_to_be_off_when_messages_are_empty(body: Any) -> None:
    choice = log("gen_ai.choice", {"index": 0, "message": {"role": "assistant"}})
    call = log("gen_ai.assistant.message", {"tool_calls": [CALL]})
    expected = [Aside("no_messages_logged", ("content_not_logged",))]
    assert pieces_of(otel, logs(log("gen_ai.user.message", body), call, choice)) == expected
    assert pieces_of(otel, logs(choice)) == expected


def test_all_messages_are_read_when_they_stand_in_one_event() -> None:
    asked = json.dumps([{"role": "user", "content": "Which trains go?"}])
    answered = json.dumps([{"content": "At six."}])
    events = [
        event("gen_ai.content.prompt", {"gen_ai.prompt": asked}),
        event("gen_ai.content.completion", {"gen_ai.completion": answered}),
    ]
    assert only(request(span({}, events=events))).messages == (TURNS[1], TURNS[5])
    texts = [
        event("gen_ai.content.prompt", {"gen_ai.prompt": "Which trains go?"}),
        event("gen_ai.content.completion", {"gen_ai.completion": "At six."}),
    ]
    assert only(request(span({}, events=texts))).messages == (TURNS[1], TURNS[5])


def test_blocks_are_read_when_they_are_those_of_bedrock() -> None:
    content = json.dumps([{"text": "Which trains go?"}, {"image": {"format": "png"}}])
    result = json.dumps([{"toolResult": {"content": "canary"}}])
    answer = json.dumps([{"toolUse": {"name": "timetable", "input": {}}}])
    events = [
        event("gen_ai.user.message", {"content": content}),
        event("gen_ai.tool.message", {"content": result}),
        event("gen_ai.choice", {"message": answer, "finish_reason": "tool_use"}),
    ]
    assert only(request(span({}, events=events))).messages == (
        ("user", "Which trains go?\n[image]"),
        ("tool", "[tool result]"),
        ("assistant", "[tool call: timetable]"),
    )


@pytest.mark.parametrize(
    "text", ['[{"a": 1}]', "[1, 2]", '{"content": "x"}', "[]", '[{"type": 5}]', "[{}]"]
)
def test_text_is_what_the_user_wrote_when_it_only_looks_like_parts(text: str) -> None:
    piece = only(logs(log("gen_ai.user.message", {"content": text}), log(*MESSAGES[5])))
    assert piece.messages[0] == ("user", text)


@pytest.mark.parametrize("name", ["gen_ai.user.messages", "exception", "", "gen_ai.x.message"])
def test_event_is_no_message_when_its_name_is_another(name: str) -> None:
    assert not messages_one_by_one.is_message(name)
    assert pieces_of(otel, logs(log(name, {"content": "hi"}))) == [Aside("not_a_conversation")]
