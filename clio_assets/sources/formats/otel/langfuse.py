"""Spans as the SDKs of Langfuse write them, where another exporter than its own takes them.

    langfuse.observation.type: "generation"
    langfuse.observation.input: "[{\\"role\\": \\"user\\", \\"content\\": \\"hi\\"}]"
    langfuse.observation.output: "{\\"role\\": \\"assistant\\", \\"content\\": \\"hello\\"}"
    langfuse.observation.usage_details: "{\\"prompt_tokens\\": 11, ...}"

Only generations ask a model; other observations hold what the application handed about.
"""

from typing import Final

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.exchange import exchange
from clio_assets.sources.formats.otel.item import Item, Told, text_at

TYPE: Final = "langfuse.observation.type"
CALL: Final = "generation"
USAGE: Final = "langfuse.observation.usage_details"
_INPUT: Final = "langfuse.observation.input"
_OUTPUT: Final = "langfuse.observation.output"


def read(item: Item) -> Told | None:
    """What the attributes tell; None where there are none of these. Raises Malformed."""
    asked, answered = (item.attributes.get(key) for key in (_INPUT, _OUTPUT))
    is_call = text_at(item.attributes, TYPE).lower() == CALL
    if not is_call or (fields.is_missing(asked) and fields.is_missing(answered)):
        return None
    sent, reply = exchange(asked, None), exchange(None, answered)
    return Told(sent.messages, reply.messages, frozenset((*sent.losses, *reply.losses)))
