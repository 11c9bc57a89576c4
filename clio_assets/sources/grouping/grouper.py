"""Pieces in, conversations out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from clio_assets.sources.formats.protocol import Loss, Piece
from clio_assets.sources.grouping.assemble import Columns, Group, assembled
from clio_assets.sources.grouping.buckets import Buckets
from clio_assets.sources.grouping.links import Links
from clio_assets.sources.grouping.rows import ROWS, TURN, Row, group_of, moment, row_of
from clio_assets.sources.grouping.traces import Traces


@dataclass(frozen=True, slots=True)
class Grouped:
    """A conversation made of pieces. `conversation_id` is the source's, where it names one;
    `beginning` is the digest of the user's first turn, in hexadecimal; `messages` are JSON text.
    `attributes` are those of the newest piece that says each, of `losses` all."""

    conversation_id: str | None
    user_id: str | None
    tenant: str | None
    started_at: datetime | None
    latest_at: datetime | None
    beginning: str
    messages: bytes
    turns: int
    flagged: bool | None
    attributes: dict[str, Any]
    losses: tuple[Loss, ...]
    pieces: int


class Grouper:
    """Takes the pieces of a source in any order; memory is bounded, whatever their number."""

    def __init__(self, scratch: Path | None = None) -> None:
        self._traces = Traces(scratch)
        self._links = Links(scratch)
        self._rows = Buckets(ROWS, "group", scratch=scratch)

    def add(self, piece: Piece) -> None:
        """Take a piece."""
        row = row_of(piece)
        if row.span is not None:  # others may tell of the same call, or more of what is above it
            self._traces.add(row)
        elif row.count or row.node is not None:
            self._link(row)

    def add_rows(self, rows: pa.Table) -> None:
        """Take many pieces as rows of ROWS whose groups are known."""
        self._rows.add_table(rows)

    def conversations(self) -> Iterator[Grouped]:
        """The conversations, in an order that only their pieces decide; asked for once."""
        for row in self._traces.resolved():
            self._link(row)
        for row in self._links.resolved():
            self._put(row)
        for table in self._rows.tables():
            for columns, group in assembled(table):
                if not _says_anything(columns, group):
                    continue
                yield _grouped(columns, group)

    def _link(self, row: Row) -> None:
        if row.conversation is None and row.node is not None:
            self._links.add(row)
        else:
            self._put(row)

    def _put(self, row: Row) -> None:
        row.group, row.told = group_of(row)
        self._rows.add(row.as_tuple(), row.size)


def _says_anything(columns: Columns, group: Group) -> bool:
    """Whether a member has messages; those without only hold a tree together."""
    counts = columns["count"]
    return any(counts[place] for place in group.members)


def _grouped(columns: Columns, group: Group) -> Grouped:
    """What all members of a group say together."""
    members = group.members
    turns = columns["turns"]
    of_the_user = members if turns[members[0]] else [m for m in members if turns[m]] or members
    return Grouped(
        conversation_id=_first(columns.known("conversation", members)),
        user_id=_first(columns.known("user", members)),
        tenant=_first(columns.known("tenant", members)),
        started_at=moment(min(columns.known("at", of_the_user), default=None)),
        latest_at=moment(max(columns.known("latest", members), default=None)),
        beginning=group.turns[:TURN].hex(),
        messages=group.messages.encode(),
        turns=len(group.turns) // TURN,
        flagged=_flagged(columns.known("flagged", members)),
        attributes=_attributes(columns, members),
        losses=_losses(columns.known("losses", members)),
        pieces=sum(columns["count"][place] > 0 for place in members),
    )


def _first(values: Sequence[Any]) -> Any:
    return values[0] if values else None


def _flagged(verdicts: Sequence[bool]) -> bool | None:
    """Whether the operator's classifier flagged any of the pieces, where it judged any."""
    return any(verdicts) if verdicts else None


def _losses(texts: Iterable[str]) -> tuple[Loss, ...]:
    words = {word for text in texts for word in text.split()}
    if not words:
        return ()
    return tuple(loss for loss in get_args(Loss) if loss in words)


def _attributes(columns: Columns, members: Sequence[int]) -> dict[str, Any]:
    """Those of the newest piece that says each."""
    if not columns.known("attributes", members):
        return {}
    texts = columns["attributes"]
    saying = [place for place in members if texts[place]]
    found: dict[str, Any] = {}
    for place in sorted(saying, key=lambda place: (columns["latest"][place] or 0, texts[place])):
        found |= json.loads(texts[place])
    return found
