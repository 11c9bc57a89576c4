"""The attributes of OpenLLMetry until 0.5x, and of what was made after it: a key for each value.

    gen_ai.prompt.0.role: "system"        gen_ai.prompt.0.content: "Be brief."
    gen_ai.prompt.1.role: "user"          gen_ai.prompt.1.content: "hi"
    gen_ai.completion.0.role: "assistant" gen_ai.completion.0.tool_calls.0.name: "timetable"

and `llm.prompts`, `llm.completions` before those. A span keeps 128 attributes and drops the oldest:
what is left of a long conversation begins behind number 0, or in the middle of a message.
"""

from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import role_of
from clio_assets.sources.formats.otel.item import Item, Told
from clio_assets.sources.formats.otel.parts import LEFT_EMPTY, losses_in, turns
from clio_assets.sources.formats.otel.tree import numbered, whole
from clio_assets.sources.formats.protocol import Loss, Record

_ASKED: Final = ("gen_ai.prompt", "llm.prompts")
_ANSWERED: Final = ("gen_ai.completion", "llm.completions")


def read(item: Item) -> Told | None:
    """What the attributes tell; None where there are none of these. Raises Malformed."""
    asked = _first(item.attributes, _ASKED)
    answers = _first(item.attributes, _ANSWERED)
    if not (asked or answers):
        return None
    messages, dropped = whole(asked, _has_role, item.is_full)
    losses: set[Loss] = {"oldest_turns_dropped"} if dropped else set()
    sent = tuple(turn for message in messages for turn in _turns(message, "user"))
    reply = tuple(_turns(answers[0][1], "assistant")) if answers else ()
    return Told(sent, reply, frozenset(losses | losses_in(sent)))


def _first(attributes: Record, prefixes: tuple[str, ...]) -> list[tuple[int, Record]]:
    for prefix in prefixes:
        found = numbered(attributes, prefix)
        if found:
            return found
        text = attributes.get(prefix)
        if isinstance(text, str) and not fields.is_missing(text):
            return [(0, {"content": text})]
    return []


def _has_role(message: Record) -> bool:
    return not fields.is_missing(message.get("role"))


def _turns(message: Record, otherwise: str) -> list[Message]:
    """The turns of a message; completions of the time before chats name no role."""
    role = fields.first_present(message, ("role",)) or otherwise
    if role_of(role) == "user" and message.keys() <= {"role"}:
        return [LEFT_EMPTY]
    calls = message.get("tool_calls")
    if calls is None and (one := message.get("function_call")) is not None:
        calls = [one]
    return turns(role_of(role), message.get("content"), calls)
