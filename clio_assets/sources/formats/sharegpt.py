"""Records as in ShareGPT collections: no users, no times, and often no ids.

    {"id": ..., "conversations": [{"from": "human", "value": ...}, {"from": "gpt", ...}]}

A record without an id is known by a digest of what was said.
"""

from hashlib import blake2b
from typing import Final

from clio_assets.domain.placeholders import tool_call
from clio_assets.domain.transcript import Message, encode_messages
from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.protocol import ParsedConversation, Record

name: Final[Format] = "sharegpt"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """Turns under `conversations`."""
    return isinstance(record.get("conversations"), list)


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = tuple(
        turn for message in fields.message_list(record, "conversations") for turn in _turns(message)
    )
    identifier = record.get("id")
    if identifier is None or identifier == "":
        digest = blake2b(encode_messages(messages).encode(), digest_size=16)
        identifier = f"digest {digest.hexdigest()}"
    return ParsedConversation(fields.conversation_id(identifier), None, None, None, messages)


def _turns(message: Record) -> list[Message]:
    if message.get("from") == "function_call":
        return [Message("assistant", tool_call(None))]
    return read_message(role_of(message.get("from")), message.get("value"))
