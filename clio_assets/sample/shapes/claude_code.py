"""The sample as logs of Claude Code, with lines in between that nobody said."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "claude-code"
lacks: Final[frozenset[Lack]] = frozenset({"users", "flags"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One event each; every log begins with a note of the program."""
    for conversation in conversations:
        note = "<local-command-stdout></local-command-stdout>"
        yield _event(conversation, -1, "user", note) | {"isMeta": True}
        for place, message in enumerate(conversation["messages"]):
            if message["role"] in ("user", "assistant"):
                yield _event(conversation, place, message["role"], message["content"])


def _event(conversation: Plain, place: int, role: str, text: str) -> dict[str, Any]:
    identifier = conversation["conversation_id"]
    content: Any = text if role == "user" else [{"type": "text", "text": text}]
    return {
        "type": role,
        "sessionId": identifier,
        "uuid": f"{identifier}-{place}",
        "parentUuid": None if place < 0 else f"{identifier}-{place - 1}",
        "isSidechain": False,
        "userType": "external",
        "cwd": "/sample",
        "timestamp": moment(conversation, place).isoformat(),
        "message": {"role": role, "content": content},
    }
