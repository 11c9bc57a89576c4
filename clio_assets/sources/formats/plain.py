"""The platform's own plain shape.

    {"conversation_id": ..., "user_id": ..., "started_at": ..., "messages": [{"role": ...,
     "content": ...}], "metadata": {...}, "flagged": false}

`metadata`, `flagged` and a `timestamp` in a message are optional. Content is text, or blocks as
the Messages API and chat completions have them.
"""

from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.protocol import ParsedConversation, Record

name: Final[Format] = "plain"
users_are_accounts: Final = False

_MESSAGE_TIMES: Final = ("timestamp", "created_at")


def recognises(record: Record) -> bool:
    """Messages, under an id of their own."""
    return "messages" in record and "conversation_id" in record


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = fields.message_list(record, "messages")
    started_at, latest_at = fields.span(
        [record.get("started_at")],
        (fields.first_present(message, _MESSAGE_TIMES) for message in messages),
    )
    return ParsedConversation(
        fields.conversation_id(record.get("conversation_id")),
        fields.user_id(record.get("user_id")),
        started_at,
        latest_at,
        tuple(
            turn
            for message in messages
            for turn in read_message(
                role_of(message.get("role")),
                message.get("content"),
                calls=message.get("tool_calls"),
            )
        ),
        fields.flagged(record.get("flagged")),
        fields.metadata(record.get("metadata")),
    )
