"""The sample as a Claude.ai data export of an organisation: every account is named.

Long texts of users come as pasted: beside the message, under no file name.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "claude"
lacks: Final[frozenset[Lack]] = frozenset({"flags"})

_NO_PARENT: Final = "00000000-0000-4000-8000-000000000000"
_PASTED_FROM: Final = 4000  # characters
_SENDERS: Final = {"user": "human"}


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for conversation in conversations:
        messages = list(_messages(conversation))
        yield {
            "uuid": conversation["conversation_id"],
            "name": "",
            "summary": "",
            "created_at": moment(conversation, 0).isoformat(),
            "updated_at": moment(conversation, len(messages)).isoformat(),
            "account": {"uuid": conversation["user_id"]},
            "chat_messages": messages,
        }


def _messages(conversation: Plain) -> Iterator[Mapping[str, Any]]:
    for place, message in enumerate(conversation["messages"]):
        text, time = message["content"], moment(conversation, place).isoformat()
        is_pasted = message["role"] == "user" and len(text) >= _PASTED_FROM
        typed = "" if is_pasted else text
        yield {
            "uuid": f"{conversation['conversation_id']}-{place}",
            "parent_message_uuid": f"{conversation['conversation_id']}-{place - 1}"
            if place
            else _NO_PARENT,
            "text": typed,
            "content": [{"type": "text", "text": typed, "citations": []}] if typed else [],
            "sender": _SENDERS.get(message["role"], message["role"]),
            "created_at": time,
            "updated_at": time,
            "attachments": [_pasted(text)] if is_pasted else [],
            "files": [],
        }


def _pasted(text: str) -> Mapping[str, Any]:
    return {
        "file_name": "",
        "file_size": len(text.encode()),
        "file_type": "txt",
        "extracted_content": text,
    }
