"""The sample as a WildChat release: users are hashed addresses, times those of the last turn."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "wildchat"
lacks: Final[frozenset[Lack]] = frozenset()


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for conversation in conversations:
        messages = conversation["messages"]
        flagged = conversation.get("flagged")
        yield {
            "conversation_hash": conversation["conversation_id"],
            "model": "gpt-5",
            "timestamp": moment(conversation, len(messages) - 1).isoformat(),
            "conversation": [
                {
                    **message,
                    "timestamp": moment(conversation, place).isoformat(),
                    "hashed_ip": conversation["user_id"] if message["role"] == "user" else None,
                    "country": "Utopia" if message["role"] == "user" else None,
                    "redacted": False,
                }
                for place, message in enumerate(messages)
            ],
            "turn": sum(message["role"] == "user" for message in messages),
            "language": "English",
            "openai_moderation": [],
            "detoxify_moderation": [],
            "toxic": flagged,
            "redacted": False,
            "country": "Utopia",
            "hashed_ip": conversation["user_id"],
        }
