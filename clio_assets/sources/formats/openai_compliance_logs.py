"""Log files of OpenAI's Compliance Logs Platform: one event a line, several files a day.

    {"event_id": ..., "type": "CONVERSATION_MESSAGE", "timestamp": "2026-03-01T10:00:00.000000Z",
     "principal": {"id": ..., "type": "CHATGPT_WORKSPACE"},
     "actor": {"type": "ACCOUNT_USER", "user_id": ..., "user_email": ...},
     "previous_message_id": ..., "conversation": {"id": ..., "title": ..., "created_at": ...},
     "message": {"id": ..., "created_at": ..., "author": {"type": "assistant", "model": ...,
      "tools_used": ["browser"]}, "content": {"type": "text", "value": "hi"}}}

Each message is a piece that names the one before it. Under an answer stands the user whose
conversation it is. Files come at least once, so an event may stand in two of them. A message with
nothing that can be shown only holds the conversation together. Other events (`AUTH_LOG`, `APP_LOG`,
`CODEX_LOG`, ...) are no messages.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.observed import Who, labels, who
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record
from clio_assets.sources.formats.tree import node_id

name: Final[Format] = "openai-compliance-logs"
users_are_accounts: Final = True

_MESSAGE: Final = "CONVERSATION_MESSAGE"
_USERS: Final = ("actor.user_id", "actor.user_email")
_WORKSPACE: Final = "CHATGPT_WORKSPACE"


def recognises(record: Record) -> bool:
    """An event of a kind that is written in capitals, with who caused it and whose it is."""
    kind = record.get("type")
    return (
        isinstance(kind, str)
        and kind.isupper()
        and "event_id" in record
        and "principal" in record
        and "actor" in record
    )


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The message of an event. Raises Malformed."""
    if record.get("type") != _MESSAGE:
        yield Aside("not_a_conversation")
        return
    message = _object(record, "message")
    known = who(record, keys, _USERS, ("conversation.id",))
    fields.conversation_id(known.conversation)
    turns = _turns(message)
    if not turns:
        yield Aside("no_messages_logged")
    if turns or not fields.is_missing(message.get("id")):
        yield _piece(record, message, turns, known)


def _turns(message: Record) -> list[Message]:
    author, content = _object(message, "author"), fields.unwrapped(message.get("content"))
    role = role_of(fields.first_present(author, ("type", "role")))
    if isinstance(content, Mapping):
        content = content.get("value")
    tools = author.get("tools_used") if role == "assistant" else None
    calls = [{"name": tool} for tool in tools] if isinstance(tools, list) else None
    return read_message(role, content, calls=calls)


def _piece(record: Record, message: Record, turns: list[Message], known: Who) -> Piece:
    principal, author = _object(record, "principal"), _object(message, "author")
    workspace = principal.get("id") if principal.get("type") == _WORKSPACE else None
    told = {attributes.TENANT: workspace, attributes.MODEL: author.get("model")}
    sent = fields.first_present(message, ("created_at",)) or record.get("timestamp")
    return Piece(
        "delta",
        tuple(turns),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=fields.instant(sent),
        node=node_id(message.get("id")),
        parent=node_id(record.get("previous_message_id")),
        attributes=labels(told) if turns else {},
    )


def _object(record: Record, key: str) -> Record:
    found = fields.unwrapped(record.get(key))
    return found if isinstance(found, Mapping) else {}
