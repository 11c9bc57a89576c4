"""Conversations of a ChatGPT data export (conversations.json).

    {"conversation_id": ..., "create_time": 1700000000.1, "current_node": ..., "mapping": {
     node id: {"parent": ..., "message": {"author": {"role": ...}, "create_time": ...,
     "recipient": "all", "content": {"content_type": "text", "parts": [...]}, "metadata": {...}}}}}

An export is one person's and names no user in its conversations. Early ones have no ids: such a
conversation is known by a digest of its first node and its time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.labels import digest_id, first_words, known, label, last_label
from clio_assets.sources.formats.protocol import Malformed, ParsedConversation, Record
from clio_assets.sources.formats.tree import (
    current_branch,
    first_message,
    first_node,
    message_of,
    moment,
    nodes_of,
    parent_of,
)

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


#: One of them stands beside the tree in every release of the export.
_BESIDE: Final = ("current_node", "conversation_id", "create_time", "update_time", "title")


def recognises(record: Record) -> bool:
    """A tree under `mapping` whose messages have an author, and a field of the export beside."""
    mapping = record.get("mapping")
    if not isinstance(mapping, Mapping) or not any(key in record for key in _BESIDE):
        return False
    first = first_message(mapping)
    if first is None:  # a tree of nothing but its root
        return "current_node" in record
    return isinstance(first, Mapping) and "author" in first and "content" in first


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record: its current branch. Raises Malformed."""
    nodes = nodes_of(record.get("mapping"))
    branch = current_branch(nodes, record.get("current_node"), parent_of, _time)
    root = first_node(nodes, parent_of, _time)
    messages = [message for node in branch if (message := message_of(node))]
    turns = tuple(turn for message in messages for turn in _turns(message))
    times = [record.get("update_time"), *(message.get("create_time") for message in messages)]
    started_at, latest_at = fields.span([record.get("create_time")], times)
    return ParsedConversation(
        fields.conversation_id(_id(record, root, turns)),
        None,
        started_at,
        latest_at,
        turns,
        root=root,
        attributes=_attributes(record, messages),
    )


def _id(record: Record, root: str | None, turns: Sequence[Message]) -> object:
    """The id, or what all versions share where early exports have none: first node and time, or
    the first words where one of them is missing."""
    told = fields.first_present(record, ("conversation_id", "id"))
    if told is not None:
        return told
    time = fields.first_present(record, ("create_time",))
    return digest_id(root, time, None if root and time else first_words(turns))


def _time(node: Record) -> float:
    message = message_of(node)
    return moment(message.get("create_time")) if message else 0.0


def _attributes(record: Record, messages: Sequence[Record]) -> Mapping[str, object]:
    details = [message.get("metadata") for message in messages]
    models = [found.get("model_slug") for found in details if isinstance(found, Mapping)]
    content = messages[-1].get("content") if messages else None
    failed = isinstance(content, Mapping) and content.get("content_type") == "system_error"
    return known(
        **{
            attributes.MODEL: last_label(models) or label(record.get("default_model_slug")),
            attributes.ERROR: True if failed else None,
        }
    )


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
    return read_message(role, list(_blocks(content)), extras=_files(details))


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


def _files(details: Record) -> list[str]:
    """Files of a message; its images stand among the parts already."""
    found = details.get("attachments")
    files = [
        file
        for file in (found if isinstance(found, list) else [])
        if not (isinstance(file, Mapping) and str(file.get("mime_type")).startswith("image/"))
    ]
    return attachments(files)
