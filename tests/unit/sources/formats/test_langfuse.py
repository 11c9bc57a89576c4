import json
from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import langfuse
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Span
from tests.fakes.grouped import Talk, pieces_of, talks

ASKED = {"role": "user", "content": "Which trains go?"}
ANSWERED = {"role": "assistant", "content": "At noon."}
TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))
GENERATION: dict[str, Any] = {
    "id": "o1",
    "trace_id": "t1",
    "parent_observation_id": "o0",
    "type": "GENERATION",
    "environment": "production",
    "start_time": "2026-03-01 10:00:00.250000",
    "end_time": "2026-03-01 10:00:02.250000",
    "user_id": "",
    "session_id": "",
    "level": "DEFAULT",
    "provided_model_name": "model-1",
    "usage_details": {"input": 40, "output": 12},
    "total_cost": 0.25,
    "tags": ["web"],
    "input": json.dumps([ASKED]),
    "output": json.dumps(ANSWERED),
}
TRACE = {
    "id": "t1",
    "timestamp": "2026-03-01 10:00:00.000000",
    "user_id": "user-1",
    "session_id": "session-1",
    "bookmarked": False,
    "public": False,
    "input": "whatever went in",
}
SCORE = {"id": "s", "timestamp": "2026-03-01", "trace_id": "t1", "data_type": "TEXT", "value": 0}


def generation(**changes: object) -> dict[str, Any]:
    return GENERATION | changes


def test_a_generation_is_a_request_when_the_export_is_enriched() -> None:
    record = generation(user_id="user-1", session_id="session-1")
    telling, piece = pieces_of(langfuse, record)
    assert isinstance(telling, Piece)
    assert telling.messages == ()
    assert isinstance(piece, Piece)
    assert (piece.kind, piece.messages, piece.span) == ("cumulative", TOLD, Span("t1", "o1", "t1"))
    assert (piece.user_id, piece.conversation_id) == ("user-1", "session-1")
    assert piece.at == datetime(2026, 3, 1, 10, 0, 0, 250_000, UTC)
    assert piece.latest_at == datetime(2026, 3, 1, 10, 0, 2, 250_000, UTC)
    assert piece.attributes == {
        "model": "model-1",
        "latency_seconds": 2.0,
        "input_tokens": 40,
        "output_tokens": 12,
        "cost_usd": 0.25,
        "tags": ["web"],
    }


@pytest.mark.parametrize("order", [1, -1])
def test_user_and_session_come_from_the_trace_when_they_stand_in_another_file(order: int) -> None:
    records = [generation(), TRACE][::order]
    assert talks(langfuse, records) == [Talk("session-1", "user-1", TOLD)]


def test_user_and_session_reach_a_generation_when_only_another_observation_has_them() -> None:
    span = generation(id="o0", type="SPAN", parent_observation_id="", user_id="user-1")
    assert talks(langfuse, [generation(), span]) == [Talk(None, "user-1", TOLD)]


@pytest.mark.parametrize("as_text", [True, False])
def test_user_and_session_are_read_off_the_metadata_when_langchain_called_the_model_alone(
    *, as_text: bool
) -> None:
    metadata = {"langfuse_user_id": "user-1", "langfuse_session_id": "session-1"}
    record = generation(metadata=json.dumps(metadata) if as_text else metadata)
    *_, piece = pieces_of(langfuse, record)
    assert isinstance(piece, Piece)
    assert (piece.user_id, piece.conversation_id) == ("user-1", "session-1")


def test_names_are_read_when_they_are_those_of_the_api() -> None:
    record = {
        "id": "o1",
        "traceId": "t1",
        "type": "GENERATION",
        "startTime": "2026-03-01T10:00:00.000Z",
        "userId": "user-1",
        "sessionId": "session-1",
        "input": {"messages": [ASKED]},
        "output": ANSWERED,
    }
    assert langfuse.recognises(record)
    assert talks(langfuse, [record]) == [Talk("session-1", "user-1", TOLD)]


def test_observations_are_read_when_they_lie_within_their_trace() -> None:
    record = TRACE | {"observations": [GENERATION, generation(id="o2", type="TOOL"), "odd"]}
    assert talks(langfuse, [record]) == [Talk("session-1", "user-1", TOLD)]


def test_requests_are_one_conversation_when_each_repeats_what_was_said() -> None:
    more = [ASKED, ANSWERED, {"role": "user", "content": "And at six?"}]
    second = generation(id="o2", trace_id="t2", input=json.dumps(more), output="No.")
    both = [record | {"user_id": "user-1"} for record in (GENERATION, second)]
    (talk,) = talks(langfuse, both)
    assert talk.turns == (*TOLD, ("user", "And at six?"), ("assistant", "No."))


@pytest.mark.parametrize(
    "record",
    [
        SCORE,
        generation(type="EMBEDDING"),
        generation(type="TOOL"),
        generation(environment="langfuse-llm-as-a-judge"),
        {**TRACE, "user_id": None, "session_id": ""},
    ],
)
def test_a_row_is_left_out_when_it_is_no_conversation(record: dict[str, Any]) -> None:
    assert langfuse.recognises(record)
    assert pieces_of(langfuse, record) == [Aside("not_a_conversation")]


@pytest.mark.parametrize(
    ("change", "loss"),
    [
        ({"input": "", "output": ""}, "content_not_logged"),
        ({"input": "redacted-by-litellm", "output": ""}, "content_redacted"),
    ],
)
def test_a_loss_is_counted_when_the_messages_were_not_kept(
    change: dict[str, Any], loss: Any
) -> None:
    assert pieces_of(langfuse, generation(**change)) == [Aside("no_messages_logged", (loss,))]


def test_tools_are_no_results_when_they_stand_behind_the_messages() -> None:
    tool = {"role": "tool", "content": {"name": "timetable", "parameters": {}}}
    result = {"role": "tool", "content": {"trains": 3}, "tool_call_id": "t1"}
    (piece,) = pieces_of(langfuse, generation(input=json.dumps([ASKED, result, tool])))
    assert isinstance(piece, Piece)
    assert piece.messages == (TOLD[0], ("tool", "[tool result]"), TOLD[1])


@pytest.mark.parametrize("text", ["[not JSON", "[1, 2]", '{"a": 1}'])
def test_a_question_is_kept_when_it_is_a_text_with_brackets(text: str) -> None:
    (piece,) = pieces_of(langfuse, generation(input=text))
    assert isinstance(piece, Piece)
    assert piece.messages[0].content == text


def test_a_failed_request_keeps_the_question_when_there_is_no_answer() -> None:
    (piece,) = pieces_of(langfuse, generation(level="ERROR", output=""))
    assert isinstance(piece, Piece)
    assert piece.messages == TOLD[:1]
    assert piece.attributes["error"] is True


def test_fields_of_the_operator_count_when_they_are_there() -> None:
    keys = Keys(("metadata.account",), ("metadata.chat",), ("metadata.firm",))
    told = json.dumps({"account": "user-9", "chat": "c9", "firm": "f9"})
    telling, piece = pieces_of(langfuse, generation(user_id="user-1", metadata=told), keys)
    for found in (telling, piece):
        assert isinstance(found, Piece)
        assert (found.user_id, found.conversation_id, found.tenant) == ("user-9", "c9", "f9")
