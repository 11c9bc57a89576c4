"""From a span or log record to the piece of a conversation that it is, or why it is none.

What counts is the call of a model. Spans of agents and chains repeat what the calls below them
hold: they make pieces, too, which count where none below them has messages (`grouping/traces.py`).
Whatever a span is, the ids it names are passed on.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.observed import Who, telling
from clio_assets.sources.formats.otel import (
    langfuse,
    messages_one_by_one,
    numbered,
    openinference,
    semconv,
)
from clio_assets.sources.formats.otel.identity import of_a_call, of_all_below, whose
from clio_assets.sources.formats.otel.item import Item, Told, text_at
from clio_assets.sources.formats.otel.parts import spoken
from clio_assets.sources.formats.protocol import Aside, Keys, Loss, Malformed, Piece
from clio_assets.sources.formats.side_calls import apart

_Role = Literal["call", "above calls", "other", "unknown"]

_OPERATIONS: Final[dict[str, _Role]] = {
    "chat": "call",
    "generate_content": "call",
    "text_completion": "call",
    "invoke_agent": "above calls",
    "invoke_workflow": "above calls",
    "create_agent": "other",
    "embeddings": "other",
    "execute_tool": "other",
    "retrieval": "other",
}
_REQUESTS: Final[dict[str, _Role]] = {
    "chat": "call",
    "completion": "call",
    "embedding": "other",
    "rerank": "other",
}
_TRACELOOP: Final[dict[str, _Role]] = {
    "workflow": "above calls",
    "task": "above calls",
    "agent": "above calls",
    "tool": "other",
}
_OPENINFERENCE: Final[dict[str, _Role]] = {
    "LLM": "call",
    "AGENT": "above calls",
    "CHAIN": "above calls",
}
_LANGFUSE: Final[dict[str, _Role]] = {
    langfuse.CALL: "call",
    "embedding": "other",
    "evaluator": "other",
    "event": "other",
    "guardrail": "other",
    "retriever": "other",
    "tool": "other",
}
_OF_A_MODEL: Final = ("gen_ai.request.model", "gen_ai.response.model", "llm.model_name")
_DETAILS: Final = "gen_ai.client.inference.operation.details"

_DIALECTS: Final[Sequence[Callable[[Item], Told | None]]] = (
    semconv.read,
    openinference.read,
    langfuse.read,
    numbered.read,
    messages_one_by_one.read,
)


def pieces(item: Item, keys: Keys) -> Iterator[Piece | Aside]:
    """The piece of an item, or why there is none and what it still tells to those below it."""
    try:
        owner = whose(item, keys)
    except Malformed as malformed:
        yield Aside(malformed.reason)
        return
    try:
        found = _piece_or_aside(item, owner)
    except Malformed as malformed:
        found = Aside(malformed.reason)
    is_span = item.kind == "span"
    if isinstance(found, Aside) and item.span is not None and (is_span or owner.knows_any()):
        yield telling(owner, item.span, of_all_below(item) if is_span else {})
    yield from [found] if isinstance(found, Aside) else apart(found, item.attributes)


def _piece_or_aside(item: Item, owner: Who) -> Piece | Aside:
    role = _role(item)
    if role == "other":
        return Aside("not_a_conversation")
    told = _told(item)
    if told is None:
        return _nothing_kept(item) if role == "call" else Aside("not_a_conversation")
    if spoken(told.asked) or (told.is_part and (told.asked or told.answer)):
        return _piece(item, owner, told)
    if told.asked and not told.losses:  # nobody asked
        return Aside("not_a_conversation")
    lost: Loss = "message_left_empty" if told.answer else "content_not_logged"
    return Aside("no_messages_logged", tuple(sorted(told.losses)) or (lost,))


def _told(item: Item) -> Told | None:
    """What the first dialect that is there tells."""
    return next((told for read in _DIALECTS if (told := read(item)) is not None), None)


def _nothing_kept(item: Item) -> Aside:
    return Aside(
        "no_messages_logged", ("oldest_turns_dropped" if item.dropped else "content_not_logged",)
    )


def _piece(item: Item, owner: Who, told: Told) -> Piece:
    losses: set[Loss] = set(told.losses)
    if not (told.answer or told.is_part or item.failed):
        losses.add("answer_missing")
    return Piece(
        "delta" if told.is_part else "cumulative",
        (*told.asked, *told.answer),
        owner.conversation,
        owner.user,
        owner.tenant,
        item.at,
        item.latest,
        span=item.span,
        attributes=of_a_call(item),
        losses=tuple(sorted(losses)),
    )


def _role(item: Item) -> _Role:
    """What a span is, by the first word that says so."""
    found = item.attributes
    name = item.events[0].name if item.kind == "log" and item.events else ""
    if name == _DETAILS or messages_one_by_one.is_message(name):
        return "call"
    operation = text_at(found, "gen_ai.operation.name").lower()
    kind = text_at(found, openinference.KIND).upper()
    for role in (
        _OPERATIONS.get(operation),
        _OPENINFERENCE.get(kind, "other") if kind else None,
        _TRACELOOP.get(text_at(found, "traceloop.span.kind")),
        _REQUESTS.get(text_at(found, "llm.request.type")),
        _LANGFUSE.get(text_at(found, langfuse.TYPE).lower()),
    ):
        if role is not None:
            return role
    of_a_model = any(not fields.is_missing(found.get(key)) for key in _OF_A_MODEL)
    return "call" if of_a_model else "unknown"
