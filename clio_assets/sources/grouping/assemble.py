"""One bucket of rows to conversations.

Most groups are plain: each request continues the one before it, or parts follow one another in
time. Those are told, for all groups at once, by comparing columns; only what is left is looked at
piece by piece (`chains.py`, `trees.py`). One conversation of three requests, then one that needs a
look:

    group  turns     continues the row before
    A      a         (first)
    A      a b       yes      -> A is plain: its last row tells everything
    A      a b c     yes
    B      a         (first)
    B      a c d     no, a request is missing between them -> chains.py
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.transcript import decode_messages, encode_messages
from clio_assets.sources.grouping.chains import Chain, Part, Request, chains
from clio_assets.sources.grouping.rows import TURN, Told
from clio_assets.sources.grouping.trees import Delta, in_order

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Of requests, shorter ones come first; parts come as they were sent.
_ORDER: Final = [
    (name, "ascending") for name in ("group", "delta", "length", "said", "at", "content")
]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one conversation: all of its `members`, and the messages that count."""

    members: Sequence[int]
    messages: str
    turns: bytes  # of the user, digests


class Columns:
    """Columns of a sorted table as lists, each made when it is first asked for."""

    def __init__(self, rows: pa.Table, messages: pa.Array, order: Places) -> None:
        self._rows = rows
        self._messages = messages
        self._order = order
        self._lists: dict[str, list[Any]] = {}
        self._said: dict[str, bool] = {}

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self._lists:
            self._lists[name] = self._rows[name].to_pylist()
        return self._lists[name]

    def known(self, name: str, members: Sequence[int]) -> list[Any]:
        """What the members say in a column, without those that say nothing."""
        if name not in self._said:
            column = self._rows[name]
            empty = pa.types.is_string(column.type) and not pc.any(pc.not_equal(column, "")).as_py()
            self._said[name] = column.null_count < len(column) and not empty
        if not self._said[name]:
            return []
        column = self[name]
        if isinstance(members, range):
            return [value for value in column[members.start : members.stop] if value is not None]
        return [column[place] for place in members if column[place] is not None]

    def messages(self, place: int) -> str:
        """The messages of one row: not all are needed, and they are long."""
        text: str = self._messages[int(self._order[place])].as_py()
        return text

    def messages_of(self, needed: Flags) -> list[str]:
        """The messages of rows, in the order of rows."""
        texts: list[str] = self._messages.take(pa.array(self._order[needed])).to_pylist()
        return texts


def assembled(table: pa.Table) -> Iterator[tuple[Columns, Group]]:
    """The conversations of a table of ROWS, each with the columns that its places are of."""
    rows, order = _sorted(table)
    columns = Columns(rows, table["messages"].combine_chunks(), order)
    starts = _starts(rows)
    ends = np.append(starts[1:], rows.num_rows)
    continued, parts = _plain(rows, starts)
    needed = np.zeros(rows.num_rows, dtype=bool)
    needed[ends[continued] - 1] = True
    needed |= np.repeat(parts, ends - starts)
    told = iter(columns.messages_of(needed))
    kinds = zip(starts.tolist(), ends.tolist(), continued.tolist(), parts.tolist(), strict=True)
    for start, end, is_continued, is_parts in kinds:
        if is_continued:
            yield columns, Group(range(start, end), next(told), columns["turns"][end - 1])
        elif is_parts:
            texts = [next(told) for _ in range(start, end)]
            turns = b"".join(columns["turns"][start:end])
            yield columns, Group(range(start, end), _joined(texts), turns)
        else:
            for group in _looked_at(columns, start, end):
                yield columns, group


def _sorted(table: pa.Table) -> tuple[pa.Table, Places]:
    """The rows in order, without their messages, and where each was: long texts stay in place."""
    rows = table.drop_columns(["messages"])
    is_delta = rows["delta"]
    length = pc.if_else(is_delta, 0, pc.binary_length(rows["turns"]))
    said = pc.if_else(is_delta, 0, rows["count"])
    rows = rows.append_column("length", length).append_column("said", said).combine_chunks()
    order = pc.sort_indices(rows, sort_keys=_ORDER)
    return rows.take(order).combine_chunks(), _numbers(order).astype(np.int64)


def _starts(rows: pa.Table) -> Places:
    """Where each group starts."""
    same = _flags(pc.equal(_later(rows["group"]), _earlier(rows["group"])))
    return np.flatnonzero(np.append(True, ~same))


