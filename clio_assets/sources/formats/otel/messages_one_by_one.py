"""The conventions until 1.36: an event for each message of a call, with its choice at the end.

    gen_ai.system.message  {"content": "Be brief."}
    gen_ai.user.message    {"content": "hi"}
    gen_ai.choice          {"index": 0, "message": {"role": "assistant", "content": "hello"}}

as events of a span (content among the attributes, or as JSON text in `gen_ai.event.content`) or as
log records (content in the body), of which those before the call and the choice after it are often
written apart. Without content, where it is not kept. Older still: `gen_ai.content.prompt` and
`gen_ai.content.completion`, each with all messages as JSON text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import role_of
from clio_assets.sources.formats.otel.item import Event, Item, Told
from clio_assets.sources.formats.otel.mend import structured
from clio_assets.sources.formats.otel.parts import spoken, turns
from clio_assets.sources.formats.protocol import Loss, Record

CHOICE: Final = "gen_ai.choice"
_MESSAGE = re.compile(r"gen_ai\.(system|user|assistant|tool|developer|function)\.message")
_WHOLE: Final[Mapping[str, str]] = {
    "gen_ai.content.prompt": "gen_ai.prompt",
    "gen_ai.content.completion": "gen_ai.completion",
}


def is_message(name: str) -> bool:
    """Whether an event of that name is a message of a call."""
    return name == CHOICE or name in _WHOLE or _MESSAGE.fullmatch(name) is not None


def read(item: Item) -> Told | None:
    """What the events tell; None where there are none of these. Raises Malformed."""
    events = [event for event in item.events if is_message(event.name)]
    if not events:
        return None
    asked: list[Message] = []
    answer: list[Message] = []
    losses: set[Loss] = set()
    for event in events:
        found = list(_turns(event))
        if not found and event.name.endswith((".user.message", ".prompt")):
            losses.add("content_not_logged")
        if event.name != CHOICE and not event.name.endswith(".completion"):
            asked += found
        elif not answer:  # of several choices the first one was shown
            answer += found
    part = item.kind == "log" and not (spoken(asked) and answer) and not losses
    return Told(tuple(asked), tuple(answer), frozenset(losses), is_part=part)


def _turns(event: Event) -> Iterator[Message]:
    if event.name in _WHOLE:
        yield from _of_all(event.attributes.get(_WHOLE[event.name]), event.name)
        return
    told = _payload(event)
    if event.name == CHOICE:
        message = fields.unwrapped(told.get("message"))
        inner: Record = message if isinstance(message, Mapping) else {"content": message}
        content = inner.get("content", told.get("content"))
        calls = fields.first_present(inner, ("tool_calls",)) or told.get("tool_calls")
        yield from turns("assistant", content, calls)
        return
    match = _MESSAGE.fullmatch(event.name)
    role = role_of(match[1] if match and fields.is_missing(told.get("role")) else told.get("role"))
    yield from turns(role, told.get("content"), told.get("tool_calls"))


def _of_all(value: object, name: str) -> Iterator[Message]:
    """The turns of messages that stand in one event."""
    found, _ = structured(value)
    for message in found if isinstance(found, list) else [found]:
        if isinstance(message, Mapping):
            default = "assistant" if name.endswith("completion") else None
            role = role_of(message.get("role", default))
            yield from turns(role, message.get("content"), message.get("tool_calls"))
        elif isinstance(message, str):
            yield from turns("assistant" if name.endswith("completion") else "user", message)


def _payload(event: Event) -> Record:
    """The object with the message's content."""
    for value in (event.body, event.attributes.get("gen_ai.event.content")):
        found = fields.unwrapped(value)
        if isinstance(found, Mapping):
            return found
        if isinstance(found, str) and not fields.is_missing(found):
            return {"content": found}
    return event.attributes
