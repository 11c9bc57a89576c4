"""What the console exporters of the Python SDK write: a JSON object for each span or log record.

{"name": ..., "context": {"trace_id": "0x...", "span_id": "0x..."}, "kind": "SpanKind.CLIENT",
 "parent_id": "0x...", "start_time": "2026-...Z", "end_time": ..., "status": {...},
 "attributes": {...}, "events": [...], "resource": {"attributes": {...}}}
{"body": ..., "severity_number": ..., "attributes": {...}, "observed_timestamp": ...,
 "trace_id": "0x...", "span_id": "0x...", "event_name": ...}
"""

from collections.abc import Mapping

from clio_assets.sources.formats.otel import values
from clio_assets.sources.formats.otel.item import Event, Item, objects, text_at
from clio_assets.sources.formats.otel.otlp import event_of
from clio_assets.sources.formats.protocol import Record


def is_span(record: Record) -> bool:
    """A span by its context, its kind and its times."""
    context = record.get("context")
    return (
        isinstance(context, Mapping)
        and {"trace_id", "span_id"} <= context.keys()
        and {"kind", "start_time", "attributes", "parent_id"} <= record.keys()
    )


def is_log(record: Record) -> bool:
    """A log record by its severity and its span."""
    return {"body", "severity_number", "trace_id", "span_id", "attributes"} <= record.keys()


def span(record: Record) -> Item:
    """The span."""
    context, status = record.get("context"), record.get("status")
    ids = context if isinstance(context, Mapping) else {}
    return Item(
        "span",
        values.attributes(record.get("attributes")),
        values.span_of(ids.get("trace_id"), ids.get("span_id"), record.get("parent_id")),
        values.moment(record.get("start_time")),
        values.moment(record.get("end_time")),
        tuple(
            Event(text_at(event, "name"), values.attributes(event.get("attributes")))
            for event in objects(record.get("events"))
        ),
        _resource(record),
        failed=isinstance(status, Mapping) and status.get("status_code") == "ERROR",
    )


def log(record: Record) -> Item:
    """The log record."""
    told = values.attributes(record.get("attributes"))
    time = values.moment(record.get("timestamp"))
    return Item(
        "log",
        told,
        values.span_of(record.get("trace_id"), record.get("span_id")),
        time or values.moment(record.get("observed_timestamp")),
        None,
        (event_of(record.get("event_name"), told, record.get("body")),),
        _resource(record),
        values.count(record.get("dropped_attributes")),
    )


def sdk(record: Record) -> tuple[object, object]:
    """Name and version of the SDK: the console does not tell the instrumentation."""
    told = _resource(record)
    return told.get("telemetry.sdk.name"), told.get("telemetry.sdk.version")


def _resource(record: Record) -> Record:
    resource = record.get("resource")
    return values.attributes(resource.get("attributes")) if isinstance(resource, Mapping) else {}
