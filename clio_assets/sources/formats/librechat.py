"""Messages of LibreChat: its JSON export of a conversation, and dumps of `messages` in MongoDB.

    {"conversationId": ..., "exportAt": ..., "messagesTree": [{"messageId": ..., "parentMessageId":
     ..., "isCreatedByUser": true, "text": ..., "createdAt": ..., "children": [...]}]}

    {"_id": {"$oid": ...}, "messageId": ..., "conversationId": ..., "parentMessageId": ..., "user":
     ..., "isCreatedByUser": true, "text": ..., "content": [...], "createdAt": {"$date": ...}}

Either way each message is a piece that names the one it answers. An export names no user and has
its messages in a tree (`messagesTree`) or a list (`messages`). Rows of `conversations` in a dump
name messages that stand elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message, Role
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message
from clio_assets.sources.formats.extended_json import bare
from clio_assets.sources.formats.labels import known, label
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed, Piece, Record
from clio_assets.sources.formats.tree import node_id

name: Final[Format] = "librechat"
users_are_accounts: Final = True

_EXPORTED: Final = ("messagesTree", "messages")
_NO_PARENT: Final = "00000000-0000-0000-0000-000000000000"
_RATINGS: Final[Mapping[str, int]] = {"thumbsUp": 1, "thumbsDown": -1}
#: Parts of an answer that nobody said.
_NOTES: Final = frozenset({"error", "agent_update", "summary"})


def recognises(record: Record) -> bool:
    """A message, or a conversation that holds or names messages, under LibreChat's names."""
    if "messageId" in record:
        return "isCreatedByUser" in record or "parentMessageId" in record
    if "conversationId" not in record:
        return False
    return "messagesTree" in record or (
        "messages" in record and any(key in record for key in ("exportAt", "endpoint"))
    )


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """A piece for each message. Raises Malformed."""
    if "messageId" in record:
        yield _piece(record, record, keys)
        return
    messages = list(_messages(record))
    if not messages:
        yield Aside("not_a_conversation")
    for message in messages:
        try:
            yield _piece(message, record, keys)
        except Malformed as error:
            yield Aside(error.reason)


def _messages(record: Record) -> Iterator[Record]:
    """The messages of an export, and those below them; ids of messages elsewhere left out."""
    found = fields.first_present(record, _EXPORTED)
    if isinstance(found, Mapping):  # one message at the top
        found = [found]
    if found is None:
        raise Malformed("messages_missing")
    if not isinstance(found, list):
        raise Malformed("messages_not_a_list")
    waiting = found[::-1]
    while waiting:
        message = waiting.pop()
        if isinstance(message, str) or (isinstance(message, Mapping) and "$oid" in message):
            continue
        if not isinstance(message, Mapping):
            raise Malformed("message_not_an_object")
        if "messageId" in message:
            yield message
        children = message.get("children")
        waiting += children[::-1] if isinstance(children, list) else []


def _piece(message: Record, whole: Record, keys: Keys) -> Piece:
    parent = node_id(message.get("parentMessageId"))
    at = fields.instant(bare(message.get("createdAt")))
    return Piece(
        "delta",
        tuple(_turns(message)),
        conversation_id=_told(message, whole, keys.conversation, "conversationId"),
        user_id=_told(message, whole, keys.user, "user"),
        tenant=_told(message, whole, keys.tenant, "tenantId"),
        at=at,
        node=node_id(message.get("messageId")),
        parent=None if parent == _NO_PARENT else parent,
        attributes=_attributes(message),
    )


def _told(message: Record, whole: Record, paths: tuple[str, ...], usual: str) -> str | None:
    """An id by the operator's names for it, else by LibreChat's; of the message, else of all."""
    for path in (*paths, usual):
        for record in (message, whole):
            found = fields.user_id(bare(fields.at_path(record, path)))
            if found is not None:
                return found
    return None


def _turns(message: Record) -> list[Message]:
    role: Role = "user" if _is_users(message) else "assistant"
    content = fields.unwrapped(message.get("content"))
    if not isinstance(content, list) or not content:
        return read_message(role, message.get("text"), extras=_files(message))
    parts = [part for part in content if part is not None and not _is_note(part)]
    return read_message(role, parts, extras=_files(message))


def _is_note(part: object) -> bool:
    return isinstance(part, Mapping) and str(part.get("type")) in _NOTES


def _is_users(message: Record) -> bool:
    told = message.get("isCreatedByUser")
    if told is None:
        return message.get("sender") == "User"
    return told is True or (isinstance(told, str) and told.strip().lower() == "true")


def _files(message: Record) -> list[str]:
    """What a user sent along; what an answer brought stands among its parts."""
    found = fields.unwrapped(message.get("files"))
    kinds = [
        str(file.get("type")) if isinstance(file, Mapping) else ""
        for file in (found if isinstance(found, list) else [])
    ]
    return [
        placeholders.IMAGE if kind.startswith("image") else placeholders.ATTACHMENT
        for kind in kinds
    ]


def _attributes(message: Record) -> Mapping[str, object]:
    if _is_users(message):
        return {}
    feedback = fields.unwrapped(message.get("feedback"))
    rating = feedback.get("rating") if isinstance(feedback, Mapping) else None
    error = message.get("error")
    return known(
        **{
            attributes.MODEL: label(message.get("model")),
            attributes.ERROR: error if isinstance(error, bool) else None,
            attributes.FEEDBACK: _RATINGS.get(rating) if isinstance(rating, str) else None,
        }
    )
