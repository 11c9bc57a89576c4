import copy
import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.domain.transcript import decode_messages, encode_messages
from clio_assets.errors import SourceError
from clio_assets.sources.formats import FORMATS, detect, entries, read
from clio_assets.sources.formats.protocol import (
    Aside,
    Keys,
    LeftOut,
    Malformed,
    ParsedConversation,
    Piece,
    PieceFormat,
    Reason,
)

TURNS = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": [{"type": "text"}]}]
RECORDS: Mapping[str, dict[str, Any]] = {
    "plain": {
        "conversation_id": "c",
        "user_id": "u",
        "started_at": 1772366400,
        "messages": TURNS,
        "metadata": {"a": [1]},
        "flagged": None,
    },
    "wildchat": {
        "conversation_hash": "c",
        "hashed_ip": "u",
        "timestamp": "2026-03-01T10:00:00Z",
        "conversation": TURNS,
        "toxic": True,
    },
    "lmsys": {"conversation_id": "c", "conversation": TURNS, "openai_moderation": [{}]},
    "sharegpt": {"id": "c", "conversations": [{"from": "human", "value": "hi"}]},
    "chatgpt": {
        "id": "c",
        "create_time": 1772366400.0,
        "current_node": "b",
        "mapping": {
            "a": {"parent": None, "message": None},
            "b": {
                "parent": "a",
                "message": {
                    "author": {"role": "user"},
                    "recipient": "all",
                    "metadata": {"attachments": [{"mime_type": "image/png"}]},
                    "content": {"content_type": "text", "parts": ["hi", {"content_type": "x"}]},
                },
            },
        },
    },
    "claude": {
        "uuid": "c",
        "account": {"uuid": "u"},
        "created_at": "2026-03-01T10:00:00Z",
        "current_leaf_message_uuid": "m",
        "chat_messages": [
            {"uuid": "m", "parent_message_uuid": "", "sender": "human", "text": "hi", "files": []}
        ],
    },
    "arena": {
        "question_id": "c",
        "model_a": "m",
        "model_b": "n",
        "winner": "tie",
        "judge": "u",
        "conversation_a": TURNS,
        "conversation_b": TURNS,
        "full_conversation": None,
        "tstamp": 1772366400,
    },
    "deepseek": {
        "id": "c",
        "inserted_at": "2026-03-01T10:00:00+08:00",
        "updated_at": None,
        "mapping": {
            "root": {"parent": None, "message": None},
            "1": {
                "parent": "root",
                "message": {
                    "model": "m",
                    "inserted_at": "2026-03-01T10:00:00+08:00",
                    "files": [{}],
                    "fragments": [{"type": "REQUEST", "content": "hi"}],
                },
            },
        },
    },
    "open-webui": {
        "id": "c",
        "user_id": "u",
        "created_at": 1772366400,
        "archived": False,
        "meta": {"tags": ["a"]},
        "chat": {
            "models": ["m"],
            "history": {
                "currentId": "b",
                "messages": {
                    "a": {"parentId": None, "role": "user", "content": "hi", "files": [{}]},
                    "b": {
                        "parentId": "a",
                        "role": "assistant",
                        "content": [{"type": "text", "text": "hello"}],
                        "annotation": {"rating": 1},
                        "output": None,
                    },
                },
            },
        },
    },
    "librechat": {
        "messageId": "b",
        "conversationId": "c",
        "parentMessageId": "a",
        "user": "u",
        "isCreatedByUser": False,
        "text": "",
        "content": [{"type": "text", "text": "hello"}, {"type": "tool_call", "tool_call": {}}],
        "feedback": {"rating": "thumbsUp"},
        "createdAt": {"$date": "2026-03-01T10:00:00Z"},
    },
    "inspect": {
        "version": 2,
        "status": "success",
        "eval": {"eval_id": "e", "created": "2026-03-01T10:00:00Z"},
        "samples": [
            {
                "id": 1,
                "epoch": 1,
                "target": "",
                "messages": [{"role": "user", "content": "attachment://a"}],
                "attachments": {"a": "hi"},
                "output": {"model": "m", "usage": {"input_tokens": 1}},
            }
        ],
    },
    "messages-api": {
        "timestamp": "2026-03-01T10:00:00Z",
        "request": {"system": "s", "messages": TURNS, "metadata": {"user_id": "u"}},
        "response": {"content": [{"type": "text", "text": "hello"}]},
    },
    "chat-completions": {
        "timestamp": "2026-03-01T10:00:00Z",
        "request": {"model": "m", "messages": TURNS, "user": "u"},
        "response": {"object": "chat.completion", "choices": [{"message": TURNS[1]}]},
    },
    "responses": {
        "timestamp": "2026-03-01T10:00:00Z",
        "request": {
            "model": "m",
            "input": "hi",
            "previous_response_id": "r",
            "conversation": {"id": "c"},
        },
        "response": {"id": "s", "object": "response", "output": [TURNS[1]]},
    },
    "claude-compliance": {
        "id": "claude_chat_c",
        "created_at": "2026-03-01T10:00:00Z",
        "deleted_at": None,
        "organization_uuid": "o",
        "user": {"id": "u"},
        "chat_messages": [
            {
                "role": "user",
                "created_at": "2026-03-01T10:00:00Z",
                "content": [{"type": "text", "text": "hi"}],
                "files": [{}],
            }
        ],
    },
    "openai-compliance": {
        "object": "compliance.workspace.conversation",
        "id": "c",
        "user_id": "u",
        "user_email": "u@example.org",
        "last_active_at": 1772366400.5,
        "messages": {
            "data": [
                {
                    "id": "m",
                    "parent_id": None,
                    "author": {"role": "user"},
                    "content": {"type": "text", "value": "hi"},
                    "created_at": 1772366400.5,
                    "files": {"data": [{}]},
                }
            ]
        },
    },
    "openai-compliance-logs": {
        "event_id": "e",
        "type": "CONVERSATION_MESSAGE",
        "principal": {"id": "w", "type": "CHATGPT_WORKSPACE"},
        "actor": {"type": "ACCOUNT_USER", "user_id": "u"},
        "timestamp": "2026-03-01T10:00:00.000000Z",
        "previous_message_id": "a",
        "message": {
            "id": "b",
            "created_at": "2026-03-01T10:00:00.000000Z",
            "author": {"type": "user", "client_type": "desktop_web"},
            "content": {"type": "text", "value": "hi"},
        },
        "conversation": {"id": "c", "created_at": "2026-03-01T10:00:00.000000Z"},
    },
    "microsoft-graph": {
        "id": "i",
        "sessionId": "c",
        "interactionType": "userPrompt",
        "appClass": "IPM.SkypeTeams.Message.Copilot.Word",
        "createdDateTime": "2026-03-01T10:00:00Z",
        "from": {"user": {"id": "u", "tenantId": "t"}},
        "body": {"contentType": "html", "content": "<p>hi</p>"},
        "attachments": [],
    },
    "claude-code": {
        "type": "user",
        "sessionId": "c",
        "uuid": "b",
        "parentUuid": "a",
        "isSidechain": False,
        "timestamp": "2026-03-01T10:00:00Z",
        "message": {"role": "user", "content": [{"type": "text", "text": "hi"}]},
    },
    "langfuse": {
        "id": "o",
        "trace_id": "t",
        "type": "GENERATION",
        "start_time": "2026-03-01 10:00:00.000000",
        "user_id": "u",
        "session_id": "c",
        "tags": ["a"],
        "input": json.dumps(TURNS),
        "output": "hello",
    },
    "langsmith": {
        "id": "r",
        "trace_id": "t",
        "run_type": "llm",
        "start_time": "2026-03-01T10:00:00Z",
        "inputs": {"messages": [TURNS]},
        "outputs": {"generations": [[{"text": "hello"}]]},
        "extra": {"metadata": {"thread_id": "c", "user_id": "u"}},
    },
    "litellm": {
        "litellm_call_id": "l",
        "call_type": "acompletion",
        "startTime": 1772366400.0,
        "trace_id": "c",
        "model": "m",
        "messages": TURNS,
        "response": {"choices": [{"message": TURNS[1]}]},
        "model_parameters": {"user": "u"},
    },
    "mlflow": {
        "trace_id": "t",
        "trace_metadata": {"mlflow.trace.session": "c", "mlflow.trace.user": "u"},
        "spans": [
            {
                "span_id": "zZw5B5XXMlY=",
                "start_time_unix_nano": 1772366400000000000,
                "attributes": {
                    "mlflow.traceRequestId": '"t"',
                    "mlflow.spanType": '"CHAT_MODEL"',
                    "mlflow.spanInputs": json.dumps({"messages": TURNS}),
                    "mlflow.spanOutputs": '{"choices": [{"message": {"content": "hello"}}]}',
                },
            }
        ],
    },
    "llm": {
        "id": "l",
        "conversation_id": "c",
        "datetime_utc": "2026-03-01T10:00:00Z",
        "model": "m",
        "prompt": "hi",
        "response": "hello",
        "tool_calls": [{"name": "t"}],
        "attachments": [{"type": "image/png"}],
    },
    "otel": {
        "resourceSpans": [
            {
                "resource": {
                    "attributes": [{"key": "service.name", "value": {"stringValue": "a"}}]
                },
                "scopeSpans": [
                    {
                        "scope": {"name": "s"},
                        "spans": [
                            {
                                "traceId": "0a" * 16,
                                "spanId": "0b" * 8,
                                "kind": 3,
                                "startTimeUnixNano": "1772366400000000000",
                                "attributes": [
                                    {
                                        "key": "gen_ai.input.messages",
                                        "value": {"stringValue": json.dumps(TURNS)},
                                    },
                                    {"key": "user.id", "value": {"stringValue": "u"}},
                                    {"key": "session.id", "value": {"intValue": "5"}},
                                ],
                                "events": [{"name": "gen_ai.choice", "attributes": []}],
                            }
                        ],
                    }
                ],
            }
        ]
    },
    "phoenix": {
        "context.trace_id": "0a" * 16,
        "context.span_id": "0b" * 8,
        "parent_id": None,
        "span_kind": "LLM",
        "start_time": "2026-03-01T10:00:00+00:00",
        "status_code": "OK",
        "attributes.user.id": "u",
        "attributes.session.id": "c",
        "attributes.tag.tags": ["a"],
        "attributes.llm.input_messages": [{"message.role": "user", "message.content": "hi"}],
        "attributes.llm.output_messages": [
            {
                "message.role": "assistant",
                "message.contents": [
                    {"message_content.type": "text", "message_content.text": "hello"}
                ],
            }
        ],
    },
}

