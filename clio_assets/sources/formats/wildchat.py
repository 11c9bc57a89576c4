"""Records as in the public WildChat releases.

    {"conversation_hash": ..., "timestamp": ..., "hashed_ip": ..., "toxic": false,
     "conversation": [{"role": ..., "content": ..., "timestamp": ..., "hashed_ip": ...}]}

A user is a hashed IP address. In some releases a record's time is that of its last turn, in
others of its first, so a conversation starts at the earliest time that the record tells.
"""

from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.protocol import ParsedConversation, Record

name: Final[Format] = "wildchat"
users_are_accounts: Final = False


def recognises(record: Record) -> bool:
    """Turns under `conversation`, with a hash of the conversation or of the user's address."""
    return "conversation" in record and ("conversation_hash" in record or "hashed_ip" in record)


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = fields.message_list(record, "conversation")
    started_at, latest_at = fields.span(
        [record.get("timestamp")], (message.get("timestamp") for message in messages)
    )
    addresses = (message.get("hashed_ip") for message in messages)
    return ParsedConversation(
        fields.conversation_id(
            fields.first_present(record, ("conversation_hash", "conversation_id"))
        ),
        fields.user_id(
            record.get("hashed_ip") or next((found for found in addresses if found), None)
        ),
        started_at,
        latest_at,
        tuple(
            turn
            for message in messages
            for turn in read_message(role_of(message.get("role")), message.get("content"))
        ),
        fields.flagged(record.get("toxic")),
    )
