"""Spans and log records as OpenTelemetry's exporters write them, made of plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

TRACE = "0a" * 16
STARTED = 1_772_359_200_000_000_000  # 2026-03-01 10:00 UTC


def tagged(value: object) -> dict[str, Any]:
    """A value with the name of its kind."""
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, Mapping):
        return {"kvlistValue": {"values": pairs(value)}}
    assert isinstance(value, list)
    return {"arrayValue": {"values": [tagged(inner) for inner in value]}}


def pairs(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Attributes as a list of keys and values."""
    return [{"key": key, "value": tagged(value)} for key, value in attributes.items()]


def span(
    attributes: Mapping[str, Any],
    own: int = 1,
    parent: int | None = None,
    *,
    trace: str = TRACE,
    **fields: Any,
) -> dict[str, Any]:
    """A span that took two seconds, the numbered one of its trace."""
    started = STARTED + own * 10**9
    ids = {"traceId": trace, "spanId": f"{own:016x}"}
    above = {} if parent is None else {"parentSpanId": f"{parent:016x}"}
    times = {"startTimeUnixNano": str(started), "endTimeUnixNano": str(started + 2 * 10**9)}
    return {**ids, **above, **times, "kind": 1, "attributes": pairs(attributes), **fields}


def event(name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """An event of a span."""
    return {"name": name, "timeUnixNano": str(STARTED), "attributes": pairs(attributes)}


def log(
    name: str, body: object = None, attributes: Mapping[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """A log record of the first span, as the SDK writes it: with the time it was observed alone."""
    ids = {"traceId": TRACE, "spanId": f"{1:016x}"}
    time = {"observedTimeUnixNano": str(STARTED + 3 * 10**9)}
    told = {"eventName": name, "body": tagged(body), "attributes": pairs(attributes or {})}
    return {**ids, **time, **told, **fields}


def request(*spans: Mapping[str, Any], **resource: Any) -> dict[str, Any]:
    """A request of spans."""
    whence = {"attributes": pairs({"service.name": "trains"} | resource)}
    return {"resourceSpans": [{"resource": whence, "scopeSpans": [{"spans": list(spans)}]}]}


def logs(*records: Mapping[str, Any]) -> dict[str, Any]:
    """A request of log records."""
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": list(records)}]}]}


def flattened(value: object, prefix: str) -> Iterator[tuple[str, object]]:
    """The values inside a list or object, each under the path that leads to it."""
    inner = enumerate(value) if isinstance(value, list) else None
    if isinstance(value, Mapping):
        inner = value.items()  # type: ignore[assignment]
    if inner is None:
        yield prefix, value
        return
    for key, below in inner:
        yield from flattened(below, f"{prefix}.{key}")