#: Shapes that read each other's records.
APIS = ("messages-api", "chat-completions", "responses")


@pytest.mark.parametrize("name", RECORDS)
def test_exactly_one_shape_recognises_a_record_when_it_is_well_formed(name: str) -> None:
    assert [shape.name for shape in FORMATS.values() if shape.recognises(RECORDS[name])] == [name]
    assert detect([RECORDS[name]]).name == name


def test_every_shape_is_tried_when_shapes_are_tested() -> None:
    assert set(FORMATS) == set(RECORDS)


def test_detect_goes_with_the_majority_when_single_records_are_odd() -> None:
    assert detect([RECORDS["plain"], {"stray": 1}, RECORDS["plain"]]).name == "plain"


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([{"text": "canary"}], r"\(seen: none; fields: text\)"),
        (
            [{"id": 1, "canary": 2}, {"id": 1, "canary": 2, "ca nary": 3}],
            r"\(seen: none; fields: id and 2 of other names\)",
        ),
        ([{}], r"\(seen: none; fields: none in common\)"),
        ([RECORDS["plain"], RECORDS["lmsys"]], r"\(seen: lmsys, plain\)"),
        ([RECORDS["plain"], {}], r"\(seen: plain\)"),
        ([RECORDS["plain"] | {"conversation": []}], r"\(seen: lmsys, plain\)"),
    ],
)
def test_detect_names_formats_and_option_when_the_shape_is_unclear(
    records: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        detect(records)
    assert "--format" in str(caught.value)
    assert all(name in str(caught.value) for name in FORMATS)
    assert "canary" not in str(caught.value)


#: Shapes that find what they look for in records of another one, too.
ALIKE = {
    ("lmsys", "wildchat"),
    ("wildchat", "lmsys"),
    ("messages-api", "litellm"),
    ("arena", "llm"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_read_says_so_when_a_record_is_of_another_shape(name: str) -> None:
    others = [other for other in RECORDS if other not in {name, "plain", *APIS}]
    for other in others:
        if (name, other) in ALIKE:
            continue
        with pytest.raises(Malformed, match="of_another_shape"):
            read(FORMATS[name], RECORDS[other], Keys())  # type: ignore[index]


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("key", ["conversations", "data"])
def test_read_finds_every_record_when_an_object_holds_the_array(name: str, key: str) -> None:
    wrapped = {"exported": "2026", key: [RECORDS[name], 5, RECORDS[name]]}
    shape = detect([wrapped])
    assert shape.name == name
    kind = Piece if isinstance(shape, PieceFormat) else ParsedConversation
    found = list(read(shape, wrapped, Keys()))
    assert [part for part in found if isinstance(part, Aside)] == [Aside("not_an_object")]
    one = list(read(shape, RECORDS[name], Keys()))
    assert [part for part in found if isinstance(part, kind)] == [*one, *one]


@pytest.mark.parametrize("record", [{"conversations": [{"a": 1}]}, {"data": []}, {"data": "x"}, {}])
def test_entries_are_the_record_itself_when_it_holds_no_known_ones(record: dict[str, Any]) -> None:
    assert list(entries(record)) == [record]


KEY = st.text(max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=5,
)


def places(value: object) -> list[list[Any]]:
    """Paths to every value inside."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    below = [(key, places(value[key])) for key in keys]  # type: ignore[index]
    return [[key] for key in keys] + [[key, *rest] for key, paths in below for rest in paths]


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_read_accepts_or_says_malformed_when_any_value_is_replaced(
    name: str, data: st.DataObject
) -> None:
    record = copy.deepcopy(RECORDS[name])
    path = data.draw(st.sampled_from(places(record)))
    inner: Any = record
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JSON | st.builds(json.dumps, JSON))
    try:
        found = list(read(FORMATS[name], record, Keys()))  # type: ignore[index]
    except Malformed:
        return
    for part in found:
        if isinstance(part, Aside):
            assert part.reason in get_args(Reason) + get_args(LeftOut)
            continue
        assert list(decode_messages(encode_messages(part.messages))) == list(part.messages)
        for identifier in (part.conversation_id, part.user_id):
            assert identifier is None or identifier.encode()
        json.dumps(part.attributes)


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_recognises_answers_when_any_value_is_replaced(name: str, data: st.DataObject) -> None:
    record = copy.deepcopy(RECORDS[name])
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(JSON)
    assert all(shape.recognises(record) in {True, False} for shape in FORMATS.values())
