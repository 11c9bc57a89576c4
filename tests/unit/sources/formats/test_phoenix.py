import json
from typing import Any

import pytest

from clio_assets.sources.formats import otel, phoenix
from clio_assets.sources.formats.protocol import Aside, Piece
from tests.fakes.grouped import Talk, pieces_of, talks

ASKED = [{"message.role": "user", "message.content": "Which trains go?"}]
ANSWERED = [{"message.role": "assistant", "message.content": "At noon."}]
TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))
ROW: dict[str, Any] = {
    "name": "ChatCompletion",
    "span_kind": "LLM",
    "parent_id": "00b1",
    "start_time": "2026-03-01T10:00:00+00:00",
    "end_time": "2026-03-01T10:00:02+00:00",
    "status_code": "OK",
    "events": [],
    "context.trace_id": "00a1",
    "context.span_id": "00b2",
    "attributes.llm.input_messages": ASKED,
    "attributes.llm.output_messages": ANSWERED,
    "attributes.llm.token_count.prompt": 40.0,
    "attributes.openinference.span.kind": None,
    "attributes.session.id": None,
    "attributes.metadata": None,
}
ABOVE = ROW | {
    "span_kind": "CHAIN",
    "parent_id": None,
    "context.span_id": "00b1",
    "attributes.llm.input_messages": None,
    "attributes.llm.output_messages": float("nan"),
    "attributes.session.id": "session-1",
    "attributes.metadata": {"user_id": "user-1"},
}
SPAN: dict[str, Any] = {
    "id": "U3Bhbjox",
    "name": "ChatCompletion",
    "context": {"trace_id": "00a1", "span_id": "00b2"},
    "span_kind": "LLM",
    "parent_id": None,
    "start_time": "2026-03-01T10:00:00+00:00",
    "end_time": "2026-03-01T10:00:02+00:00",
    "status_code": "ERROR",
    "attributes": {
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.content": "Which trains go?",
        "session.id": "session-1",
        "user.id": "user-1",
    },
    "events": [],
}


def test_talk_is_read_when_its_rows_are_those_of_the_table() -> None:
    expected = [Talk("session-1", "user-1", TOLD)]
    assert talks(phoenix, [ROW, ABOVE]) == expected
    assert talks(phoenix, [ABOVE, ROW]) == expected


def test_row_tells_time_and_labels_when_it_has_them() -> None:
    (piece,) = pieces_of(phoenix, ROW)
    assert isinstance(piece, Piece)
    assert piece.at is not None
    assert piece.at.isoformat() == "2026-03-01T10:00:00+00:00"
    assert piece.attributes == {"input_tokens": 40.0, "error": False, "latency_seconds": 2.0}


@pytest.mark.parametrize(
    "row",
    [
        ROW | {"attributes.llm.input_messages": json.dumps(ASKED)},
        ROW | {"attributes.llm.input_messages": [ASKED[0] | {"message.tool_calls": None}]},
        {
            key: value for key, value in ROW.items() if not key.startswith("attributes.llm")
        } | {"attributes": {"llm": {"input_messages": ASKED, "output_messages": ANSWERED}}},
    ],
    ids=["text", "absent keys", "nested"],
)  # fmt: skip
def test_messages_are_read_when_the_export_is_written_otherwise(row: dict[str, Any]) -> None:
    (piece,) = pieces_of(phoenix, row)
    assert isinstance(piece, Piece)
    assert piece.messages == TOLD


def test_span_is_read_when_it_comes_from_the_interface_for_programs() -> None:
    assert talks(phoenix, [SPAN]) == [Talk("session-1", "user-1", TOLD[:1])]
    assert [shape.recognises(SPAN) for shape in (phoenix, otel)] == [True, False]


@pytest.mark.parametrize("kind", ["TOOL", "EMBEDDING", "UNKNOWN"])
def test_row_is_no_conversation_when_its_kind_is_another(kind: str) -> None:
    assert pieces_of(phoenix, ROW | {"span_kind": kind})[1:] == [Aside("not_a_conversation")]


@pytest.mark.parametrize(
    "record",
    [
        {"span_kind": "LLM"},
        {"context.trace_id": "a"},
        {"span_kind": "LLM", "context": {"trace_id": "a"}},
        {"span_kind": "LLM", "context": "trace_id", "attributes": {}},
        {"context": {"trace_id": "a"}, "attributes": {}},
    ],
)
def test_recognises_nothing_when_one_key_alone_looks_like_it(record: dict[str, Any]) -> None:
    assert phoenix.recognises(record) is False
