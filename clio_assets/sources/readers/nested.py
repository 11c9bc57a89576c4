"""Nested fields that a writer stored as text become lists and objects again.

Tables have no place for a list of messages: writers put it there as JSON text, or as Python prints
it (`formats/python_text.py`), and some logs in JSON do so as well. Which text is such a field is
told by what the record holds, so that what somebody wrote stays text even if it is JSON:

1. A record that has a conversation in it already (turns or a tree of them, as lists and objects) is
   left alone: its writer nests, so its text is text.
2. So is a record that is a turn itself (it has a role): its text is what was said.
3. Of other records, a field of text is a conversation if it is JSON and holds turns or a tree of
   them, or an object with turns in it, unless its name says that somebody wrote it (`prompt`,
   `content`, ...): people do paste conversations into conversations.
4. In a record with such a field all other fields that are JSON objects or lists become that too,
   for its writer makes text of what is nested (metadata, tools); of fields whose name says that
   somebody wrote them, those that are an answer as an API gives it (role, blocks, choices). Without
   such a field nothing does: shapes that expect an object read it themselves (`fields.unwrapped`).

Below the fields of a record nothing is touched, but for the elements of a list of texts which are
all turns.
"""

from collections.abc import Mapping
from typing import Final

from clio_assets.sources.formats.content import role_of
from clio_assets.sources.formats.protocol import Malformed, Record
from clio_assets.sources.formats.python_text import python_value
from clio_assets.sources.readers.protocol import Found
from clio_assets.sources.readers.values import json_value, without_strangers

_ROLES: Final = ("role", "from", "sender", "author")
#: Fields of a record that hold what somebody wrote, in most logs that have them.
_WRITTEN: Final = frozenset(
    {
        "answer",
        "body",
        "completion",
        "content",
        "human",
        "input",
        "instruction",
        "message",
        "output",
        "prompt",
        "query",
        "question",
        "reply",
        "response",
        "text",
        "user",
        "value",
    }
)


def with_nested(found: Found) -> Found:
    """The record with its nested fields as they were meant."""
    if found.value is None:
        return found
    value = _nested(found.value)
    return found if value is found.value else Found(found.line, value)


def _nested(record: Record) -> Record:
    own = {key: _as_turns(without_strangers(value)) for key, value in record.items()}
    if any(own[key] is not record[key] for key in own):
        record = own
    if any(map(_holds_turns, record.values())) or _is_turn(record):
        return record
    read = {key: held for key, value in record.items() if (held := _from_text(value)) is not None}
    nested = {key: held for key, held in read.items() if key.lower() not in _WRITTEN}
    if not any(map(_holds_turns, nested.values())):
        return record
    answers = {key: held for key, held in read.items() if _is_answer(held)}
    return {**record, **answers, **nested}


def _from_text(value: object) -> object:
    """The list or object that a text holds; None for anything else."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{", "array(")):
        return None
    read = json_value(value)
    if isinstance(read, str):
        read = python_value(value)
    return read if isinstance(read, list | Mapping) else None


def _as_turns(value: object) -> object:
    """A list of texts that are turns, as turns; anything else as it is."""
    if not isinstance(value, list) or not value or not isinstance(value[0], str):
        return value
    read = [_from_text(item) for item in value]
    return read if _are_turns(read) else value


def _holds_turns(value: object) -> bool:
    """Whether a value is turns or a tree of them, or an object with turns in it."""
    if isinstance(value, Mapping):
        return any(_are_turns(member) or _is_node(member) for member in value.values())
    return _are_turns(value)


def _are_turns(value: object) -> bool:
    """Whether a value is a list of objects, one of which at least has a role."""
    return (
        isinstance(value, list)
        and all(isinstance(item, Mapping) for item in value)
        and any(key in item for item in value for key in _ROLES)
    )


def _is_node(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and "message" in value
        and ("parent" in value or "children" in value)
    )


def _is_turn(record: Record) -> bool:
    return any(_is_role(record.get(key)) for key in _ROLES)


def _is_role(value: object) -> bool:
    try:
        role_of(value)
    except Malformed:
        return False
    return True


def _is_answer(value: object) -> bool:
    """Whether a value is what an API answers: a turn, a list of items, or choices between turns."""
    if not isinstance(value, Mapping):
        return _are_turns(value)
    choices, blocks = value.get("choices"), value.get("content")
    return (
        _is_turn(value)
        or _holds_turns(value)
        or (isinstance(choices, list) and any(map(_is_choice, choices)))
        or (isinstance(blocks, list) and any(map(_is_block, blocks)))
    )


def _is_choice(value: object) -> bool:
    message = value.get("message") if isinstance(value, Mapping) else None
    return isinstance(message, Mapping) and _is_turn(message)


def _is_block(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("type"), str)
