"""Traces and logs of OpenTelemetry: requests of its protocol in JSON, and the console's documents.

    {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": ..., "attributes": [
        {"key": "gen_ai.input.messages", "value": {"stringValue": "[{\"role\": \"user\", ...}]"}},
        {"key": "gen_ai.output.messages", "value": {"stringValue": ...}}]}]}]}]}

Which attributes hold the messages is told span by span, as one file may hold spans of several
instrumentations: the conventions for generative AI (`semconv.py`), those of before 1.37
(`messages_one_by_one.py`), OpenLLMetry's (`numbered.py`), OpenInference (`openinference.py`) and
Langfuse (`langfuse.py`).
User and conversation may stand on a span above the call, wherever that is.
"""

from collections.abc import Iterator
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats.otel import calls, console, otlp
from clio_assets.sources.formats.otel.item import Item
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record

name: Final[Format] = "otel"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """A request of the protocol, or what the console exporters write."""
    return otlp.recognises(record) or console.is_span(record) or console.is_log(record)


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The calls of a record, what spans above them tell, and what is no part of a talk."""
    empty = True
    for item in _items(record):
        empty = False
        yield from calls.pieces(item, keys)
    if empty:  # measurements, or a request without anything
        yield Aside("not_a_conversation")


def scopes(record: Record) -> Iterator[tuple[object, object]]:
    """Name and version of what wrote the spans or log records, as far as they are told."""
    if console.is_span(record) or console.is_log(record):
        yield console.sdk(record)
    else:
        yield from otlp.scopes(record)


def _items(record: Record) -> Iterator[Item]:
    if console.is_span(record):
        yield console.span(record)
    elif console.is_log(record):
        yield console.log(record)
    else:
        yield from otlp.items(record)
