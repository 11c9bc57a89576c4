"""Parts of a message, in the words of each dialect, as the blocks that `content.py` reads."""

from collections.abc import Iterable, Mapping
from typing import Final

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message, Role
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import read_message
from clio_assets.sources.formats.protocol import Loss, Record

#: A turn of the user of which the logger kept nothing, as some do where it is not plain text.
LEFT_EMPTY: Final = Message("user", placeholders.OTHER)

_CALLS: Final = frozenset(("tool_call", "server_tool_call", "function_call"))
_RESULTS: Final = frozenset(("tool_call_response", "server_tool_call_response"))
_UNSPOKEN: Final = frozenset(("reasoning", "compaction"))
_REFERENCES: Final = frozenset(("blob", "uri", "file"))
_MODALITIES: Final = frozenset(("image", "audio", "video", "document"))
#: Parts that name their kind by their only key, as those of Bedrock do.
_BY_KEY: Final[Mapping[str, str]] = {
    "toolUse": "tool_use",
    "toolResult": "tool_result",
    "image": "image",
    "document": "document",
    "video": "video",
    "reasoningContent": "thinking",
}


def turns(role: Role, content: object, calls: object = None) -> list[Message]:
    """The turns of a message whose content is text, one part or parts, or those as JSON text.

    `calls` is a list of tool calls beside it, however they name the tool.
    """
    return read_message(role, _blocks(content), calls=_calls(calls))


def _blocks(content: object) -> object:
    if isinstance(content, str):
        found = fields.unwrapped(content)
        parts = found if isinstance(found, list) and found and all(map(_is_part, found)) else None
        return content if parts is None else [_block(part) for part in parts]
    if isinstance(content, Mapping):
        return [_block(content)]
    if isinstance(content, list):
        return [_block(part) if isinstance(part, Mapping) else part for part in content]
    return None if fields.is_missing(content) else content


def _is_part(value: object) -> bool:
    """Whether an object from a text is a part, and not something that a user wrote as JSON."""
    if not isinstance(value, Mapping):
        return False
    kind = value.get("type")
    return isinstance(kind, str) if "type" in value else bool(value.keys() & {"text", *_BY_KEY})


def _block(part: Record) -> Record:
    kind = part.get("type")
    if fields.is_missing(kind):
        key = next((key for key in _BY_KEY if not fields.is_missing(part.get(key))), None)
        if key is None:
            return part
        inner = part[key]
        name = inner.get("name") if isinstance(inner, Mapping) else None
        return {"type": _BY_KEY[key], "name": name}
    if not isinstance(kind, str):
        return part
    if kind == "text":
        return {"type": "text", "text": part.get("content", part.get("text"))}
    if kind in _CALLS:
        return {"type": "tool_use", "name": part.get("name")}
    if kind in _RESULTS:
        return {"type": "tool_result"}
    if kind in _UNSPOKEN:
        return {"type": "thinking"}
    if kind in _REFERENCES:
        return {"type": _modality(part) or ("file" if kind == "file" else "other")}
    return part


def _modality(part: Record) -> str | None:
    """What a part that holds or names bytes shows."""
    for key in ("modality", "mime_type"):
        value = part.get(key)
        word = value.partition("/")[0].lower() if isinstance(value, str) else ""
        if word in _MODALITIES:
            return word
    return None


def _calls(calls: object) -> list[Record] | None:
    found = fields.unwrapped(calls)
    if not isinstance(found, list) or not found:
        return None
    return [{"function": {"name": _name(call)}} for call in found]


def _name(call: object) -> object:
    """The tool's name, wherever a call has it."""
    paths = ("function.name", "tool_call.function.name", "name", "toolUse.name")
    return fields.first_at(call, paths) if isinstance(call, Mapping) else None


def losses_in(messages: Iterable[Message]) -> set[Loss]:
    """What is lost of messages that are turns."""
    return {"message_left_empty"} if any(message is LEFT_EMPTY for message in messages) else set()


def spoken(messages: Iterable[Message]) -> bool:
    """Whether a user has a turn among the messages."""
    return any(message.role == "user" for message in messages)
