"""Conversations of a DeepSeek data export (conversations.json).

    {"id": ..., "inserted_at": ..., "updated_at": ..., "mapping": {node id: {"parent": ...,
     "message": {"model": ..., "inserted_at": ..., "files": [...], "fragments": [
     {"type": "REQUEST", "content": ...}]}}}}

What an answer was made of stands in fragments of it: THINK, SEARCH, RESPONSE. Exports before them
have `content` and no role: from the root on, user and assistant take turns. None says which branch
is current: the newest counts. An export is one person's and names no user.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from clio_assets.domain.transcript import Message, Role
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import attachments, read_message, role_of
from clio_assets.sources.formats.labels import digest_id, first_words, known, last_label
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

name: Final[Format] = "deepseek"
users_are_accounts: Final = False

_SPOKEN: Final = frozenset({"REQUEST", "RESPONSE", "TEMPLATE_RESPONSE"})
_THOUGHT: Final = "THINK"


def recognises(record: Record) -> bool:
    """A tree under `mapping` whose times are called `inserted_at` and whose messages have
    fragments, or their text beside no author."""
    mapping = record.get("mapping")
    if not isinstance(mapping, Mapping) or "inserted_at" not in record:
        return False
    first = first_message(mapping)
    if first is None:
        return True
    return (
        isinstance(first, Mapping)
        and "author" not in first
        and ("fragments" in first or "content" in first)
    )


def parse(record: Record) -> ParsedConversation:
    """The conversation of a record: its newest branch. Raises Malformed."""
    nodes = nodes_of(record.get("mapping"))
    branch = current_branch(nodes, None, parent_of, _time)
    messages = [message for node in branch if (message := message_of(node))]
    turns = tuple(turn for place, message in enumerate(messages) for turn in _turns(message, place))
    root = first_node(nodes, parent_of, _time)
    times = [record.get("updated_at"), *(message.get("inserted_at") for message in messages)]
    started_at, latest_at = fields.span([record.get("inserted_at")], times)
    told = fields.first_present(record, ("id",))
    if told is None:
        told = digest_id(fields.first_present(record, ("inserted_at",)), first_words(turns))
    return ParsedConversation(
        fields.conversation_id(told),
        None,
        started_at,
        latest_at,
        turns,
        root=root,
        attributes=known(
            **{attributes.MODEL: last_label([message.get("model") for message in messages])}
        ),
    )


def _time(node: Record) -> float:
    message = message_of(node)
    return moment(message.get("inserted_at")) if message else 0.0


def _turns(message: Record, place: int) -> list[Message]:
    fragments = message.get("fragments")
    extras = attachments(message.get("files"))
    if fragments is None:
        told = message.get("role")
        role: Role = role_of(told) if told is not None else ("assistant" if place % 2 else "user")
        return read_message(role, message.get("content"), extras=extras)
    if not isinstance(fragments, list):
        raise Malformed("content_of_wrong_type")
    if not all(isinstance(fragment, Mapping) for fragment in fragments):
        raise Malformed("content_of_wrong_type")
    role = "user" if any(part.get("type") == "REQUEST" for part in fragments) else "assistant"
    return read_message(role, list(_blocks(fragments)), extras=extras)


def _blocks(fragments: Sequence[Record]) -> Iterator[object]:
    for fragment in fragments:
        kind = str(fragment.get("type"))
        if kind in _SPOKEN:
            yield {"type": "text", "text": fragment.get("content")}
        elif kind != _THOUGHT:  # searches and pages that were opened
            yield {"type": "tool_call", "name": kind.lower()}
