"""Logs of chat completions and of Responses, and the cases of logs that lie beside."""

from typing import Any

import pytest

from clio_assets.sources.files import find_files
from clio_assets.sources.formats import chat_completions, detect, messages_api, responses
from clio_assets.sources.formats.protocol import Aside, Piece
from clio_assets.sources.reading import read_records
from tests.fakes.grouped import WRITTEN, pieces_of, talks

ASKED = {"role": "user", "content": "When?"}
SYSTEM = {"role": "system", "content": "You help."}
CLAUDE = {"type": "message", "content": [{"type": "text", "text": "At noon."}]}
CHAT = {"object": "chat.completion", "choices": [{"message": {"content": "At noon."}}]}


def log(request: dict[str, Any], response: object = None) -> dict[str, Any]:
    return {"timestamp": "2026-03-01T10:00:00Z", "request": request, "response": response}


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (log({"messages": [SYSTEM, ASKED], "model": "m"}, CHAT), "chat-completions"),
        (log({"messages": [SYSTEM, ASKED], "model": "m"}, CLAUDE), "messages-api"),
        (log({"messages": [SYSTEM, ASKED], "model": "m"}), "chat-completions"),
        (log({"messages": [SYSTEM, ASKED], "metadata": {"user_id": "u"}}), "messages-api"),
        (log({"messages": [{"role": "developer", "content": "s"}, ASKED]}), "chat-completions"),
        (log({"messages": [ASKED], "safety_identifier": "u"}), "chat-completions"),
        (log({"messages": [ASKED], "system": "s", "stop": "x"}), "messages-api"),
        (log({"messages": [ASKED], "model": "m"}), "messages-api"),
        (CHAT | {"messages": [ASKED], "created": 1772359200}, "chat-completions"),
        (log({"input": "When?", "model": "m"}), "responses"),
        ({"input": "When?", "model": "m", "previous_response_id": "r"}, "responses"),
        ({"object": "response", "id": "r", "input": "When?", "output": []}, "responses"),
    ],
)
def test_an_api_is_told_when_a_record_has_what_only_it_has(record: Any, name: str) -> None:
    assert detect([record]).name == name


@pytest.mark.parametrize("value", [None, 5, "x", [], [5], {}, [{"role": {}}], {"a": []}])
@pytest.mark.parametrize("key", ["messages", "input", "request", "response", "object", "model"])
def test_recognising_answers_when_values_are_odd(key: str, value: object) -> None:
    records = (
        log({"messages": [ASKED], "model": "m"}) | {key: value},
        log({"messages": [ASKED], key: value}),
    )
    for record in records:
        for shape in (messages_api, chat_completions, responses):
            assert shape.recognises(record) in {True, False}


@pytest.mark.parametrize("shape", [messages_api, chat_completions])
@pytest.mark.parametrize("answer", [CHAT, CLAUDE])
def test_a_request_is_read_when_it_is_of_another_api_than_most(shape: Any, answer: Any) -> None:
    (piece,) = pieces_of(shape, log({"messages": [SYSTEM, ASKED], "model": "m"}, answer))
    assert isinstance(piece, Piece)
    assert piece.messages[1:] == (("user", "When?"), ("assistant", "At noon."))


def test_a_streamed_chat_completion_is_put_together_when_chunks_were_logged() -> None:
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": ""},
        {"content": "At "},
        {"content": "noon."},
        {"tool_calls": [{"index": 0, "function": {"name": "look", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
    ]
    chunks = [
        {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}
        for delta in deltas
    ]
    request = {"messages": [ASKED], "user": "u"}
    (piece,) = pieces_of(chat_completions, log(request, chunks))
    assert isinstance(piece, Piece)
    assert piece.messages[-1] == ("assistant", "At noon.\n[tool call: look]")
    assert piece.user_id == "u"


def response(own: str, text: str, before: str | None = None, **request: object) -> dict[str, Any]:
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text"}]}
    message["content"] = [{"type": "output_text", "text": f"Answer to {text}"}]
    reasoning = {"type": "reasoning", "summary": []}
    sent = {"model": "m", "input": text, "previous_response_id": before, "user": "u", **request}
    return log(sent, {"id": own, "object": "response", "output": [reasoning, message]})


def test_responses_are_one_conversation_when_each_names_the_one_before() -> None:
    records = [response("r3", "c", "r2"), response("r1", "a"), response("r2", "b", "r1")]
    (talk,) = talks(responses, records)
    assert [text for role, text in talk.turns if role == "user"] == ["a", "b", "c"]
    assert (talk.user, talk.pieces) == ("u", 3)


def test_an_input_is_the_whole_conversation_when_it_holds_answers() -> None:
    items = [
        ASKED,
        {"type": "function_call", "name": "look", "arguments": "{}"},
        {"type": "function_call_output", "output": "noon"},
        {"type": "web_search_call", "status": "completed"},
        {"role": "assistant", "content": [{"type": "output_text", "text": "At noon."}]},
        {"role": "user", "content": [{"type": "input_text", "text": "Thanks"}]},
    ]
    (piece,) = pieces_of(responses, response("r", "", input=items, instructions="s"))
    assert isinstance(piece, Piece)
    assert piece.kind == "cumulative"
    assert [message.role for message in piece.messages] == [
        "system", "user", "assistant", "tool", "assistant", "assistant", "user", "assistant",
    ]  # fmt: skip


@pytest.mark.parametrize("given", ["conv_1", {"id": "conv_1"}])
def test_responses_are_parts_when_they_belong_to_a_stored_conversation(given: object) -> None:
    (piece,) = pieces_of(responses, response("r", "a", conversation=given))
    assert isinstance(piece, Piece)
    assert (piece.kind, piece.conversation_id, piece.node) == ("delta", "conv_1", None)


def test_a_response_is_left_out_when_its_input_was_not_kept() -> None:
    stored = {"object": "response", "id": "r", "output": [], "model": "m", "input": None}
    assert pieces_of(responses, stored) == [Aside("no_messages_logged", ("content_not_logged",))]


def test_a_streamed_response_is_read_when_its_last_event_holds_it() -> None:
    record = response("r", "a")
    record["response"] = [
        {"type": "response.created", "response": {"id": "r"}},
        {"type": "response.completed", "response": record["response"]},
    ]
    assert pieces_of(responses, record) == pieces_of(responses, response("r", "a"))


@pytest.mark.parametrize(
    ("name", "shape", "conversations", "users"),
    [
        ("15-messages-api-text-bodies.jsonl", "messages-api", 2, 2),
        ("16-messages-api-same-start.jsonl", "messages-api", 24, 0),
        ("17-messages-api-system-message.jsonl", "messages-api", 24, 12),
        ("src-chat-completions-system-first.jsonl", "chat-completions", 36, 12),
    ],
)
def test_all_conversations_are_found_when_a_case_is_a_log(
    name: str, shape: str, conversations: int, users: int
) -> None:
    path = WRITTEN.parent / "inputs" / name
    if not path.exists():
        pytest.skip(f"{name} lies beside the repository where the project is built, not in it")
    values = [found.found.value for found in read_records(find_files([str(path)]))]
    records = [value for value in values if value is not None]
    found_shape = detect(records)
    assert found_shape.name == shape
    found = talks(found_shape, records)
    assert len(found) == conversations
    assert len({talk.user for talk in found} - {None}) == users
