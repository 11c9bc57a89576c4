"""Records as in ShareGPT collections: no users, no times, and often no ids.

    {"id": ..., "conversations": [{"from": "human", "value": ...}, {"from": "gpt", ...}]}

Some have the roles of chat completions (`role` and `content`), and a `system` prompt beside the
turns. A record without an id is known by a digest of what was said, so that none ever replaces
another.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain.placeholders import SYSTEM_PROMPT, tool_call
from clio_assets.domain.transcript import Message, encode_messages
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.labels import digest, known, label
from clio_assets.sources.formats.protocol import ParsedConversation, Record

name: Final[Format] = "sharegpt"
users_are_accounts: Final = False

_ROLES: Final = ("from", "role")
_WORDS: Final = ("value", "content")


def recognises(record: Record) -> bool:
    """Turns under `conversations`, each with who said what."""
    turns = record.get("conversations")
    if not isinstance(turns, list):
        return False
    first = next(iter(turns), {"from": "human", "value": ""})
    return isinstance(first, Mapping) and (
        ("from" in first and "value" in first) or ("role" in first and "content" in first)
    )


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = (*_system(record), *_messages(record))
    told = fields.first_present(record, ("id", "conversation_id"))
    return ParsedConversation(
        fields.conversation_id(digest(encode_messages(messages)) if told is None else told),
        None,
        None,
        None,
        messages,
        attributes=known(**{attributes.MODEL: label(record.get("model"))}),
    )


def _system(record: Record) -> Iterator[Message]:
    prompt = record.get("system")
    if isinstance(prompt, str) and prompt.strip():
        yield Message("system", SYSTEM_PROMPT)


def _messages(record: Record) -> Iterator[Message]:
    for message in fields.message_list(record, "conversations"):
        role = next((message[key] for key in _ROLES if message.get(key) is not None), None)
        if role == "function_call":
            yield Message("assistant", tool_call(None))
            continue
        content = next((message[key] for key in _WORDS if message.get(key) is not None), None)
        yield from read_message(role_of(role), content, calls=message.get("tool_calls"))
