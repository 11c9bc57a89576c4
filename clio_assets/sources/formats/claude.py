"""Conversations of a Claude.ai data export (conversations.json).

    {"uuid": ..., "account": {"uuid": ...}, "created_at": ..., "chat_messages": [{"sender":
     "human", "text": ..., "content": [{"type": "text", ...}], "attachments": [...],
     "files": [...], "created_at": ...}]}

An export of an organisation holds the conversations of several accounts, each named; a personal
one only its owner's. Exports that name each message's parent are read along the current branch.
"""

from collections.abc import Mapping
from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.protocol import ParsedConversation, Record
from clio_assets.sources.formats.tree import branch_to

name: Final[Format] = "claude"
users_are_accounts: Final = True


def recognises(record: Record) -> bool:
    """Turns under `chat_messages`."""
    return "chat_messages" in record


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    messages = _branch(record)
    account = record.get("account")
    started_at, latest_at = fields.span(
        [record.get("created_at")], (message.get("created_at") for message in messages)
    )
    return ParsedConversation(
        fields.conversation_id(record.get("uuid")),
        fields.user_id(account.get("uuid") if isinstance(account, Mapping) else None),
        started_at,
        latest_at,
        tuple(turn for message in messages for turn in _turns(message)),
    )


def _branch(record: Record) -> list[Record]:
    messages = fields.message_list(record, "chat_messages")
    nodes = {str(message.get("uuid")): message for message in messages}
    leaf = record.get("current_leaf_message_uuid")
    if not isinstance(leaf, str) or leaf not in nodes:
        return messages
    return branch_to(leaf, nodes, lambda message: message.get("parent_message_uuid"))


def _turns(message: Record) -> list[Message]:
    content = message.get("content")
    return read_message(
        role_of(message.get("sender")),
        content if content else message.get("text"),
        extras=attachments(message.get("attachments"), message.get("files")),
    )
