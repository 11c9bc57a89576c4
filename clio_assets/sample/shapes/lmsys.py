"""The sample as the LMSYS-Chat-1M release: nobody's name and no times."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain

name: Final[Format] = "lmsys"
lacks: Final[frozenset[Lack]] = frozenset({"users", "times"})


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for conversation in conversations:
        messages, flagged = conversation["messages"], conversation.get("flagged")
        yield {
            "conversation_id": conversation["conversation_id"],
            "model": "vicuna-13b",
            "conversation": list(messages),
            "turn": sum(message["role"] == "user" for message in messages),
            "language": "English",
            "openai_moderation": []
            if flagged is None
            else [{"flagged": flagged and not place} for place, _ in enumerate(messages)],
            "redacted": False,
        }
