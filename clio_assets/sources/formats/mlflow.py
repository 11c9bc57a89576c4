"""Traces of MLflow: rows of its SQLite store, `traces.json` of a trace, traces written as JSON.

    {"trace_id": "tr-...", "content": "{a span}", "mlflow.trace.session": ...,
     "mlflow.trace.user": ...}                                                  store (mlflow.sql)
    {"spans": [...]}                                                            traces.json
    {"info": {"trace_metadata": {...}}, "data": {"spans": [...]}}               Trace.to_json()
    {"trace_id": ..., "trace_metadata": {...}, "spans": [...]}                  search_traces

A span, whose ids are base64 and whose attributes are JSON text:

    {"trace_id": "FpF...", "span_id": "zZw5B5XXMlY=", "parent_span_id": ..., "attributes":
     {"mlflow.spanType": "\\"CHAT_MODEL\\"", "mlflow.spanInputs": "{...}", ...}}

`mlflow.user` is who ran the application, not who wrote.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.exchange import exchange
from clio_assets.sources.formats.observed import (
    About,
    Who,
    labels,
    number,
    request,
    seconds,
    telling,
    who,
)
from clio_assets.sources.formats.protocol import Aside, Database, Keys, Piece, Record, Span

name: Final[Format] = "mlflow"
users_are_accounts: Final = False

_USER: Final = "mlflow.trace.user"
_SESSION: Final = "mlflow.trace.session"
_OF_A_SPAN: Final = ("span_id", "context")  # `context` of MLflow 2
_ASKED_MODELS: Final = ("CHAT_MODEL", "LLM")
#: Of an evaluation: MLflow's judges, which quote answers, and questions of a data set.
_OF_AN_EVALUATION: Final = ("mlflow.trace.sourceScorer", "mlflow.eval.requestId")
#: Where the request's own body names who asked.
_IN_THE_REQUEST: Final = ("metadata.user_id", "user", "safety_identifier")

_QUERY: Final = Path(__file__).with_name("mlflow.sql").read_text("utf-8")
_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "spans": frozenset({"trace_id", "span_id", "content", "start_time_unix_nano"}),
    "trace_request_metadata": frozenset({"request_id", "key", "value"}),
    "trace_tags": frozenset({"request_id", "key", "value"}),
}
#: Newer stores keep the session in a column, and there alone.
DATABASES: Final = (
    Database({**_COLUMNS, "trace_info": frozenset({"request_id", "session_id"})}, _QUERY),
    Database(_COLUMNS, _QUERY.replace("trace_info.session_id", "NULL")),
)


def recognises(record: Record) -> bool:
    """A row of the store, or an object with MLflow's spans."""
    if _SESSION in record:
        return "content" in record and "trace_id" in record
    spans = _spans(record)
    first = spans[0] if spans else None
    return (
        isinstance(first, Mapping)
        and any(key in first for key in _OF_A_SPAN)
        and isinstance(first.get("attributes"), Mapping)
        and "mlflow.traceRequestId" in first["attributes"]
    )


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The requests among the spans, and what other spans tell. Raises Malformed."""
    known, tags = _of_the_trace(record, keys)
    if any(not fields.is_missing(tags.get(tag)) for tag in _OF_AN_EVALUATION):
        yield Aside("not_a_conversation")
        return
    spans = [record.get("content")] if _SESSION in record else _spans(record)
    if not spans:
        yield Aside("not_a_conversation")
    for span in map(fields.unwrapped, spans):
        if isinstance(span, Mapping):
            yield from _of_span(span, known, keys)
        else:
            yield Aside("not_an_object")


def _spans(record: Record) -> list[object]:
    """The spans of a trace, wherever that form of it keeps them."""
    data = fields.unwrapped(record.get("data"))
    spans = data.get("spans") if isinstance(data, Mapping) else record.get("spans")
    spans = fields.unwrapped(spans)
    return spans if isinstance(spans, list) else []


def _of_the_trace(record: Record, keys: Keys) -> tuple[Who, Record]:
    """What holds for all spans of a trace, and its tags."""
    told: dict[str, object] = {}
    for place in (
        "info.trace_metadata",
        "info.request_metadata",
        "trace_metadata",
        "info.tags",
        "tags",
    ):
        found = fields.unwrapped(fields.at_path(record, place))
        told |= found if isinstance(found, Mapping) else {}
    told |= {key: value for key, value in record.items() if key.startswith("mlflow.")}
    return who(told, keys, (_USER,), (_SESSION,)), told


def _of_span(span: Record, known: Who, keys: Keys) -> Iterator[Piece | Aside]:
    given = _attributes(span)
    place = _place(span, given)
    known = who(given, keys, (_USER,), (_SESSION,)).else_(known)
    if given.get("mlflow.spanType") not in _ASKED_MODELS:
        if place is not None:
            yield telling(known, place, {})
        yield Aside("not_a_conversation")
        return
    asked, answered = given.get("mlflow.spanInputs"), given.get("mlflow.spanOutputs")
    if isinstance(asked, Mapping):
        known = known.else_(who(asked, Keys(), _IN_THE_REQUEST))
    yield request(exchange(asked, answered), known, _about(span, given, place))


def _about(span: Record, given: Record, place: Span | None) -> About:
    at = fields.instant(fields.first_present(span, ("start_time_unix_nano", "start_time")))
    latest_at = fields.instant(fields.first_present(span, ("end_time_unix_nano", "end_time")))
    told = labels(
        {
            attributes.MODEL: given.get("mlflow.llm.model"),
            attributes.ERROR: "ERROR" in str(fields.at_path(span, "status.code")) or None,
            attributes.LATENCY: seconds(at, latest_at),
            attributes.INPUT_TOKENS: _inside(given, "mlflow.chat.tokenUsage", "input_tokens"),
            attributes.OUTPUT_TOKENS: _inside(given, "mlflow.chat.tokenUsage", "output_tokens"),
            attributes.COST: _inside(given, "mlflow.llm.cost", "total_cost"),
        }
    )
    return About(at, latest_at, place, attributes=told)


def _inside(given: Record, attribute: str, key: str) -> object:
    value = given.get(attribute)
    return number(value.get(key)) if isinstance(value, Mapping) else None


def _attributes(span: Record) -> Record:
    """Values are JSON text, also those that are text."""
    given = fields.unwrapped(span.get("attributes"))
    return (
        {key: _decoded(value) for key, value in given.items()} if isinstance(given, Mapping) else {}
    )


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _place(span: Record, given: Record) -> Span | None:
    trace = fields.user_id(given.get("mlflow.traceRequestId"))
    own = _hexadecimal(span.get("span_id") or fields.at_path(span, "context.span_id"))
    parent = _hexadecimal(span.get("parent_span_id") or span.get("parent_id"))
    return Span(trace, own, parent) if trace and own else None


def _hexadecimal(value: object) -> str | None:
    """The same form for ids of JSON (base64 of eight bytes) and those of columns."""
    text = fields.user_id(value)
    if text is None or not text.endswith("="):
        return text
    try:
        return base64.b64decode(text, validate=True).hex()
    except (binascii.Error, ValueError):
        return text
