"""The sample as a DeepSeek data export: trees of fragments, in the time of Shanghai."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "deepseek"
lacks: Final[frozenset[Lack]] = frozenset({"users", "flags"})

_ZONE: Final = timezone(timedelta(hours=8))


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for conversation in conversations:
        messages = conversation["messages"]
        nodes = [_node(conversation, place, message) for place, message in enumerate(messages)]
        root = {"id": "root", "parent": None, "children": ["1"], "message": None}
        yield {
            "id": conversation["conversation_id"],
            "title": "New chat",
            "inserted_at": _time(conversation, 0),
            "updated_at": _time(conversation, len(messages)),
            "mapping": {node["id"]: node for node in [root, *nodes]},
        }


def _node(conversation: Plain, place: int, message: Mapping[str, Any]) -> Mapping[str, Any]:
    said = {"type": "RESPONSE", "content": message["content"]}
    thought = {"type": "THINK", "content": "The user asks something."}
    asked = {"type": "REQUEST", "content": message["content"]}
    return {
        "id": str(place + 1),
        "parent": str(place) if place else "root",
        "children": [str(place + 2)],
        "message": {
            "files": [],
            "model": "deepseek-reasoner",
            "inserted_at": _time(conversation, place),
            "fragments": [asked] if message["role"] == "user" else [thought, said],
        },
    }


def _time(conversation: Plain, message: int) -> str:
    return moment(conversation, message).astimezone(_ZONE).isoformat(timespec="microseconds")
