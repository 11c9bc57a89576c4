from typing import Any

import pytest

from clio_assets.sources.formats import otel
from clio_assets.sources.formats.protocol import Aside, Piece
from tests.fakes.grouped import Talk, pieces_of, talks
from tests.fakes.telemetry import log, logs, pairs, request, span

ASKED = '[{"role": "user", "parts": [{"type": "text", "content": "Which trains go?"}]}]'
ANSWERED = '[{"role": "assistant", "parts": [{"type": "text", "content": "At noon."}]}]'
CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.input.messages": ASKED,
    "gen_ai.output.messages": ANSWERED,
}
WHOSE = {"user.id": "user-1", "session.id": "session-1"}
TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))


def with_other_names(value: Any) -> Any:
    """Fields under their names of the protocol buffer."""
    if isinstance(value, dict):
        return {
            "".join(f"_{c.lower()}" if c.isupper() else c for c in key): with_other_names(inner)
            for key, inner in value.items()
        }
    return [with_other_names(inner) for inner in value] if isinstance(value, list) else value


def older(record: dict[str, Any]) -> dict[str, Any]:
    """The request as it was written before there were scopes."""
    resources = [dict(resource) for resource in record["resourceSpans"]]
    for resource in resources:
        resource["instrumentationLibrarySpans"] = resource.pop("scopeSpans")
    return {"resourceSpans": resources}


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record,
        with_other_names,
        older,
        lambda record: {"batches": record["resourceSpans"]},
    ],
    ids=["json", "protocol buffer", "libraries", "batches"],
)
def test_call_is_read_when_the_envelope_is_written_otherwise(change: Any) -> None:
    record = change(request(span(CALL | WHOSE)))
    assert otel.recognises(record)
    assert talks(otel, [record]) == [Talk("session-1", "user-1", TOLD)]


@pytest.mark.parametrize(
    "record",
    [
        {"resourceSpans": []},
        {"resourceSpans": "x"},
        {"resourceSpans": [5]},
        {"resourceSpans": [{}]},
        {"resourceSpans": [{"scopeSpans": {}}]},
        {"spans": []},
        {"context": {"trace_id": "a", "span_id": "b"}, "attributes": {}},
        {"body": "x", "trace_id": "a", "span_id": "b"},
    ],
)
def test_recognises_nothing_when_one_key_alone_looks_like_it(record: dict[str, Any]) -> None:
    assert otel.recognises(record) is False


@pytest.mark.parametrize(
    "record",
    [
        {"resourceMetrics": [{"scopeMetrics": [{"metrics": []}]}]},
        {"resourceSpans": [{"scopeSpans": [{"spans": []}]}]},
    ],
)
def test_record_is_no_conversation_when_it_holds_no_spans(record: dict[str, Any]) -> None:
    assert otel.recognises(record)
    assert pieces_of(otel, record) == [Aside("not_a_conversation")]


def test_ids_come_from_the_span_above_when_it_was_written_after_and_elsewhere() -> None:
    chat = request(span(CALL, 3, 2))
    between = request(span({"http.method": "POST"}, 2, 1))
    above = request(span(WHOSE, 1))
    expected = [Talk("session-1", "user-1", TOLD)]
    assert talks(otel, [chat, between, above]) == expected
    assert talks(otel, [above, chat, between]) == expected
    assert talks(otel, [request(span(CALL, 3, 2), span(WHOSE, 1), span({}, 2, 1))]) == expected


def test_log_record_has_the_time_it_was_observed_when_it_has_no_other() -> None:
    (piece,) = pieces_of(otel, logs(log("gen_ai.client.inference.operation.details", None, CALL)))
    assert isinstance(piece, Piece)
    assert piece.messages == TOLD
    assert piece.at is not None
    assert piece.at.isoformat() == "2026-03-01T10:00:03+00:00"
    assert piece.span is not None
    assert "error" not in piece.attributes  # a log record does not say how it went


def test_log_record_tells_its_span_when_it_names_a_user() -> None:
    named = logs(log("app.login", "hello", {"user.id": "user-1"}, spanId=f"{9:016x}"))
    other = logs(log("app.started", "hello"))
    assert talks(otel, [request(span(CALL, 1, 9)), named, other])[0].user == "user-1"
    assert pieces_of(otel, other) == [Aside("not_a_conversation")]


@pytest.mark.parametrize("status", [{"code": 2}, {"code": "STATUS_CODE_ERROR"}])
def test_call_has_no_loss_when_it_failed(status: dict[str, Any]) -> None:
    failed = {key: value for key, value in CALL.items() if key != "gen_ai.output.messages"}
    (piece,) = pieces_of(otel, request(span(failed, status=status)))
    assert isinstance(piece, Piece)
    assert piece.attributes["error"] is True
    assert piece.losses == ()
    (piece,) = pieces_of(otel, request(span(failed)))
    assert piece.losses == ("answer_missing",)


def test_call_is_a_piece_when_its_span_has_no_ids() -> None:
    bare = {"attributes": pairs(CALL | WHOSE)}
    assert talks(otel, [request(bare)]) == [Talk("session-1", "user-1", TOLD)]
    assert pieces_of(otel, request({"attributes": pairs(WHOSE)})) == [Aside("not_a_conversation")]
