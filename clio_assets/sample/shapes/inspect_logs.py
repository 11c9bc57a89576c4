"""The sample as members of an Inspect log: a sample each, asked by nobody."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "inspect"
lacks: Final[frozenset[Lack]] = frozenset({"users", "flags"})

_MODEL: Final = "mockllm/model"


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One sample each."""
    for number, conversation in enumerate(conversations, 1):
        messages = [
            {
                "id": f"{conversation['conversation_id']}-{place}",
                "role": message["role"],
                "content": message["content"],
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
            "attachments": {},
        }
