import json
from typing import Any

import pytest

from clio_assets.sources.formats import messages_api
from clio_assets.sources.formats.protocol import Malformed, ParsedConversation

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


def parse(*messages: object, **fields: Any) -> ParsedConversation:
    return messages_api.parse(log(*messages, **fields))


def test_parse_reads_request_and_response_when_both_were_logged() -> None:
    found = parse(
        user([text("weather?"), {"type": "image"}]),
        assistant([{"type": "tool_use", "name": "get_weather", "input": {"city": "X"}}]),
        user([{"type": "tool_result", "content": "rain"}]),
        request__system=[text("You are an assistant of a firm.")],
        response={"role": "assistant", "content": [{"type": "thinking"}, text("It rains.")]},
    )
    assert found.messages == (
        ("system", "[system prompt]"),
        ("user", "weather?\n[image]"),
        ("assistant", "[tool call: get_weather]"),
        ("tool", "[tool result]"),
        ("assistant", "It rains."),
    )
    assert found.user_id == "u1"
    assert found.started_at == found.latest_at is not None


def test_parse_reads_the_same_when_the_body_stands_at_the_top() -> None:
    wrapped = log(user("hi"), request__system="s")
    body = {**wrapped["request"], "timestamp": wrapped["timestamp"]}
    assert messages_api.parse(body) == messages_api.parse(wrapped)


@pytest.mark.parametrize(
    "response", [None, {}, {"type": "error", "error": {}}, "timeout", {"content": None}]
)
def test_parse_adds_no_turn_when_there_is_no_answer(response: object) -> None:
    assert parse(user("hi"), response=response).messages == (("user", "hi"),)


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
        (
            {"metadata": {"user_id": json.dumps({"device_id": "d", "session_id": SESSION})}},
            '{"device_id": "d"}',
        ),
        ({"metadata": {"user_id": "{not json"}}, "{not json"),
    ],
)
def test_user_is_the_account_when_the_user_id_also_names_a_session(
    given: dict[str, Any], expected: str
) -> None:
    record = log(user("hi"), user_id="outer")
    record["request"] |= given
    assert messages_api.parse(record).user_id == expected


def test_requests_are_one_conversation_when_they_repeat_the_same_beginning() -> None:
    marked = [text("hi", cache_control={"type": "ephemeral"})]
    first = parse(user(marked), request__system="s")
    second = parse(
        user("hi"), assistant("hello"), user([text("more", cache_control={})]),
        request__system=[text("s", cache_control={"type": "ephemeral"})],
    )  # fmt: skip
    assert first.conversation_id == second.conversation_id


@pytest.mark.parametrize(
    "other",
    [
        log(user("ho")),
        log(user("hi"), request__system="s"),
        log(user("hi"), request__metadata={"user_id": "u2"}),
        log(user([text("hi"), {"type": "image", "source": {"data": "AAAA"}}])),
    ],
)
def test_requests_are_two_conversations_when_they_begin_differently(other: Any) -> None:
    assert parse(user("hi")).conversation_id != messages_api.parse(other).conversation_id


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"conversation_id": "c"}, "c"),
        ({"session_id": 5}, "5"),
        ({"request__metadata": {"user_id": f"user_ab_session_{SESSION}"}}, SESSION),
    ],
)
def test_conversation_is_the_named_one_when_the_log_names_it(
    fields: dict[str, Any], expected: str
) -> None:
    assert parse(user("hi"), **fields).conversation_id == expected


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
def test_parse_rejects_when_the_request_is_malformed(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        messages_api.parse(record)
    assert caught.value.reason == reason
