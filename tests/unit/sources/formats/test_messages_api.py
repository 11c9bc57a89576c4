import json
from typing import Any

import pytest

from clio_assets.sources.formats import messages_api
from clio_assets.sources.formats.protocol import Keys, Malformed, Piece
from tests.fakes.grouped import pieces_of, talks

SESSION = "0a1b2c3d-0000-4000-8000-123456789abc"


def text(words: str, **fields: object) -> dict[str, Any]:
    return {"type": "text", "text": words} | fields


def log(*messages: object, **fields: Any) -> dict[str, Any]:
    """A logged request; `request__x` sets the request's field x."""
    request = {"model": "m", "messages": list(messages), "metadata": {"user_id": "u1"}}
    request |= {k.removeprefix("request__"): v for k, v in fields.items() if "__" in k}
    whole = {"timestamp": "2026-03-01T10:00:00Z", "request": request}
    return whole | {k: v for k, v in fields.items() if "__" not in k}


def user(content: object) -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: object) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def piece(record: dict[str, Any], keys: Keys | None = None) -> Piece:
    (found,) = pieces_of(messages_api, record, keys)
    assert isinstance(found, Piece)
    return found


def test_a_request_is_a_piece_with_its_answer_when_both_were_logged() -> None:
    found = piece(
        log(
            user([text("weather?"), {"type": "image"}]),
            assistant([{"type": "tool_use", "name": "get_weather", "input": {"city": "X"}}]),
            user([{"type": "tool_result", "content": "rain"}]),
            request__system=[text("You are an assistant of a firm.")],
            response={"role": "assistant", "content": [{"type": "thinking"}, text("It rains.")]},
        )
    )
    assert found.kind == "cumulative"
    assert found.messages == (
        ("system", "[system prompt]"),
        ("user", "weather?\n[image]"),
        ("assistant", "[tool call: get_weather]"),
        ("tool", "[tool result]"),
        ("assistant", "It rains."),
    )
    assert (found.user_id, found.conversation_id, found.losses) == ("u1", None, ())
    assert found.at is not None


@pytest.mark.parametrize("form", ["at the top", "request as text", "in bodies"])
def test_a_request_is_read_alike_when_it_stands_elsewhere(form: str) -> None:
    wrapped = log(user("hi"), request__system="s", response={"content": [text("ho")]})
    request, response = wrapped["request"], wrapped["response"]
    other: dict[str, Any] = {
        "at the top": {**request, "timestamp": wrapped["timestamp"], "response": response},
        "request as text": {
            **wrapped,
            "request": json.dumps(request),
            "response": json.dumps(response),
        },
        "in bodies": {**wrapped, "request": {"body": request}, "response": {"body": response}},
    }[form]
    assert messages_api.recognises(other)
    assert piece(other) == piece(wrapped)


@pytest.mark.parametrize(
    ("response", "losses"),
    [
        (None, ("answer_missing",)),
        ("timeout", ("answer_missing",)),
        ({"content": None}, ("answer_missing",)),
        ({"type": "error", "error": {"type": "overloaded_error"}}, ()),
    ],
)
def test_a_loss_is_told_when_the_answer_was_not_logged(response: Any, losses: Any) -> None:
    found = piece(log(user("hi"), response=response))
    assert (found.messages, found.losses) == ((("user", "hi"),), losses)


EVENTS = [
    {"type": "message_start", "message": {"model": "m-1", "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": text("")},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "At "}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "noon."}},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "tool_use", "name": "look"},
    },
    {"type": "content_block_delta", "index": 1, "delta": {"partial_json": "{}"}},
    {"type": "message_stop"},
]
LINES = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS)


@pytest.mark.parametrize("response", [EVENTS, json.dumps(EVENTS), LINES])
def test_an_answer_is_put_together_when_it_was_streamed(response: Any) -> None:
    found = piece(log(user("when?"), response=response))
    assert found.messages[1:] == (("assistant", "At noon.\n[tool call: look]"),)
    assert found.attributes["model"] == "m-1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"metadata": {"user_id": "u1"}}, "u1"),
        ({"metadata": {"user_id": None}}, "outer"),
        ({"metadata": None}, "outer"),
        ({"metadata": {"user_id": f"user_ab_account_cd_session_{SESSION}"}}, "user_ab_account_cd"),
        (
            {"metadata": {"user_id": json.dumps({"account_uuid": "cd", "session_id": SESSION})}},
            "cd",
        ),
        ({"metadata": {"user_id": json.dumps({"device_id": "d", "session_id": SESSION})}}, "d"),
        ({"metadata": {"user_id": "{not json"}}, "{not json"),
    ],
)
def test_user_is_the_account_when_the_user_id_also_names_a_session(
    given: dict[str, Any], expected: str
) -> None:
    record = log(user("hi"), user_id="outer")
    record["request"] |= given
    assert piece(record).user_id == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"conversation_id": "c"}, "c"),
        ({"session_id": 5}, "5"),
        ({"request__metadata": {"user_id": f"user_ab_session_{SESSION}"}}, SESSION),
        ({}, None),
    ],
)
def test_conversation_is_the_named_one_when_the_log_names_it(
    fields: dict[str, Any], expected: str | None
) -> None:
    assert piece(log(user("hi"), **fields)).conversation_id == expected


def test_the_operators_fields_come_first_when_they_are_there() -> None:
    keys = Keys(user=("request.account",), conversation=("thread",), tenant=("firm",))
    found = piece(log(user("hi"), request__account="a", thread="t", firm="f", session_id="s"), keys)
    assert (found.user_id, found.conversation_id, found.tenant) == ("a", "t", "f")


def test_requests_are_one_conversation_when_one_continues_the_other() -> None:
    answer = {"content": [text("hello")]}
    first = log(user("hi"), response=answer)
    second = log(user("hi"), assistant("hello"), user("more"), response=answer)
    other = log(user("ho"), response=answer)
    assert [talk.pieces for talk in talks(messages_api, [second, other, first])] == [2, 1]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (log() | {"request": "text"}, "request_not_an_object"),
        (log() | {"request": {}}, "messages_missing"),
        (log("hi"), "message_not_an_object"),
        (log(user(5)), "content_of_wrong_type"),
        (log({"role": "ghost", "content": "x"}), "role_unknown"),
        (log(user("hi"), request__system={"a": 1}), "content_of_wrong_type"),
        (log(user("hi"), request__metadata={"user_id": ["u"]}), "user_id_of_wrong_type"),
    ],
)
def test_a_request_is_rejected_when_it_is_malformed(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        pieces_of(messages_api, record)
    assert caught.value.reason == reason
