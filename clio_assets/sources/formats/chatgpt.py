"""Conversations of a ChatGPT data export (conversations.json).

    {"conversation_id": ..., "create_time": 1700000000.1, "current_node": ..., "mapping": {
     node id: {"parent": ..., "message": {"author": {"role": ...}, "create_time": ...,
     "recipient": "all", "content": {"content_type": "text", "parts": [...]}, "metadata": {...}}}}}

An export is one person's and names no user in its conversations.
"""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.protocol import Malformed, ParsedConversation, Record
from clio_assets.sources.formats.tree import branch_to

name: Final[Format] = "chatgpt"
users_are_accounts: Final = False

_SETTINGS: Final = frozenset({"user_editable_context", "model_editable_context"})
_UNSPOKEN: Final = frozenset({"thoughts", "reasoning_recap", "system_error"})
_POINTERS: Final[Mapping[str, str]] = {
    "image_asset_pointer": "image",
    "audio_asset_pointer": "audio",
    "real_time_user_audio_video_asset_pointer": "audio",
    "video_container_asset_pointer": "video",
}


def recognises(record: Record) -> bool:
    """A tree of messages under `mapping`."""
    return isinstance(record.get("mapping"), Mapping)


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record: its current branch. Raises Malformed."""
    messages = [message for node in _branch(record) if (message := _message(node))]
    started_at, latest_at = fields.span(
        [record.get("create_time")], (message.get("create_time") for message in messages)
    )
    return ParsedConversation(
        fields.conversation_id(fields.first_present(record, ("conversation_id", "id"))),
        None,
        started_at,
        latest_at,
        tuple(turn for message in messages for turn in _turns(message)),
    )


def _branch(record: Record) -> list[Record]:
    mapping = record.get("mapping")
    if mapping is None:
        raise Malformed("messages_missing")
    if not isinstance(mapping, Mapping):
        raise Malformed("messages_not_a_list")
    if not all(isinstance(node, Mapping) for node in mapping.values()):
        raise Malformed("message_not_an_object")
    nodes = cast("Mapping[str, Record]", mapping)
    leaf = record.get("current_node")
    if not isinstance(leaf, str) or leaf not in nodes:
        leaf = _newest_leaf(nodes)
    return branch_to(leaf, nodes, lambda node: node.get("parent")) if leaf else []


def _newest_leaf(nodes: Mapping[str, Record]) -> str | None:
    """The leaf whose message is newest; the last of equals, and of those without a time."""
    parents = [node.get("parent") for node in nodes.values()]
    inner = {parent for parent in parents if isinstance(parent, str)}
    leaves = [key for key in nodes if key not in inner]
    return max(reversed(leaves), key=lambda key: _time(nodes[key]), default=None)


def _time(node: Record) -> float:
    message = _message(node)
    time = message.get("create_time") if message else None
    return float(time) if isinstance(time, int | float) else 0.0


def _message(node: Record) -> Record | None:
    message = node.get("message")
    if message is None:
        return None
    if not isinstance(message, Mapping):
        raise Malformed("message_not_an_object")
    return message


def _turns(message: Record) -> list[Message]:
    author, content = message.get("author"), message.get("content")
    details = message.get("metadata")
    role = role_of(author.get("role") if isinstance(author, Mapping) else None)
    details = details if isinstance(details, Mapping) else {}
    if content is None or details.get("is_visually_hidden_from_conversation") is True:
        return []
    if not isinstance(content, Mapping):
        raise Malformed("content_of_wrong_type")
    kind = str(content.get("content_type"))
    if kind in _UNSPOKEN:
        return []
    if kind in _SETTINGS:  # custom instructions and memory come under the user's name
        return [Message("system", placeholders.SYSTEM_PROMPT)]
    recipient = message.get("recipient")
    if role == "assistant" and recipient is not None and recipient != "all":
        return [Message(role, placeholders.tool_call(recipient))]
    return read_message(role, list(_blocks(content)), extras=_attachments(details))


def _blocks(content: Record) -> Iterator[object]:
    """The parts of a message as blocks; kinds with text of their own have no parts."""
    parts = content.get("parts")
    if parts is None:
        parts = [fields.first_present(content, ("text", "result"))]
    if not isinstance(parts, list):
        raise Malformed("content_of_wrong_type")
    for part in parts:
        if not isinstance(part, Mapping):
            yield part if part is not None else ""
        elif isinstance(part.get("text"), str):  # what was said, where it was spoken
            yield {"type": "text", "text": part["text"]}
        else:
            yield {"type": _POINTERS.get(str(part.get("content_type")), "other")}


def _attachments(details: Record) -> list[str]:
    """Files of a message; its images stand among the parts already."""
    found = details.get("attachments")
    files = [
        file
        for file in (found if isinstance(found, list) else [])
        if not (isinstance(file, Mapping) and str(file.get("mime_type")).startswith("image/"))
    ]
    return attachments(files)
