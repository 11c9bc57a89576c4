"""Conversations of a Claude.ai data export (conversations.json).

    {"uuid": ..., "account": {"uuid": ...}, "created_at": ..., "updated_at": ..., "chat_messages":
     [{"uuid": ..., "parent_message_uuid": ..., "sender": "human", "text": ..., "content":
     [{"type": "text", ...}], "attachments": [...], "files": [...], "created_at": ...}]}

An export of an organisation holds the conversations of several accounts, each named; a personal
one only its owner's. Exports that name each message's parent are read along the current branch,
or the newest where they do not say which is current. Long text that was pasted stands among the
attachments, and is what the user wrote. A conversation without an id is known by a digest of its
account, its first message and its time.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.labels import digest_id, first_words, known, label, last_label
from clio_assets.sources.formats.protocol import Loss, Malformed, ParsedConversation, Record
from clio_assets.sources.formats.tree import current_branch, first_node, moment, node_id

name: Final[Format] = "claude"
users_are_accounts: Final = True

#: What the site calls pasted text; a file that a user uploads has a name of its own.
_PASTED = re.compile(r"(paste(d-text)?(-\d+)?\.txt)?")


def recognises(record: Record) -> bool:
    """Turns under `chat_messages`, of a sender each, beside a field of the export's own."""
    messages = record.get("chat_messages")
    if ("uuid" not in record and "created_at" not in record) or "organization_uuid" in record:
        return False  # the latter of the Compliance API
    if not isinstance(messages, list):
        return messages is not None
    first = next(iter(messages), None)
    return first is None or (isinstance(first, Mapping) and "sender" in first)


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record. Raises Malformed."""
    nodes, messages = _branch(record)
    account = record.get("account")
    user = fields.user_id(account.get("uuid") if isinstance(account, Mapping) else None)
    turns = tuple(turn for message in messages for turn in _turns(message))
    root = first_node(nodes, _parent, _time)
    times = [record.get("updated_at"), *(message.get("created_at") for message in messages)]
    started_at, latest_at = fields.span([record.get("created_at")], times)
    return ParsedConversation(
        fields.conversation_id(_id(record, user, root, turns)),
        user,
        started_at,
        latest_at,
        turns,
        root=root,
        attributes=_attributes(record, messages),
        losses=_losses(messages),
    )


def _id(record: Record, user: str | None, root: str | None, turns: Sequence[Message]) -> object:
    told = fields.first_present(record, ("uuid", "id"))
    if told is not None:
        return told
    time = fields.first_present(record, ("created_at",))
    parts = (root, time, None if root and time else first_words(turns))
    return digest_id(user, *parts) if any(parts) else None


def _branch(record: Record) -> tuple[Mapping[str, Record], list[Record]]:
    """The messages by id where they are a tree, and those that count in their order."""
    messages = fields.message_list(record, "chat_messages")
    named = {node_id(message.get("uuid")): message for message in messages}
    nodes = {key: message for key, message in named.items() if key is not None}
    parents = {node_id(_parent(message)) for message in messages} - {None}
    is_tree = len(nodes) == len(messages) and any(
        len(nodes) == 1 or parent in nodes for parent in parents
    )
    leaf = record.get("current_leaf_message_uuid")
    if not is_tree and node_id(leaf) not in nodes:
        return {}, messages
    return nodes, current_branch(nodes, leaf, _parent, _time)


def _parent(message: Record) -> object:
    return message.get("parent_message_uuid")


def _time(message: Record) -> float:
    return moment(message.get("created_at"))


def _turns(message: Record) -> list[Message]:
    """The turns of a message. Older exports have the text beside `content`, which then is empty or
    holds blocks with nothing in them; for tools it holds just a remark that it cannot show them."""
    role = role_of(message.get("sender"))
    files, pasted = _attached(message)
    blocks, text = _blocks(message.get("content")), message.get("text")
    unsaid = text is not None and not any(map(_has_text, blocks))
    if unsaid and (role == "user" or not read_message(role, blocks)):
        blocks.append(text)
    extras = attachments(files, message.get("files"))
    return read_message(role, [*blocks, *pasted], extras=extras)


def _blocks(content: object) -> list[object]:
    if not content:
        return []
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        raise Malformed("content_of_wrong_type")
    return list(content)


def _has_text(block: object) -> bool:
    text = block.get("text") if isinstance(block, Mapping) else block
    return isinstance(text, str) and bool(text.strip())


def _attached(message: Record) -> tuple[list[object], list[str]]:
    """Files beside the message, and text that was pasted into it."""
    found = message.get("attachments")
    files: list[object] = []
    pasted: list[str] = []
    for file in found if isinstance(found, list) else []:
        text = file.get("extracted_content") if isinstance(file, Mapping) else None
        if isinstance(text, str) and _PASTED.fullmatch(str(file.get("file_name") or "")):
            pasted.append(text)
        else:
            files.append(file)
    return files, pasted


def _attributes(record: Record, messages: Sequence[Record]) -> Mapping[str, object]:
    models = [message.get("model") for message in messages]
    return known(
        **{
            attributes.MODEL: last_label(models) or label(record.get("model")),
            attributes.PRODUCT: label(record.get("platform")),
        }
    )


def _losses(messages: Sequence[Record]) -> tuple[Loss, ...]:
    last = messages[-1] if messages else None
    unanswered = last is not None and last.get("sender") == "assistant" and not _turns(last)
    found: list[Loss] = ["answer_missing"] if unanswered else []
    if any(message.get("truncated") is True for message in messages):
        found.append("content_truncated")
    return tuple(found)
