"""Lists of messages that were flattened into attributes, one for each value.

    gen_ai.prompt.0.role: "user"    gen_ai.prompt.0.content: "hi"
    llm.input_messages.1.message.contents.0.message_content.type: "text"

become `[{"role": "user", "content": "hi"}]`, with nested lists where all keys are numbers. A list
that an export kept as one is taken as it is.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.protocol import Record

_DEEPEST: Final = 16


def numbered(attributes: Record, prefix: str) -> list[tuple[int, Record]]:
    """The messages under a prefix with their numbers, which need not begin at 0."""
    kept = fields.unwrapped(fields.at_path(attributes, prefix))
    if isinstance(kept, list):
        return [(n, v) for n, v in enumerate(map(fields.unwrapped, kept)) if isinstance(v, Mapping)]
    root: dict[str, Any] = {}
    start = prefix + "."
    for key, value in attributes.items():
        if key.startswith(start):
            _put(root, key[len(start) :].split(".", _DEEPEST), value)
    found = [(int(key), _listed(inner)) for key, inner in root.items() if key.isdecimal()]
    return sorted(
        ((number, value) for number, value in found if isinstance(value, Mapping)),
        key=lambda pair: pair[0],
    )


def listed(value: object) -> list[Record]:
    """The objects of a list that a message holds; nothing where it is none."""
    found = fields.unwrapped(value)
    return [v for v in found if isinstance(v, Mapping)] if isinstance(found, list) else []


def _put(node: dict[str, Any], path: list[str], value: object) -> None:
    for key in path[:-1]:
        inner = node.setdefault(key, {})
        if not isinstance(inner, dict):  # a value stands where others lie below
            inner = node[key] = {}
        node = inner
    node.setdefault(path[-1], value)


def _listed(node: object) -> object:
    """Objects whose keys are all numbers as lists, at any depth."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isdecimal() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(inner) for key, inner in node.items()}


def whole(
    messages: list[tuple[int, Record]], has_role: Callable[[Record], bool], is_full: bool
) -> tuple[list[Record], bool]:
    """Messages without what is left of those whose attributes were dropped, and whether any were.

    The oldest attributes go first, and a message's role is set before its content. Some loggers
    leave number 0 to a prompt that need not be there, so a beginning at 1 alone tells nothing.
    """
    first = messages[0][0] if messages else 0
    roles = [has_role(message) for _, message in messages]
    rest = roles.index(True) if True in roles else 0
    return [message for _, message in messages[rest:]], rest > 0 or first > 1 or (
        first == 1 and is_full
    )
