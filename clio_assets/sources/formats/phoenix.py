"""Spans exported from Phoenix: a row of its table of spans, or an object of its REST API.

    {"context.trace_id": ..., "context.span_id": ..., "parent_id": ..., "span_kind": "LLM",
     "start_time": ..., "end_time": ..., "status_code": "OK", "attributes.session.id": ...,
     "attributes.llm.input_messages": [{"message.role": "user", "message.content": "hi"}],
     "attributes.llm.output_messages": [...]}
    {"context": {"trace_id": ..., "span_id": ...}, "span_kind": "LLM", "parent_id": ...,
     "attributes": {"llm.input_messages.0.message.role": "user", ...}}

Lists of messages may be JSON text, and attributes nested.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.otel import calls, values
from clio_assets.sources.formats.otel.item import Event, Item, objects, text_at
from clio_assets.sources.formats.otel.openinference import KIND
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record

name: Final[Format] = "phoenix"
users_are_accounts: Final = False

_COLUMN: Final = "attributes."


def recognises(record: Record) -> bool:
    """A span's kind, in OpenInference's words, beside where the span lies."""
    context = record.get("context")
    nested = isinstance(context, Mapping) and "trace_id" in context and "attributes" in record
    return "span_kind" in record and (nested or "context.trace_id" in record)


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The call of a row, or what its span tells to those below it."""
    context = fields.unwrapped(record.get("context"))
    inner = fields.unwrapped(record.get("attributes"))
    ids = context if isinstance(context, Mapping) else {}
    told = dict(values.attributes(inner)) if isinstance(inner, Mapping) else {}
    told |= {
        key.removeprefix(_COLUMN): value
        for key, value in record.items()
        if key.startswith(_COLUMN) and not fields.is_missing(value)
    }
    told.setdefault(KIND, record.get("span_kind"))
    events = fields.unwrapped(record.get("events"))
    yield from calls.pieces(
        Item(
            "span",
            told,
            values.span_of(
                ids.get("trace_id", record.get("context.trace_id")),
                ids.get("span_id", record.get("context.span_id")),
                record.get("parent_id"),
            ),
            values.moment(record.get("start_time")),
            values.moment(record.get("end_time")),
            tuple(
                Event(text_at(event, "name"), values.attributes(event.get("attributes")))
                for event in objects(events)
            ),
            failed=record.get("status_code") == "ERROR",
        ),
        keys,
    )
