"""The sample as log files of OpenAI's Compliance Logs Platform have it: an event a message, and
others between them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "openai-compliance-logs"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """Who signed in, then each message."""
    for conversation in conversations:
        identifier = conversation["conversation_id"]
        yield _event(conversation, 0, "AUTH_LOG") | {"action_data": {"action": "LOGIN"}}
        for place, message in enumerate(conversation["messages"]):
            event = _event(conversation, place, "CONVERSATION_MESSAGE")
            if place:
                event["previous_message_id"] = f"{identifier}-{place - 1}"
            yield event | {
                "message": {
                    "id": f"{identifier}-{place}",
                    "created_at": event["timestamp"],
                    "author": _author(message["role"]),
                    "content": {"type": "text", "value": message["content"]},
                },
                "conversation": {
                    "id": identifier,
                    "title": "",
                    "created_at": moment(conversation, 0).isoformat(),
                    "is_pinned": False,
                    "is_temporary_chat": False,
                },
            }


def _event(conversation: Plain, place: int, kind: str) -> dict[str, Any]:
    return {
        "event_id": f"{kind}-{conversation['conversation_id']}-{place}",
        "type": kind,
        "principal": {"id": "the-workspace", "type": "CHATGPT_WORKSPACE"},
        "actor": {"type": "ACCOUNT_USER", "user_id": conversation["user_id"]},
        "timestamp": moment(conversation, place).isoformat(),
    }


def _author(role: str) -> Mapping[str, Any]:
    if role == "user":
        return {"type": "user", "client_type": "desktop_web"}
    return {"type": role, "model": "the-model", "tools_used": []}
