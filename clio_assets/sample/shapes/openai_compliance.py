"""The sample as the Compliance API of ChatGPT Enterprise gives out conversations: trees whose first
message has nothing in it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "openai-compliance"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_OBJECT: Final = "compliance.workspace.conversation"


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for conversation in conversations:
        said = conversation["messages"]
        first = _message(conversation, -1, "system", None)
        data = [_message(conversation, n, m["role"], m["content"]) for n, m in enumerate(said)]
        yield {
            "object": _OBJECT,
            "id": conversation["conversation_id"],
            "workspace_id": "the-workspace",
            "user_id": conversation["user_id"],
            "user_email": None,
            "title": "",
            "created_at": moment(conversation, 0).timestamp(),
            "last_active_at": moment(conversation, len(said)).timestamp(),
            "messages": {"object": "list", "has_more": False, "data": [first, *data]},
        }


def _message(conversation: Plain, place: int, role: str, text: str | None) -> Mapping[str, Any]:
    identifier = conversation["conversation_id"]
    return {
        "object": f"{_OBJECT}.message",
        "id": f"{identifier}-{place}",
        "parent_id": None if place < 0 else f"{identifier}-{place - 1}",
        "author": {"object": f"{_OBJECT}.message.author", "role": role, "tool_name": None},
        "content": None if text is None else {"type": "text", "value": text, "annotations": []},
        "created_at": None if text is None else moment(conversation, place).timestamp(),
        "files": {"object": "list", "data": []},
        "gpt_id": None,
    }
