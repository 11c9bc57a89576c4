"""The sample as a ChatGPT data export: trees with a hidden first message, and nobody's name.

Now and then an answer was asked for again: the first one stays in the tree, beside the branch that
`current_node` ends.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "chatgpt"
lacks: Final[frozenset[Lack]] = frozenset({"users", "flags"})

_ROOT: Final = "client-created-root"
_ASKED_AGAIN: Final = 7  # one conversation in so many


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One conversation each."""
    for number, conversation in enumerate(conversations):
        yield _record(conversation, asked_again=number % _ASKED_AGAIN == 0)


def _record(conversation: Plain, *, asked_again: bool) -> Mapping[str, Any]:
    started = moment(conversation, 0).timestamp()
    mapping: dict[str, Any] = {_ROOT: {"id": _ROOT, "message": None, "parent": None}}
    hidden = _message("system", "", None) | {
        "metadata": {"is_visually_hidden_from_conversation": True}
    }
    last = _add(mapping, "system", hidden, _ROOT)
    for place, message in enumerate(conversation["messages"]):
        time = moment(conversation, place).timestamp()
        role, text = message["role"], message["content"]
        if asked_again and role == "assistant":
            _add(mapping, f"{place}-first", _message(role, "Let me think.", time - 1), last)
        last = _add(mapping, str(place), _message(role, text, time), last)
    return {
        "title": "New chat",
        "create_time": started,
        "update_time": moment(conversation, len(conversation["messages"])).timestamp(),
        "mapping": mapping,
        "moderation_results": [],
        "current_node": last,
        "conversation_id": conversation["conversation_id"],
        "id": conversation["conversation_id"],
        "default_model_slug": "auto",
    }


def _add(mapping: dict[str, Any], node: str, message: Mapping[str, Any], parent: str) -> str:
    mapping[node] = {"id": node, "message": {"id": node, **message}, "parent": parent}
    return node


def _message(role: str, text: str, time: float | None) -> dict[str, Any]:
    return {
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": time,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "weight": 1.0,
        "metadata": {"model_slug": "gpt-5"} if role == "assistant" else {},
        "recipient": "all",
    }
