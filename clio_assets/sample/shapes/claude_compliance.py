"""The sample as Anthropic's Compliance API gives out chats, long ones in pages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "claude-compliance"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_OF_A_PAGE: Final = 4  # messages


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One page of a chat each."""
    for conversation in conversations:
        messages = [_message(conversation, n) for n in range(len(conversation["messages"]))]
        for start in range(0, max(len(messages), 1), _OF_A_PAGE):
            yield {
                "id": f"claude_chat_{conversation['conversation_id']}",
                "name": "",
                "created_at": moment(conversation, 0).isoformat(),
                "updated_at": moment(conversation, len(messages)).isoformat(),
                "deleted_at": None,
                "model": "sample-model",
                "organization_uuid": "the-organization",
                "project_id": None,
                "user": {"id": conversation["user_id"], "email_address": None},
                "chat_messages": messages[start : start + _OF_A_PAGE],
                "has_more": start + _OF_A_PAGE < len(messages),
            }


def _message(conversation: Plain, place: int) -> Mapping[str, Any]:
    message = conversation["messages"][place]
    return {
        "id": f"claude_chat_msg_{conversation['conversation_id']}_{place}",
        "role": message["role"],
        "created_at": moment(conversation, place).isoformat(),
        "content": [{"type": "text", "text": message["content"], "truncated": False}],
        "files": None,
        "generated_files": None,
        "artifacts": None,
    }
