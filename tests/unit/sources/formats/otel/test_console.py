from typing import Any

from clio_assets.sources.formats import otel
from tests.fakes.grouped import Talk, talks

ASKED = '[{"role": "user", "parts": [{"type": "text", "content": "Which trains go?"}]}]'
RESOURCE = {"attributes": {"service.name": "trains"}, "schema_url": ""}


def document(own: str, parent: str | None, attributes: dict[str, Any], **more: Any) -> Any:
    return {
        "name": "chat",
        "context": {"trace_id": "0x0a", "span_id": own, "trace_state": "[]"},
        "kind": "SpanKind.CLIENT",
        "parent_id": parent,
        "start_time": "2026-03-01T10:00:00.000000Z",
        "end_time": "2026-03-01T10:00:02.000000Z",
        "status": {"status_code": "ERROR"},
        "attributes": attributes,
        "events": [],
        "resource": RESOURCE,
        **more,
    }


def record(name: str, attributes: dict[str, Any] | None, body: object = None) -> Any:
    return {
        "body": body,
        "severity_number": None,
        "attributes": attributes,
        "dropped_attributes": 0,
        "timestamp": None,
        "observed_timestamp": "2026-03-01T10:00:03.000000Z",
        "trace_id": "0x0a",
        "span_id": "0x0b",
        "resource": RESOURCE,
        "event_name": name,
    }


def test_spans_are_read_when_the_console_wrote_them() -> None:
    call = document("0x0b", "0x0c", {"gen_ai.input.messages": ASKED})
    above = document("0x0c", None, {"user.id": "user-1", "session.id": "session-1"})
    assert otel.recognises(call)
    assert otel.recognises(above)
    expected = Talk("session-1", "user-1", (("user", "Which trains go?"),))
    assert talks(otel, [call, above]) == [expected]


def test_events_are_read_when_the_console_wrote_the_span() -> None:
    event = {"name": "gen_ai.user.message", "attributes": {"content": "Which trains go?"}}
    choice = {"name": "gen_ai.choice", "attributes": {"message": "At noon."}}
    call = document("0x0b", None, {"gen_ai.operation.name": "chat"}, events=[event, choice])
    ((_, _, turns, losses, _),) = talks(otel, [call])
    assert turns == (("user", "Which trains go?"), ("assistant", "At noon."))
    assert losses == ()


def test_log_records_are_read_when_the_console_wrote_them() -> None:
    name = "gen_ai.client.inference.operation.details"
    told = record(name, {"gen_ai.input.messages": ASKED, "user.id": "user-1"})
    assert otel.recognises(told)
    ((_, user, turns, losses, _),) = talks(otel, [told, record("other", None, "words")])
    assert (user, turns) == ("user-1", (("user", "Which trains go?"),))
    assert losses == ("answer_missing",)
