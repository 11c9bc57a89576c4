"""A piece as a row: what grouping compares as digests, what it keeps as text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

import pyarrow as pa

from clio_assets.domain.transcript import Message, encode_messages
from clio_assets.sources.formats.protocol import Piece

#: Bytes of the digest of one turn.
TURN: Final = 8

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Told(IntEnum):
    """What tells that pieces may belong together, the surest first."""

    BY_SOURCE = 0  # the source names the conversation
    BY_USER = 1  # only the user is known
    BY_BEGINNING = 2  # neither: only how it begins


ROWS: Final = pa.schema(
    [
        pa.field("group", pa.binary(16), nullable=False),  # digest of what pieces have in common
        pa.field("told", pa.int8(), nullable=False),
        pa.field("tenant", pa.string()),
        pa.field("conversation", pa.string()),
        pa.field("user", pa.string()),
        pa.field("at", pa.int64()),  # microseconds since 1970
        pa.field("latest", pa.int64()),
        pa.field("delta", pa.bool_(), nullable=False),
        pa.field("node", pa.string()),
        pa.field("parent", pa.string()),
        pa.field("current", pa.bool_(), nullable=False),
        pa.field("turns", pa.binary(), nullable=False),  # digests of the user's turns, in order
        pa.field("count", pa.int32(), nullable=False),  # messages
        pa.field("history", pa.bool_(), nullable=False),  # whether something was said before
        pa.field("content", pa.binary(8), nullable=False),  # digest of the messages
        pa.field("messages", pa.large_string(), nullable=False),
        pa.field("flagged", pa.bool_()),
        pa.field("attributes", pa.string(), nullable=False),  # JSON object
        pa.field("losses", pa.string(), nullable=False),  # words with spaces between
        pa.field("trace", pa.string()),
        pa.field("span", pa.string()),
        pa.field("parent_span", pa.string()),
    ]
)


@dataclass(slots=True)
class Row:
    """A row of ROWS, in its order, before its group is known."""

    group: bytes
    told: int
    tenant: str | None
    conversation: str | None
    user: str | None
    at: int | None
    latest: int | None
    delta: bool
    node: str | None
    parent: str | None
    current: bool
    turns: bytes
    count: int
    history: bool
    content: bytes
    messages: str
    flagged: bool | None
    attributes: str
    losses: str
    trace: str | None
    span: str | None
    parent_span: str | None

    def as_tuple(self) -> tuple[Any, ...]:
        """Its values in the order of ROWS."""
        values: tuple[Any, ...] = _VALUES(self)
        return values

    @property
    def size(self) -> int:
        """About how many bytes its texts have."""
        return len(self.messages) + len(self.turns) + len(self.attributes)


_VALUES: Final = attrgetter(*ROWS.names)


def row_of(piece: Piece) -> Row:
    """The row of a piece."""
    span = piece.span
    return Row(
        group=b"",
        told=Told.BY_SOURCE,
        tenant=piece.tenant,
        conversation=piece.conversation_id,
        user=piece.user_id,
        at=_microseconds(piece.at),
        latest=_microseconds(piece.latest_at or piece.at),
        delta=piece.kind == "delta",
        node=piece.node,
        parent=piece.parent,
        current=piece.is_current,
        flagged=piece.flagged,
        attributes=_encoded(piece.attributes),
        losses=" ".join(piece.losses),
        trace=span.trace if span else None,
        span=span.id if span else None,
        parent_span=span.parent if span else None,
        **told_by(piece.messages),
    )


def told_by(messages: Sequence[Message]) -> dict[str, Any]:
    """What a row has of messages: their text, and what is compared of them."""
    text = encode_messages(messages)
    return {
        "turns": turns_of(messages),
        "count": len(messages),
        "history": _has_history(messages),
        "content": blake2b(text.encode(), digest_size=8).digest(),
        "messages": text,
    }


def turns_of(messages: Iterable[Message]) -> bytes:
    """Digests of the user's turns, TURN bytes each."""
    return b"".join(
        blake2b(message.content.encode(), digest_size=TURN).digest()
        for message in messages
        if message.role == "user"
    )


def group_of(row: Row) -> tuple[bytes, Told]:
    """The digest of what a piece has in common with those it may belong to, and what that is."""
    if row.conversation is not None:
        return digest("conversation", row.tenant, row.conversation), Told.BY_SOURCE
    if row.user is not None:
        return digest("user", row.tenant, row.user), Told.BY_USER
    return digest("beginning", row.tenant, row.turns[:TURN].hex()), Told.BY_BEGINNING


def digest(*parts: str | None) -> bytes:
    """16 bytes over parts, of which none can be taken for another's end."""
    found = blake2b(digest_size=16)
    for part in parts:
        encoded = b"" if part is None else part.encode()
        found.update((0 if part is None else len(encoded) + 1).to_bytes(8, "big"))
        found.update(encoded)
    return found.digest()


def moment(microseconds: int | None) -> datetime | None:
    """The point in time, UTC."""
    return None if microseconds is None else _EPOCH + microseconds * _MICROSECOND


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _has_history(messages: Sequence[Message]) -> bool:
    """Whether anybody had said anything before the user's last turn."""
    roles = [message.role for message in messages if message.role in {"user", "assistant"}]
    return "user" in roles and roles[::-1].index("user") < len(roles) - 1


def _encoded(attributes: Mapping[str, object]) -> str:
    return json.dumps(attributes, ensure_ascii=False, default=str) if attributes else ""
