"""The sample as MongoDB dumps LibreChat's messages: one a line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "librechat"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_NO_PARENT: Final = "00000000-0000-0000-0000-000000000000"


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One message each."""
    for conversation in conversations:
        for place, message in enumerate(conversation["messages"]):
            yield _row(conversation, place, message)


def _row(conversation: Plain, place: int, message: Mapping[str, Any]) -> Mapping[str, Any]:
    is_users = message["role"] == "user"
    time = moment(conversation, place).isoformat(timespec="milliseconds")
    told = {"text": message["content"]}
    answered = {"text": "", "content": [{"type": "text", "text": message["content"]}]}
    return {
        "messageId": f"{conversation['conversation_id']}-{place}",
        "conversationId": conversation["conversation_id"],
        "user": conversation["user_id"],
        "parentMessageId": f"{conversation['conversation_id']}-{place - 1}"
        if place
        else _NO_PARENT,
        "endpoint": "agents",
        "model": None if is_users else "claude-haiku-5-5",
        "sender": "User" if is_users else "Agent",
        "isCreatedByUser": is_users,
        "error": False,
        "unfinished": False,
        **(told if is_users else answered),
        "createdAt": {"$date": time.replace("+00:00", "Z")},
        "updatedAt": {"$date": time.replace("+00:00", "Z")},
    }
