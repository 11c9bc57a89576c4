"""The conventions since 1.37: messages as one attribute each way, of a span or a log record.

    gen_ai.input.messages: [{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]
    gen_ai.output.messages: [{"role": "assistant", "parts": [...], "finish_reason": "stop"}]
    gen_ai.system_instructions: [{"type": "text", "content": "Be brief."}]

as JSON text, or as nested values.
"""

from collections.abc import Mapping
from typing import Final

from clio_assets.domain.transcript import Message, Role
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import role_of
from clio_assets.sources.formats.otel.item import Item, Told
from clio_assets.sources.formats.otel.mend import structured
from clio_assets.sources.formats.otel.parts import LEFT_EMPTY, losses_in, turns
from clio_assets.sources.formats.protocol import Loss, Malformed

_SYSTEM: Final = "gen_ai.system_instructions"
_INPUT: Final = "gen_ai.input.messages"
_OUTPUT: Final = "gen_ai.output.messages"
_KEYS: Final = (_INPUT, _OUTPUT, _SYSTEM)


def read(item: Item) -> Told | None:
    """What the attributes tell; None where there are none of these. Raises Malformed."""
    found = item.attributes
    if all(fields.is_missing(found.get(key)) for key in _KEYS):
        return None
    system, _ = structured(found.get(_SYSTEM))
    asked, cut = _messages(found.get(_INPUT), "user")
    answers, cut_too = _messages(found.get(_OUTPUT), "assistant")
    losses: set[Loss] = {"content_truncated"} if cut or cut_too else set()
    prompt = turns("system", system)
    return Told(
        (*prompt, *(turn for message in asked for turn in message)),
        tuple(next(filter(None, answers), ())),  # each is a choice; the first one was shown
        frozenset(losses | {loss for message in asked for loss in losses_in(message)}),
    )


def _messages(value: object, role: Role) -> tuple[list[list[Message]], bool]:
    """The turns of each message, and whether the value was cut off."""
    found, cut = structured(value)
    if fields.is_missing(found):
        return [], cut
    if not isinstance(found, list):
        found = [found]
    messages = []
    for number, message in enumerate(found, 1):
        try:
            messages.append(_turns(message, role))
        except Malformed:
            if not (cut and number == len(found)):
                raise
    if cut and messages[-1:] == [[LEFT_EMPTY]]:
        messages.pop()
    return messages, cut


def _turns(message: object, role: Role) -> list[Message]:
    if isinstance(message, str):
        return turns(role, message)
    if not isinstance(message, Mapping):
        raise Malformed("message_not_an_object")
    said = message.get("role")
    parts = message.get("parts", message.get("content"))
    is_answer = role == "assistant" and fields.is_missing(said)
    spoke = role if is_answer else role_of(said)
    if spoke == "user" and parts == []:
        return [LEFT_EMPTY]
    return turns(spoke, parts, message.get("tool_calls"))
