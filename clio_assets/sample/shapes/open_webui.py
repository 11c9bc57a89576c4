"""The sample as Open WebUI exports all chats: what models thought stands in their answers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "open-webui"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_MODEL: Final = "llama3.3:latest"
_THOUGHT: Final = (
    '<details type="reasoning" done="true" duration="2">\n<summary>Thought for 2 seconds'
    "</summary>\n> The user asks something.\n</details>\n"
)


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One chat each."""
    for conversation in conversations:
        messages = {message["id"]: message for message in _messages(conversation)}
        created = int(moment(conversation, 0).timestamp())
        yield {
            "id": conversation["conversation_id"],
            "user_id": conversation["user_id"],
            "title": "New Chat",
            "chat": {
                "title": "New Chat",
                "models": [_MODEL],
                "history": {"messages": messages, "currentId": list(messages)[-1]},
                "messages": list(messages.values()),
                "tags": [],
                "timestamp": created * 1000,
            },
            "updated_at": int(moment(conversation, len(messages)).timestamp()),
            "created_at": created,
            "share_id": None,
            "archived": False,
            "pinned": False,
            "meta": {},
            "folder_id": None,
        }


def _messages(conversation: Plain) -> Iterator[Mapping[str, Any]]:
    for place, message in enumerate(conversation["messages"]):
        is_answer = message["role"] == "assistant"
        thought = _THOUGHT if is_answer and message["content"] else ""
        yield {
            "id": f"{conversation['conversation_id']}-{place}",
            "parentId": f"{conversation['conversation_id']}-{place - 1}" if place else None,
            "childrenIds": [],
            "role": message["role"],
            "content": thought + message["content"],
            "timestamp": int(moment(conversation, place).timestamp()),
            **({"model": _MODEL, "done": True} if is_answer else {"models": [_MODEL]}),
        }
