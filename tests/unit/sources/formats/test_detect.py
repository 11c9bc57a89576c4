import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.domain.transcript import decode_messages, encode_messages
from clio_assets.errors import SourceError
from clio_assets.sources.formats import FORMATS, detect, parse
from clio_assets.sources.formats.protocol import Malformed

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
    "messages-api": {
        "timestamp": "2026-03-01T10:00:00Z",
        "request": {"system": "s", "messages": TURNS, "metadata": {"user_id": "u"}},
        "response": {"content": [{"type": "text", "text": "hello"}]},
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
}


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
        ([{"text": "canary"}], r"\(seen: none\)"),
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


@pytest.mark.parametrize("name", FORMATS)
def test_parse_says_so_when_a_record_is_of_another_shape(name: str) -> None:
    others = [other for other in RECORDS if other not in {name, "plain", "messages-api"}]
    for other in others:
        alike = {("lmsys", "wildchat"), ("wildchat", "lmsys"), ("messages-api", "litellm")}
        if (name, other) in alike:
            continue  # read the same turns
        with pytest.raises(Malformed, match="of_another_shape"):
            parse(FORMATS[name], RECORDS[other])  # type: ignore[index]


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
def test_parse_accepts_or_says_malformed_when_any_value_is_replaced(
    name: str, data: st.DataObject
) -> None:
    record = copy.deepcopy(RECORDS[name])
    path = data.draw(st.sampled_from(places(record)))
    inner: Any = record
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JSON)
    try:
        found = parse(FORMATS[name], record)  # type: ignore[index]
    except Malformed:
        return
    assert list(decode_messages(encode_messages(found.messages))) == list(found.messages)
    assert found.conversation_id.encode()
