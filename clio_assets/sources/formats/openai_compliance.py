"""Conversations of the Compliance API of ChatGPT Enterprise.

    {"object": "compliance.workspace.conversation", "id": ..., "workspace_id": ..., "user_id": ...,
     "user_email": ..., "created_at": 1760231119.9, "last_active_at": ..., "messages": {"object":
     "list", "has_more": false, "data": [{"id": ..., "parent_id": ..., "author": {"role": "user",
     "tool_name": null}, "created_at": ..., "content": {"type": "text", "value": "hi"},
     "files": {"data": []}, "gpt_id": null}]}}

or with one `message` where a collector gives each a record of its own. Messages form a tree; those
without content (the first ones always are) only hold it together. Lists of conversations may have
no messages.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.observed import Who, labels, who
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed, Piece, Record
from clio_assets.sources.formats.tree import node_id

name: Final[Format] = "openai-compliance"
users_are_accounts: Final = True

_OBJECT: Final = "compliance.workspace.conversation"
_BESIDE: Final = ("messages", "message", "last_active_at")
_SETTINGS: Final = frozenset({"user_editable_context", "model_editable_context"})
_UNSPOKEN: Final = frozenset({"thoughts", "reasoning_recap", "system_error"})


def recognises(record: Record) -> bool:
    """A conversation of a workspace, by what it calls itself or by fields of its own."""
    if not any(key in record for key in _BESIDE):
        return False
    return record.get("object") == _OBJECT or (
        "user_email" in record and "id" in record and "last_active_at" in record
    )


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The messages, one piece each. Raises Malformed."""
    if not fields.is_missing(record.get("deleted_at")) or record.get("deleted") is True:
        yield Aside("deleted_at_the_source")
        return
    known = who(record, keys, ("user_id", "user_email"), ("id",))
    fields.conversation_id(known.conversation)
    told = labels({attributes.TENANT: record.get("workspace_id")})
    messages = _messages(record)
    if not messages:
        yield Aside("no_messages_logged")
        return
    read = [_turns_or_aside(message) for message in messages]
    empty = {
        node_id(message.get("id")): node_id(message.get("parent_id"))
        for message, turns in zip(messages, read, strict=True)
        if not isinstance(turns, Aside) and not turns
    }
    for message, turns in zip(messages, read, strict=True):
        if isinstance(turns, Aside):
            yield turns
        elif turns:
            yield _piece(message, turns, known, told, _parent(message, empty))


def _messages(record: Record) -> list[Record]:
    found = fields.unwrapped(record.get("messages", record.get("message")))
    if isinstance(found, Mapping):
        found = fields.unwrapped(found["data"]) if "data" in found else [found]
    if found is None:
        return []
    return fields.message_list({"messages": found}, "messages")


def _turns_or_aside(message: Record) -> list[Message] | Aside:
    try:
        fields.instant(message.get("created_at"))
        return _turns(message)
    except Malformed as error:  # the others of the conversation are as they are
        return Aside(error.reason)


def _turns(message: Record) -> list[Message]:
    author, content = message.get("author"), message.get("content")
    role = role_of((author if isinstance(author, Mapping) else message).get("role"))
    kind = None
    if isinstance(content, Mapping):
        kind = str(fields.first_present(content, ("type", "content_type")))
        content = fields.first_present(content, ("value", "parts", "text"))
    if kind in _UNSPOKEN:
        return []
    if kind in _SETTINGS:  # custom instructions and memory come under the user's name
        return [Message("system", placeholders.SYSTEM_PROMPT)]
    if kind == "code" and role == "assistant":
        tool = author.get("tool_name") if isinstance(author, Mapping) else None
        return [Message(role, placeholders.tool_call(tool))]
    files = message.get("files")
    extras = attachments(files.get("data") if isinstance(files, Mapping) else files)
    return read_message(role, content, extras=extras)


def _parent(message: Record, empty: Mapping[str | None, str | None]) -> str | None:
    """The message that this one answers, past those with nothing in them."""
    found, left = node_id(message.get("parent_id")), len(empty)
    while found in empty and left >= 0:
        found, left = empty[found], left - 1
    return found


def _piece(
    message: Record,
    turns: list[Message],
    known: Who,
    told: Mapping[str, object],
    parent: str | None,
) -> Piece:
    return Piece(
        "delta",
        tuple(turns),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=fields.instant(message.get("created_at")),
        node=node_id(message.get("id")),
        parent=parent,
        attributes=told,
    )
