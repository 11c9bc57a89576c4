"""OpenInference, as its instrumentations and Phoenix write it.

    openinference.span.kind: "LLM"
    llm.input_messages.0.message.role: "user"
    llm.input_messages.0.message.content: "hi"
    llm.output_messages.0.message.contents.0.message_content.type: "text"
    llm.output_messages.0.message.tool_calls.0.tool_call.function.name: "timetable"
    input.value: the whole request, JSON text    output.value: the whole response

A tool call stands among the contents and beside them. A span keeps 128 attributes and drops the
oldest: of a conversation of 61 turns or so the request and the first messages are gone.
"""

from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import role_of
from clio_assets.sources.formats.exchange import exchange
from clio_assets.sources.formats.otel.item import Item, Told, text_at
from clio_assets.sources.formats.otel.parts import LEFT_EMPTY, losses_in, spoken, turns
from clio_assets.sources.formats.otel.tree import listed, numbered, whole
from clio_assets.sources.formats.protocol import Loss, Malformed, Record

KIND: Final = "openinference.span.kind"
_REDACTED: Final = "__REDACTED__"
_WAYS: Final = ("input", "output")
_CALLS: Final = frozenset(("tool_use", "tool_call"))


def read(item: Item) -> Told | None:
    """What the attributes tell; None where there are none of these. Raises Malformed."""
    asked = numbered(item.attributes, "llm.input_messages")
    answers = numbered(item.attributes, "llm.output_messages")
    if not (asked or answers):
        return _of_values(item)
    messages, dropped = whole(asked, lambda m: _role(m) is not None, item.is_full)
    return _told(
        [turn for message in messages for turn in _turns(message, _role(message))],
        _turns(answers[0][1], _role(answers[0][1]) or "assistant") if answers else [],
        {"oldest_turns_dropped"} if dropped else set(),
    )


def _told(asked: list[Message], answer: list[Message], losses: set[Loss]) -> Told:
    """All that was not redacted."""
    kept = [message for message in asked if message.content != _REDACTED]
    shown = [message for message in answer if message.content != _REDACTED]
    losses = losses | losses_in(kept)
    if len(kept) < len(asked) or len(shown) < len(answer):
        losses = {*losses, "content_redacted"}
        kept = kept if spoken(kept) else []
    return Told(tuple(kept), tuple(shown), frozenset(losses))


def _role(message: Record) -> object:
    role = fields.at_path(message, "message.role")
    return None if fields.is_missing(role) else role


def _turns(message: Record, role: object) -> list[Message]:
    contents = [_block(part) for part in listed(fields.at_path(message, "message.contents"))]
    calls = listed(fields.at_path(message, "message.tool_calls"))
    name = fields.at_path(message, "message.function_call_name")
    if calls:
        contents = [block for block in contents if block.get("type") not in _CALLS]
    elif not fields.is_missing(name):
        calls = [{"name": name}]
    text = fields.at_path(message, "message.content")
    if text is None and not (contents or calls) and role_of(role) == "user":
        return [LEFT_EMPTY]
    return turns(role_of(role), contents or text, calls)


def _block(part: Record) -> Record:
    kind = fields.at_path(part, "message_content.type")
    text = fields.at_path(part, "message_content.text")
    if not isinstance(kind, str):
        kind = "text" if isinstance(text, str) else "other"
    name = fields.first_at(part, ("tool_call.function.name", "message_content.name"))
    return {"type": kind, "text": text, "name": name}


def _of_values(item: Item) -> Told | None:
    """The call as its request and response tell it, where a model was called."""
    if text_at(item.attributes, KIND).upper() != "LLM":
        return None
    asked, answered = (_value(item.attributes, way) for way in _WAYS)
    if fields.is_missing(asked) and fields.is_missing(answered):
        return None
    if _REDACTED in (asked, answered):  # a tuple, as either may be a list
        return Told(losses=frozenset(("content_redacted",)))
    try:
        sent, reply = exchange(asked, None), exchange(None, answered)
    except Malformed:  # a function's arguments, of which nobody can tell what was said
        return None
    return Told(sent.messages, reply.messages, frozenset((*sent.losses, *reply.losses)))


def _value(attributes: Record, way: str) -> object:
    value = fields.at_path(attributes, f"{way}.value")
    is_json = "json" in text_at(attributes, f"{way}.mime_type")
    return fields.unwrapped(value) if is_json else value
