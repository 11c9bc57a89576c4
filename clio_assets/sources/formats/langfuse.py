"""Observations of Langfuse: its export to blob storage, the rows of its tables, its API.

    {"id": ..., "trace_id": ..., "type": "GENERATION", "parent_observation_id": ..., "user_id": ...,
     "session_id": ..., "start_time": "2026-03-01 10:00:00.000000", "input": "[{...}]", ...}

The older export has no users in its observations; they stand in rows of traces, in other files:

    {"id": the trace, "timestamp": ..., "user_id": ..., "session_id": ..., "bookmarked": false}

Names are written with underscores or as in JavaScript (`traceId`). A generation is a request; what
any row of a trace says of user and session holds for all of the trace.
"""

from collections.abc import Iterator, Mapping
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
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record, Span

name: Final[Format] = "langfuse"
users_are_accounts: Final = False

_KINDS: Final = frozenset(
    {
        "SPAN",
        "GENERATION",
        "EVENT",
        "AGENT",
        "TOOL",
        "CHAIN",
        "RETRIEVER",
        "EVALUATOR",
        "EMBEDDING",
        "GUARDRAIL",
    }
)
_OF_A_TRACE: Final = ("bookmarked", "public", "html_path", "htmlPath")
_OF_A_SCORE: Final = ("data_type", "dataType")
#: Of a model that LangChain calls in no chain they stand in the metadata alone.
_USERS: Final = ("user_id", "userId", "metadata.langfuse_user_id")
_SESSIONS: Final = ("session_id", "sessionId", "metadata.langfuse_session_id")
_TRACES: Final = ("trace_id", "traceId")


def recognises(record: Record) -> bool:
    """An observation, a trace or a score, of which an export always has all three."""
    kind = record.get("type")
    if isinstance(kind, str) and kind in _KINDS:
        return _has(record, _TRACES) and _has(record, ("start_time", "startTime"))
    if _has(record, _TRACES):
        return _has(record, _OF_A_SCORE) and "value" in record
    return "timestamp" in record and _has(record, _SESSIONS[:2]) and _has(record, _OF_A_TRACE)


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The request of a generation; of other rows what they tell. Raises Malformed."""
    if _has(record, _OF_A_SCORE) or _is_of_langfuse_itself(record):
        yield Aside("not_a_conversation")
        return
    known = who(record, keys, _USERS, _SESSIONS)
    if "type" in record:
        yield from _observation(record, known)
        return
    yield from _telling(record.get("id"), record, known)
    nested = fields.unwrapped(record.get("observations"))
    for inner in nested if isinstance(nested, list) else []:
        if isinstance(inner, Mapping) and "type" in inner:
            yield from _observation(inner, who(inner, keys, _USERS, _SESSIONS))


def _observation(record: Record, known: Who) -> Iterator[Piece | Aside]:
    trace = fields.user_id(fields.first_present(record, _TRACES))
    if known.knows_any() and trace is not None:
        yield from _telling(trace, record, known)
    if record.get("type") != "GENERATION":
        yield Aside("not_a_conversation")
        return
    said = exchange(_without_tools(record.get("input")), record.get("output"))
    yield request(said, known, _about(record, trace))


def _about(record: Record, trace: str | None) -> About:
    at = fields.instant(fields.first_present(record, ("start_time", "startTime")))
    latest_at = fields.instant(fields.first_present(record, ("end_time", "endTime")))
    own = fields.user_id(record.get("id"))
    usage = fields.first_present(record, ("usage_details", "usageDetails", "usage"))
    told = labels(
        {
            attributes.MODEL: fields.first_present(
                record, ("provided_model_name", "providedModelName", "model")
            ),
            attributes.ERROR: record.get("level") == "ERROR" or None,
            attributes.LATENCY: seconds(at, latest_at),
            attributes.INPUT_TOKENS: _used(usage, "input"),
            attributes.OUTPUT_TOKENS: _used(usage, "output"),
            attributes.COST: number(
                fields.first_present(record, ("total_cost", "totalCost", "calculatedTotalCost"))
            ),
            attributes.TAGS: fields.unwrapped(record.get("tags")),
        }
    )
    place = Span(trace, own, trace) if trace and own else None
    return About(at, latest_at, place, attributes=told)


def _telling(trace: object, record: Record, known: Who) -> Iterator[Piece | Aside]:
    """All rows of a trace lie below the trace, whichever row the export leaves out."""
    place = fields.user_id(trace)
    told = labels({attributes.TAGS: fields.unwrapped(record.get("tags"))})
    if place is None or not (known.knows_any() or told):
        yield Aside("not_a_conversation")
    else:
        yield telling(known, Span(place, place), told)


def _without_tools(asked: object) -> object:
    """Langfuse's handler for LangChain writes the tools that a model may call behind the messages,
    as messages of a tool; a result would name the call that it answers."""
    messages = fields.unwrapped(asked)
    if not isinstance(messages, list) or not any(map(_is_tool, messages)):
        return asked
    return [message for message in messages if not _is_tool(message)]


def _is_tool(message: object) -> bool:
    return (
        isinstance(message, Mapping)
        and message.get("role") == "tool"
        and isinstance(message.get("content"), Mapping)
        and "tool_call_id" not in message
    )


def _is_of_langfuse_itself(record: Record) -> bool:
    """Judgements and experiments that Langfuse ran, which quote conversations."""
    return str(record.get("environment")).startswith("langfuse")


def _used(usage: object, what: str) -> object:
    usage = fields.unwrapped(usage)
    return number(usage.get(what)) if isinstance(usage, Mapping) else None


def _has(record: Record, names: tuple[str, ...]) -> bool:
    return any(name in record for name in names)
