import json
from typing import Any

import pytest

from clio_assets.sources.readers.nested import with_nested
from clio_assets.sources.readers.protocol import Found

TURNS = [{"role": "user", "content": '{"a": [1]}'}, {"role": "assistant", "content": "[2]"}]
BODY = {"model": "m", "messages": TURNS}
SHARED = [{"from": "human", "value": "[1]"}]
TREE = {"a": {"parent": None, "message": None}, "b": {"parent": "a", "message": {"n": 1}}}
ANSWER = {"role": "assistant", "content": [{"type": "text", "text": "{}"}]}
CHOICES = {"choices": [{"message": {"role": "assistant", "content": "{}"}}]}
ITEMS = {"output": [{"type": "message", "role": "assistant", "content": []}]}


def nested(record: dict[str, Any]) -> object:
    found = Found(7, record)
    read = with_nested(found)
    assert read.line == 7
    return read.value


def as_text(record: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.dumps(value) if isinstance(value, list | dict) else value
        for key, value in record.items()
    }


@pytest.mark.parametrize(
    "record",
    [
        {"conversation_id": "c", "messages": TURNS},
        {"conversation_id": "c", "messages": TURNS, "metadata": {"topic": "trains"}, "tags": []},
        {"id": 3, "Konversation": SHARED, "note": "plain words"},
        {"id": "c", "mapping": TREE, "current_node": "b"},
        {"timestamp": "t", "request": BODY, "response": ANSWER},
        {"timestamp": "t", "request": BODY, "response": CHOICES},
        {"timestamp": "t", "request": BODY, "response": {"content": ANSWER["content"]}},
        {"timestamp": "t", "request": BODY, "response": ITEMS, "author": "Nemo"},
        {"uuid": "u", "chat_messages": [{"sender": "human", "text": "[1]"}], "account": {"a": 1}},
        {"id": "c", "messages": TURNS, "prompt": "only words"},
    ],
)
def test_nested_fields_come_back_when_a_writer_made_text_of_them(record: dict[str, Any]) -> None:
    assert nested(as_text(record)) == record


@pytest.mark.parametrize(
    "record",
    [
        {"conversation_id": "c", "prompt": json.dumps(BODY), "response": json.dumps(ANSWER)},
        {"conversation_id": "c", "role": "user", "said": json.dumps(TURNS)},
        {"conversation_id": "c", "role": "user", "content": json.dumps(TURNS)},
        {"conversation_id": "c", "sender": "Human", "words": json.dumps(TREE)},
        {"conversation_id": "c", "messages": TURNS, "summary": json.dumps(TURNS)},
        {"conversation_id": "c", "mapping": TREE, "summary": json.dumps(TURNS)},
        {"id": "c", "request": BODY, "response": '{"verdict": 1}'},
        {"id": "c", "metadata": '{"a": 1}', "question": "[1]", "note": '{"from": {}}'},
        {"id": "c", "messages": '[{"role": "user", "content": "cut', "n": "[]", "x": "{"},
        {"id": "c", "messages": "[" * 100_000},
        {"id": "c", "parts": ['{"a": 1}', "[]"], "steps": ['{"role": "user"}', "words"]},
        {"resourceSpans": [{"scopeSpans": []}], "note": '[{"name": 1}]'},
        {},
    ],
)
def test_text_stays_text_when_nothing_says_that_it_is_nested(record: dict[str, Any]) -> None:
    found = Found(1, record)
    assert with_nested(found) is found


def test_written_text_stays_when_other_fields_of_the_record_are_nested() -> None:
    record = {"request": json.dumps(BODY), "response": '{"verdict": 1}', "input": "[1]", "n": "[1]"}
    assert nested(record) == {**record, "request": BODY, "n": [1]}


def test_turns_come_back_when_each_was_made_text() -> None:
    record = {"conversation_id": "c", "messages": [json.dumps(turn) for turn in TURNS]}
    assert nested(record) == {"conversation_id": "c", "messages": TURNS}


def test_keys_of_other_records_are_dropped_when_a_table_had_a_place_for_them() -> None:
    record = {"id": "c", "mapping": {"x": None, **TREE, "y": None}, "other": None}
    assert nested(record) == {"id": "c", "mapping": TREE, "other": None}
    mixed = {"id": "c", "metadata": {"a": None, "b": {}, "c": 1}, "empty": {"a": None}}
    assert nested(mixed) == mixed


def test_found_stays_as_it_is_when_it_was_set_aside() -> None:
    found = Found(1, None, "broken_json", b"{")
    assert with_nested(found) is found
