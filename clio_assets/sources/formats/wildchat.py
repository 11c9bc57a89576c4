"""Records as in the public WildChat releases.

    {"conversation_hash": ..., "timestamp": ..., "hashed_ip": ..., "toxic": false, "model": ...,
     "conversation": [{"role": ..., "content": ..., "timestamp": ..., "hashed_ip": ...}]}

A user is a hashed IP address. In some releases a record's time is that of its last turn, in
others of its first, so a conversation starts at the earliest time that the record tells. The first
release has `conversation_id` in place of the hash and names no user.
"""

from collections.abc import Mapping
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.extended_json import bare
from clio_assets.sources.formats.labels import known, label
from clio_assets.sources.formats.protocol import ParsedConversation, Record

name: Final[Format] = "wildchat"
users_are_accounts: Final = False

#: Fields of WildChat's own; LMSYS-Chat-1M has none of them.
MARKS: Final = ("conversation_hash", "hashed_ip", "detoxify_moderation", "toxic")


def recognises(record: Record) -> bool:
    """Turns under `conversation`, and a field of WildChat's own."""
    return "conversation" in record and any(key in record for key in MARKS)


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = fields.message_list(record, "conversation")
    started_at, latest_at = fields.span(
        [bare(record.get("timestamp"))], (bare(message.get("timestamp")) for message in messages)
    )
    told = [record.get("hashed_ip"), *(message.get("hashed_ip") for message in messages)]
    user = next((found for found in told if not fields.is_missing(found)), None)
    return ParsedConversation(
        fields.conversation_id(
            fields.first_present(record, ("conversation_hash", "conversation_id"))
        ),
        fields.user_id(user),
        started_at,
        latest_at,
        tuple(
            turn
            for message in messages
            for turn in read_message(role_of(message.get("role")), message.get("content"))
        ),
        fields.flagged(record.get("toxic")),
        attributes=_attributes(record, messages),
    )


def _attributes(record: Record, messages: list[Record]) -> Mapping[str, object]:
    places = [record.get("country"), *(message.get("country") for message in messages)]
    country = next((found for found in map(label, places) if found), None)
    return known(
        **{attributes.MODEL: label(record.get("model")), attributes.REGION: country},
    )
