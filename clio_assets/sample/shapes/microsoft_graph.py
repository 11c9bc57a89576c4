"""The sample as Microsoft Graph exports interactions with Copilot: answers are HTML."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "microsoft-graph"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_KINDS: Final = {"user": "userPrompt", "assistant": "aiResponse"}


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One interaction each."""
    for conversation in conversations:
        for place, message in enumerate(conversation["messages"]):
            if message["role"] in _KINDS:
                yield _interaction(conversation, place, message)


def _interaction(conversation: Plain, place: int, message: Mapping[str, Any]) -> Mapping[str, Any]:
    asked = message["role"] == "user"
    text = message["content"]
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
    return {
        "id": f"{conversation['conversation_id']}-{place}",
        "sessionId": conversation["conversation_id"],
        "requestId": f"{conversation['conversation_id']}-{place - (not asked)}",
        "appClass": "IPM.SkypeTeams.Message.Copilot.BizChat",
        "interactionType": _KINDS[message["role"]],
        "conversationType": "bizchat",
        "createdDateTime": moment(conversation, place).isoformat(),
        "from": {
            "user": {"id": conversation["user_id"]} if asked else None,
            "application": None if asked else {"displayName": "Microsoft 365 Chat"},
        },
        "body": {"contentType": "text", "content": text}
        if asked
        else {"contentType": "html", "content": lines},
        "attachments": [],
    }
