"""Chats of Anthropic's Compliance API, as the chat's messages are fetched.

    {"id": "claude_chat_1", "created_at": ..., "deleted_at": null, "model": ...,
     "organization_uuid": ..., "user": {"id": ..., "email_address": ...}, "has_more": false,
     "chat_messages": [{"id": ..., "role": "user", "created_at": ..., "content": [{"type": "text",
      "text": "hi"}], "files": null, "generated_files": null, "artifacts": null}]}

A long chat comes in pages, in any order; lists of chats hold none of their messages. A chat that
its user deleted may still be given out until it is purged: it is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.observed import Who, labels, who
from clio_assets.sources.formats.protocol import Aside, Keys, Loss, Malformed, Piece, Record

name: Final[Format] = "claude-compliance"
users_are_accounts: Final = True

_ORGANISATIONS: Final = ("organization_uuid", "organization_id")
_BESIDE: Final = ("chat_messages", "href", "project_id", "updated_at")
_FILES: Final = ("files", "generated_files", "artifacts")


def recognises(record: Record) -> bool:
    """A chat of an organisation with its user, in the API's words."""
    return (
        "id" in record
        and "user" in record
        and any(key in record for key in _ORGANISATIONS)
        and any(key in record for key in _BESIDE)
        and "messages" not in record
    )


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The messages, one piece each. Raises Malformed."""
    if not fields.is_missing(record.get("deleted_at")):
        yield Aside("deleted_at_the_source")
        return
    if "chat_messages" not in record:
        yield Aside("not_a_conversation")
        return
    known = who(record, keys, ("user.id", "user.email_address"), ("id",))
    fields.conversation_id(known.conversation)
    told = labels(
        {
            attributes.MODEL: record.get("model"),
            attributes.TENANT: fields.first_present(record, _ORGANISATIONS),
        }
    )
    for message in fields.message_list(record, "chat_messages"):
        yield _piece(message, known, told)


def _piece(message: Record, known: Who, told: Mapping[str, object]) -> Piece | Aside:
    try:
        content = fields.unwrapped(message.get("content"))
        extras = attachments(*(message.get(key) for key in _FILES))
        turns = read_message(role_of(message.get("role")), content, extras=extras)
        at = fields.instant(message.get("created_at"))
    except Malformed as error:  # the others of the chat are as they are
        return Aside(error.reason)
    if not turns:
        return Aside("no_messages_logged")
    cut: tuple[Loss, ...] = ("content_truncated",) if _is_cut(content) else ()
    return Piece(
        "delta",
        tuple(turns),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=at,
        attributes=told,
        losses=cut,
    )


def _is_cut(content: object) -> bool:
    """Whether words were cut off; what tools were given and returned is not kept anyway."""
    return isinstance(content, list) and any(
        isinstance(block, Mapping)
        and block.get("type") == "text"
        and block.get("truncated") is True
        for block in content
    )
