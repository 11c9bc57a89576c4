"""Requests of the OpenTelemetry protocol in JSON, as exporters and collectors write them to files.

    {"resourceSpans": [{"resource": {"attributes": [...]}, "scopeSpans": [{"spans": [
        {"traceId": ..., "spanId": ..., "parentSpanId": ..., "startTimeUnixNano": "...",
         "attributes": [{"key": ..., "value": {...}}], "events": [...]}]}]}]}
    {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"eventName": ..., "body": {...}}]}]}]}

Also with the names of the protocol buffer (`resource_spans`), under `batches` as Tempo has them,
and with the libraries of before 2022 in the place of scopes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from clio_assets.sources.formats.otel import messages_one_by_one as one_by_one
from clio_assets.sources.formats.otel import values
from clio_assets.sources.formats.otel.item import Event, Item, objects, text_at
from clio_assets.sources.formats.protocol import Record, Span

_RESOURCES: Final = ("resourceSpans", "batches", "resourceLogs", "resourceMetrics")
_SCOPES: Final = ("scopeSpans", "instrumentationLibrarySpans", "scopeLogs", "scopeMetrics")
_FAILED: Final = frozenset((2, "2", "STATUS_CODE_ERROR"))


def recognises(record: Record) -> bool:
    """Lists of resources with scopes, under names of the protocol."""
    for name in _RESOURCES:
        found = values.field(record, name)
        if isinstance(found, list) and found:
            return isinstance(found[0], Mapping) and any(
                isinstance(values.field(found[0], scope), list) for scope in _SCOPES
            )
    return False


def is_parted(record: Record, path: tuple[str, ...]) -> bool:
    """Whether a long request may be read an element of that array at a time.

    Log records of a resource belong together; so do spans with their resource, which is known
    where it was written before them.
    """
    if not path or path[0] not in _named("resourceSpans", "batches", "resourceLogs"):
        return False
    if len(path) == 1:
        return True
    first: Record = next(iter(objects(record.get(path[0]))), {})
    below = (_named("scopeSpans", "instrumentationLibrarySpans"), _named("spans"))
    return "resource" in first and all(
        key in names for key, names in zip(path[1:], below, strict=False)
    )


def _named(*names: str) -> frozenset[str]:
    return frozenset(form for name in names for form in values.forms(name))


def items(record: Record) -> Iterator[Item]:
    """The spans and log records of a request."""
    for resource in _listed(record, "resourceSpans", "batches"):
        whence = _resource(resource)
        for scope in _listed(resource, "scopeSpans", "instrumentationLibrarySpans"):
            yield from (_span(span, whence) for span in _listed(scope, "spans"))
    for resource in _listed(record, "resourceLogs"):
        whence = _resource(resource)
        logs = Logs()
        for scope in _listed(resource, "scopeLogs"):
            for log in _listed(scope, "logRecords"):
                logs.add(_log(log, whence))
        yield from logs.items()


def scopes(record: Record) -> Iterator[tuple[object, object]]:
    """Name and version of the instrumentations that a request's spans and log records are of."""
    for resource in _listed(record, "resourceSpans", "batches", "resourceLogs"):
        for scope in _listed(resource, "scopeSpans", "instrumentationLibrarySpans", "scopeLogs"):
            told = scope.get("scope") or values.field(scope, "instrumentationLibrary")
            if isinstance(told, Mapping):
                yield told.get("name"), told.get("version")


def _listed(record: Record, *names: str) -> Iterator[Record]:
    for name in names:
        yield from objects(values.field(record, name))


def _resource(record: Record) -> Record:
    resource = record.get("resource")
    return values.attributes(resource.get("attributes")) if isinstance(resource, Mapping) else {}


def _span(span: Record, resource: Record) -> Item:
    status = span.get("status")
    return Item(
        "span",
        values.attributes(span.get("attributes")),
        values.span_of(
            values.field(span, "traceId"),
            values.field(span, "spanId"),
            values.field(span, "parentSpanId"),
        ),
        values.moment(values.field(span, "startTimeUnixNano")),
        values.moment(values.field(span, "endTimeUnixNano")),
        tuple(
            Event(text_at(event, "name"), values.attributes(event.get("attributes")))
            for event in objects(span.get("events"))
        ),
        resource,
        values.count(values.field(span, "droppedAttributesCount")),
        _is_failed(status.get("code") if isinstance(status, Mapping) else None),
    )


def _is_failed(code: object) -> bool:
    return isinstance(code, int | str) and code in _FAILED


def _log(log: Record, resource: Record) -> Item:
    told = values.attributes(log.get("attributes"))
    name = values.field(log, "eventName")
    time = values.moment(values.field(log, "timeUnixNano"))
    return Item(
        "log",
        told,
        values.span_of(values.field(log, "traceId"), values.field(log, "spanId")),
        time or values.moment(values.field(log, "observedTimeUnixNano")),
        None,
        (event_of(name, told, values.plain(log.get("body"))),),
        resource,
        values.count(values.field(log, "droppedAttributesCount")),
    )


def event_of(name: object, told: Record, body: object) -> Event:
    """The event that a log record is; before 2025 its name was an attribute."""
    named = name if isinstance(name, str) and name else text_at(told, "event.name")
    return Event(named, told, body)


@dataclass(slots=True)
class Logs:
    """Log records of one request, of which those that are messages of one call become one item."""

    _items: list[Item] = field(default_factory=list)
    _open: dict[Span | None, int] = field(default_factory=dict)  # call -> its place

    def add(self, item: Item) -> None:
        """Take a log record."""
        event = item.events[0]
        if not one_by_one.is_message(event.name):
            self._items.append(item)
            return
        place = self._open.setdefault(item.span, len(self._items))
        if place == len(self._items):
            self._items.append(item)
        else:
            before = self._items[place]
            times = [time for time in (before.latest, item.at) if time is not None]
            self._items[place] = replace(
                before, events=(*before.events, event), latest=max(times, default=None)
            )
        if item.span is None and event.name == one_by_one.CHOICE:
            del self._open[None]  # nothing else tells where one call ends

    def items(self) -> list[Item]:
        """One for each log record, or for each call."""
        return self._items