def _plain(rows: pa.Table, starts: Places) -> tuple[Flags, Flags]:
    """Which groups are requests that continue one another, and which are parts in order of time."""
    now, last = _later(rows["turns"]), _earlier(rows["turns"])
    longer = _flags(pc.equal(pc.binary_slice(now, 0, -TURN), last))
    longer &= _flags(pc.greater(pc.binary_length(last), 0))
    again = _flags(pc.equal(now, last)) & (_numbers(rows["told"])[1:] != Told.BY_BEGINNING)
    is_delta, at = _flags(rows["delta"]), _numbers(rows["at"].fill_null(-1))
    free = is_delta & ~_flags(rows["node"].is_valid()) & (at >= 0)
    after = np.append(True, at[1:] > at[:-1])
    continues = ~is_delta & np.append(True, longer | again)
    follows = free & after
    for steps, alone in ((continues, ~is_delta), (follows, free)):
        steps[starts] = alone[starts]
    one_user = _of_one_user(rows["user"], starts)
    return (
        np.logical_and.reduceat(continues, starts) & one_user,
        np.logical_and.reduceat(follows, starts) & one_user,
    )


def _of_one_user(users: pa.ChunkedArray, starts: Places) -> Flags:
    codes = users.combine_chunks().dictionary_encode().indices
    highest = np.maximum.reduceat(_numbers(codes.fill_null(-1)), starts)
    lowest = np.minimum.reduceat(_numbers(codes.fill_null(2**31 - 1)), starts)
    found: Flags = (highest == lowest) | (highest == -1)
    return found


def _looked_at(columns: Columns, start: int, end: int) -> Iterator[Group]:
    """The conversations of one group; of users who share a name for one, each has its own."""
    users = columns["user"][start:end]
    known = sorted({user for user in users if user is not None})
    if len(known) <= 1:
        yield from _of_user(columns, range(start, end))
        return
    for user in [*known, None]:
        mine = [start + n for n, other in enumerate(users) if other == user]
        if mine:
            yield from _of_user(columns, mine)


def _of_user(columns: Columns, mine: Sequence[int]) -> Iterator[Group]:
    told = Told(columns["told"][mine[0]])
    deltas = [place for place in mine if columns["delta"][place]]
    requests = [place for place in mine if not columns["delta"][place]]
    if told is Told.BY_SOURCE and len(requests) > 1 and not _any_history(columns, requests):
        deltas, requests = list(mine), []  # requests that never repeat anything are parts, too
    if deltas:
        yield _of_parts(columns, deltas)
    names = ("turns", "count", "at", "content")
    compared = (Request(place, *(columns[name][place] for name in names)) for place in requests)
    yield from (_of_chain(columns, chain) for chain in chains(compared, told))


def _any_history(columns: Columns, requests: Sequence[int]) -> bool:
    return any(columns["history"][place] for place in requests)


def _of_chain(columns: Columns, chain: Chain) -> Group:
    leaf = chain.current
    return Group(chain.members, _text_of(columns, leaf.parts), leaf.turns)


def _text_of(columns: Columns, parts: Sequence[Part]) -> str:
    first = columns.messages(parts[0].request.place)
    if len(parts) == 1:
        return first
    messages = list(decode_messages(first))
    for part in parts[1:]:
        more = decode_messages(columns.messages(part.request.place))
        turns = [place for place, message in enumerate(more) if message.role == "user"]
        messages += more[turns[part.skip] :]
    return encode_messages(messages)


def _of_parts(columns: Columns, deltas: Sequence[int]) -> Group:
    at, content, node = columns["at"], columns["content"], columns["node"]
    parent, current, count = columns["parent"], columns["current"], columns["count"]
    chosen = in_order(
        Delta(n, at[n], content[n], node[n], parent[n], current[n], silent=not count[n])
        for n in deltas
    )
    places = [delta.place for delta in chosen]
    turns = b"".join(columns["turns"][place] for place in places)
    return Group(deltas, _joined([columns.messages(place) for place in places]), turns)


def _joined(texts: Sequence[str]) -> str:
    """Lists of messages as one."""
    return f"[{','.join(text[1:-1] for text in texts if len(text) > 2)}]"  # not those without any


def _earlier(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.slice(0, max(len(column) - 1, 0))


def _later(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.slice(1)


def _flags(column: Any) -> Flags:
    found: Flags = column.to_numpy(zero_copy_only=False).astype(bool)
    return found


def _numbers(column: Any) -> Places:
    found: Places = column.to_numpy(zero_copy_only=False)
    return found
