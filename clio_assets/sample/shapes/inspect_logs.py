"""The sample as members of an Inspect log: a sample each, long texts among its attachments."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "inspect"
lacks: Final[frozenset[Lack]] = frozenset({"users", "flags"})

_MODEL: Final = "mockllm/model"
_ATTACHED_FROM: Final = 100  # characters, as Inspect has it


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One sample each."""
    for number, conversation in enumerate(conversations, 1):
        attachments: dict[str, str] = {}
        messages = [
            {
                "id": f"{conversation['conversation_id']}-{place}",
                "role": message["role"],
                "content": _attached(message["content"], attachments),
                "source": "input" if message["role"] == "user" else "generate",
            }
            for place, message in enumerate(conversation["messages"])
        ]
        yield {
            "id": number,
            "epoch": 1,
            "input": messages[0]["content"],
            "target": "",
            "messages": messages,
            "output": {"model": _MODEL, "choices": [], "time": 0.2},
            "scores": {},
            "metadata": {},
            "started_at": moment(conversation, 0).isoformat(),
            "completed_at": moment(conversation, len(messages)).isoformat(),
            "uuid": conversation["conversation_id"],
            "attachments": attachments,
        }


def _attached(text: str, attachments: dict[str, str]) -> str:
    if len(text) <= _ATTACHED_FROM:
        return text
    digest = blake2b(text.encode(), digest_size=16).hexdigest()
    attachments[digest] = text
    return f"attachment://{digest}"
