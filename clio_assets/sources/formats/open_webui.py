"""Chats of Open WebUI: its JSON export, and the table `chat` of its database (webui.db).

    {"id": ..., "user_id": ..., "created_at": ..., "updated_at": ..., "meta": {"tags": [...]},
     "chat": {"history": {"currentId": ..., "messages": {id: {"parentId": ..., "role": ...,
      "content": ..., "timestamp": ..., "model": ..., "files": [...],
      "annotation": {"rating": 1}}}}}}

`chat` holds the whole tree, of which the branch that ends in `currentId` counts; the oldest chats
have a list of `messages` alone. Newer versions keep each message in a table of its own as well, and
go on writing the tree. What a model thought stands in its answer as a block of HTML, which is left
out; what it called becomes a placeholder.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.labels import (
    digest_id,
    first_words,
    known,
    label,
    labels,
    last_label,
    number,
)
from clio_assets.sources.formats.protocol import Database, Malformed, ParsedConversation, Record
from clio_assets.sources.formats.tree import current_branch, first_node, moment, nodes_of

name: Final[Format] = "open-webui"
users_are_accounts: Final = True

DATABASE: Final = Database(
    tables={"chat": frozenset({"id", "user_id", "title", "chat", "created_at", "updated_at"})},
    query='SELECT * FROM "chat"',
)

#: What the program itself asks for in the user's name.
_AGENTS: Final = frozenset({"subagent", "timer"})
_OPENED, _CLOSED = "<details", "</details>"
_KIND = re.compile(r'\btype="(\w+)"')
_TOOL = re.compile(r'\bname="([^"]*)"')


def recognises(record: Record) -> bool:
    """A chat with its history or messages, in a row of the table or by itself."""
    row, chat = _row_and_chat(record)
    if chat is None:
        return False
    beside = ("user_id", "archived", "share_id", "folder_id", "updated_at", "history", "models")
    return any(key in row for key in beside) and (
        _tree(chat) is not None or (row is not chat and isinstance(chat.get("messages"), list))
    )


def parse(record: Record) -> ParsedConversation:
    """The conversation of a chat: its current branch. Raises Malformed."""
    row, chat = _row_and_chat(record)
    if chat is None:
        raise Malformed("messages_missing")
    nodes, messages = _branch(chat)
    turns = tuple(turn for message in messages for turn in _turns(message))
    root = first_node(nodes, _parent, _time)
    started_at, latest_at = fields.span(
        [row.get("created_at")],
        [
            row.get("updated_at"),
            chat.get("timestamp"),
            *(message.get("timestamp") for message in messages),
        ],
    )
    told = fields.first_present(row, ("id",)) or digest_id(root, first_words(turns))
    return ParsedConversation(
        fields.conversation_id(told),
        fields.user_id(row.get("user_id")),
        started_at,
        latest_at,
        turns,
        root=root,
        attributes=_attributes(row, chat, messages),
        losses=("answer_missing",) if _is_unanswered(messages) else (),
    )


def _is_unanswered(messages: Sequence[Record]) -> bool:
    """Whether the last answer was begun and never came."""
    last = messages[-1] if messages else {}
    return last.get("role") == "assistant" and not _turns(last)


def _row_and_chat(record: Record) -> tuple[Record, Record | None]:
    """The row and the chat in it; early exports are the chat alone."""
    if "chat" not in record:
        return record, record if _tree(record) is not None else None
    chat = fields.unwrapped(record["chat"])
    return record, chat if isinstance(chat, Mapping) else None


def _tree(chat: Record) -> Record | None:
    """The history of a chat, where its messages lie in a tree."""
    history = fields.unwrapped(chat.get("history"))
    if isinstance(history, Mapping) and isinstance(history.get("messages"), Mapping):
        return history
    return None


def _branch(chat: Record) -> tuple[Mapping[str, Record], list[Record]]:
    history = _tree(chat)
    found = history.get("messages") if history else None
    if not history or not isinstance(found, Mapping) or not found:
        return {}, fields.message_list(chat, "messages") if "messages" in chat else []
    nodes = nodes_of(found)
    return nodes, current_branch(nodes, history.get("currentId"), _parent, _time)


def _parent(message: Record) -> object:
    return message.get("parentId")


def _time(message: Record) -> float:
    return moment(message.get("timestamp"))


def _turns(message: Record) -> list[Message]:
    role = role_of(message.get("role"))
    content = message.get("content")
    if role == "assistant" and isinstance(content, str) and "<details" in content:
        content = list(_parts(content))
    if not content and role == "assistant":
        content = list(_output(message.get("output")))
    return read_message(role, content, extras=_files(message))


def _parts(content: str) -> Iterator[object]:
    """An answer's text, what it thought left out and what it called as blocks of its own."""
    at = looked = 0
    while (start := content.find(_OPENED, looked)) >= 0:
        end = content.find(_CLOSED, start)
        if end < 0:
            break
        head = content[start : content.find(">", start)]
        looked = end + len(_CLOSED)
        kind = _KIND.search(head)
        if kind is None:  # the answer's own HTML
            continue
        yield {"type": "text", "text": content[at:start]}
        at = looked
        if kind[1] != "reasoning":
            tool = _TOOL.search(head)
            yield {"type": "tool_call", "name": tool[1] if tool else kind[1]}
    yield {"type": "text", "text": content[at:].lstrip("\n") if at else content}


def _output(items: object) -> Iterator[object]:
    """The blocks of an answer that is stored as the items of a response."""
    for item in items if isinstance(items, list) else []:
        inner = item.get("content") if isinstance(item, Mapping) else None
        if isinstance(inner, list) and isinstance(item, Mapping) and item.get("type") == "message":
            yield from inner
        else:
            yield item


def _files(message: Record) -> list[str]:
    """What came along: files by their kind, and images as the oldest chats have them."""
    found, images = message.get("files"), message.get("images")
    kinds = [
        str(file.get("type")) if isinstance(file, Mapping) else "file"
        for file in (found if isinstance(found, list) else [])
    ]
    kinds += ["image" for _ in images] if isinstance(images, list) else []
    return [placeholders.IMAGE if kind == "image" else placeholders.ATTACHMENT for kind in kinds]


def _attributes(row: Record, chat: Record, messages: Sequence[Record]) -> Mapping[str, object]:
    answers = [message for message in messages if message.get("role") == "assistant"]
    meta = fields.unwrapped(row.get("meta"))
    meta = meta if isinstance(meta, Mapping) else {}
    agent = label(meta.get("type")) if meta.get("internal") is True else None
    models = [message.get("model") for message in answers]
    return known(
        **{
            attributes.MODEL: last_label(models) or last_label(labels(chat.get("models")) or []),
            attributes.TAGS: labels(meta.get("tags")) or labels(chat.get("tags")),
            attributes.AGENT: agent if agent in _AGENTS else None,
            attributes.ERROR: bool(answers[-1].get("error")) if answers else None,
            attributes.FEEDBACK: _feedback(messages),
        }
    )


def _feedback(messages: Sequence[Record]) -> float | None:
    """The last rating of an answer."""
    for message in reversed(messages):
        rated = message.get("annotation")
        rating = number(rated.get("rating")) if isinstance(rated, Mapping) else None
        if rating is not None:
            return max(-1, min(1, rating))
    return None
