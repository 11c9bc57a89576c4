"""The sample as a ShareGPT collection: what was said, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain

name: Final[Format] = "sharegpt"
lacks: Final[frozenset[Lack]] = frozenset({"users", "times", "flags"})

_ROLES: Final = {"user": "human", "assistant": "gpt", "system": "system"}


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for conversation in conversations:
        yield {
            "id": conversation["conversation_id"],
            "conversations": [
                {"from": _ROLES[message["role"]], "value": message["content"]}
                for message in conversation["messages"]
            ],
        }
