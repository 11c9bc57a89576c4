import json
from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import langsmith
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Span
from tests.fakes.grouped import Talk, pieces_of, talks

TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))


def constructed(name: str, content: str) -> dict[str, Any]:
    """A message as LangChain writes it down."""
    names = ["langchain", "schema", "messages", name]
    return {"lc": 1, "type": "constructor", "id": names, "kwargs": {"content": content}}


INPUTS = {"messages": [[constructed("HumanMessage", "Which trains go?")]]}
OUTPUTS = {
    "generations": [[{"text": "At noon.", "message": constructed("AIMessage", "At noon.")}]],
    "llm_output": None,
}
MODEL: dict[str, Any] = {
    "id": "r2",
    "trace_id": "r1",
    "parent_run_id": "r1",
    "run_type": "llm",
    "session_id": "the-project",
    "start_time": "2026-03-01T10:00:00+00:00",
    "end_time": "2026-03-01T10:00:02+00:00",
    "prompt_tokens": 40,
    "completion_tokens": 12,
    "total_cost": "0.25",
    "tags": ["web", "seq:step:2"],
    "inputs": INPUTS,
    "outputs": OUTPUTS,
    "extra": {"metadata": {"ls_model_name": "model-1"}},
    "error": None,
}
CHAIN: dict[str, Any] = {
    "id": "r1",
    "trace_id": "r1",
    "parent_run_id": None,
    "run_type": "chain",
    "session_id": "the-project",
    "inputs": {"question": "Which trains go?"},
    "outputs": {"output": "At noon."},
    "extra": {"metadata": {"thread_id": "session-1", "user_id": "user-1"}},
}


def model(**changes: object) -> dict[str, Any]:
    return MODEL | changes


def only(record: dict[str, Any], keys: Keys | None = None) -> Piece:
    (piece,) = pieces_of(langsmith, record, keys)
    assert isinstance(piece, Piece)
    return piece


def test_a_run_of_a_model_is_a_request_when_it_is_complete() -> None:
    piece = only(MODEL)
    assert (piece.kind, piece.messages, piece.span) == ("cumulative", TOLD, Span("r1", "r2", "r1"))
    assert piece.at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert piece.attributes == {
        "model": "model-1",
        "latency_seconds": 2.0,
        "input_tokens": 40,
        "output_tokens": 12,
        "cost_usd": 0.25,
        "tags": ["web"],
    }


@pytest.mark.parametrize("order", [1, -1])
def test_thread_and_user_come_from_the_chain_when_the_run_below_has_none(order: int) -> None:
    assert talks(langsmith, [MODEL, CHAIN][::order]) == [Talk("session-1", "user-1", TOLD)]


def test_thread_and_user_pass_through_when_a_run_between_says_nothing() -> None:
    between = CHAIN | {"id": "r3", "parent_run_id": "r1", "extra": None}
    records = [model(parent_run_id="r3"), between, CHAIN]
    assert talks(langsmith, records) == [Talk("session-1", "user-1", TOLD)]


@pytest.mark.parametrize("name", ["session_id", "thread_id", "conversation_id"])
def test_a_conversation_is_the_thread_when_metadata_names_one(name: str) -> None:
    assert only(model(extra={"metadata": {name: "session-1"}})).conversation_id == "session-1"


def test_the_project_is_no_conversation_when_nothing_else_is_named() -> None:
    assert only(MODEL).conversation_id is None


def test_fields_are_read_when_they_are_json_text() -> None:
    told = {"metadata": {"thread_id": "session-1", "user_id": "user-1"}}
    record = model(
        inputs=json.dumps(INPUTS),
        outputs=json.dumps(OUTPUTS),
        extra=json.dumps(told),
        tags='["web"]',
    )
    piece = only(record)
    assert (piece.messages, piece.conversation_id, piece.user_id) == (TOLD, "session-1", "user-1")
    assert piece.attributes["tags"] == ["web"]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"messages": [{"role": "user", "content": "Which trains go?"}]}, {"content": "At noon."}),
        ({"prompts": ["Which trains go?"]}, {"generations": [[{"text": "At noon."}]]}),
        (
            {"messages": [{"role": "user", "content": "Which trains go?"}], "model": "m"},
            {"choices": [{"message": {"role": "assistant", "content": "At noon."}}]},
        ),
        ({"input": "Which trains go?"}, {"role": "assistant", "content": "At noon."}),
    ],
)
def test_a_request_is_the_same_when_no_langchain_wrote_it(inputs: Any, outputs: Any) -> None:
    assert only(model(inputs=inputs, outputs=outputs)).messages == TOLD


def test_a_run_tells_and_is_left_out_when_it_is_no_model() -> None:
    telling, aside = pieces_of(langsmith, CHAIN)
    assert isinstance(telling, Piece)
    assert (telling.messages, telling.user_id, telling.span) == ((), "user-1", Span("r1", "r1"))
    assert aside == Aside("not_a_conversation")


@pytest.mark.parametrize("inputs", [None, {}, "{}", ""])
def test_a_loss_is_counted_when_inputs_are_hidden(inputs: object) -> None:
    found = pieces_of(langsmith, model(inputs=inputs, outputs=inputs))
    assert found == [Aside("no_messages_logged", ("content_not_logged",))]


@pytest.mark.parametrize("change", [{"error": "timed out"}, {"status": "error"}])
def test_a_failed_run_says_so_when_there_is_no_answer(change: dict[str, Any]) -> None:
    piece = only(model(outputs=None, **change))
    assert (piece.messages, piece.attributes["error"]) == (TOLD[:1], True)


def test_fields_of_the_operator_count_when_they_are_there() -> None:
    told = {"metadata": {"account": "user-9", "user_id": "user-1", "firm": "f9"}, "chat": "c9"}
    keys = Keys(("extra.metadata.account",), ("extra.chat",), ("extra.metadata.firm",))
    piece = only(model(extra=told), keys)
    assert (piece.user_id, piece.conversation_id, piece.tenant) == ("user-9", "c9", "f9")
