"""One bucket of rows to conversations.

Most groups are plain: each request continues the one before it. Those are told, for all groups at
once, by comparing columns; only what is left is looked at request by request (`chains.py`,
`trees.py`). Examples: one conversation of three requests, then two groups that need a look.

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

_ORDER: Final = [(name, "ascending") for name in ("group", "delta", "length", "count", "at")]
_COMPARED: Final = ("turns", "count", "at", "content", "delta", "node", "parent", "current")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one conversation: all of its `members`, and the messages that count."""

    members: Sequence[int]
    messages: str
    turns: bytes  # of the user, digests


class Columns:
    """Columns of a sorted table as lists, each made when it is first asked for."""

    def __init__(self, rows: pa.Table) -> None:
        self._rows = rows
        self._lists: dict[str, list[Any]] = {}

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self._lists:
            self._lists[name] = self._rows[name].to_pylist()
        return self._lists[name]


def assembled(table: pa.Table) -> Iterator[tuple[Columns, Group]]:
    """The conversations of a table of ROWS, each with the columns that its places are of."""
    lengths = pc.binary_length(table["turns"])
    rows = table.append_column("length", lengths).sort_by([*_ORDER, ("content", "ascending")])
    rows = rows.combine_chunks()
    starts, plain = _groups(rows)
    ends = np.append(starts[1:], rows.num_rows)
    columns = Columns(rows.drop_columns(["messages"]))
    told = rows["messages"].take(pa.array(ends[plain] - 1)).to_pylist()[::-1]
    for start, end, is_plain in zip(starts.tolist(), ends.tolist(), plain.tolist(), strict=True):
        if is_plain:
            yield columns, Group(range(start, end), told.pop(), columns["turns"][end - 1])
        else:
            for group in _looked_at(rows, start, end):
                yield columns, group


def _groups(rows: pa.Table) -> tuple[Places, npt.NDArray[np.bool_]]:
    """Where each group starts, and whether it is plain."""
    group, turns = rows["group"], rows["turns"]
    here, before = slice(1, None), slice(0, rows.num_rows - 1)
    same = _flags(pc.equal(_cut(group, here), _cut(group, before)))
    now, last = _cut(turns, here), _cut(turns, before)
    longer = _flags(pc.equal(pc.binary_slice(now, 0, -TURN), last))
    longer &= _flags(pc.greater(pc.binary_length(last), 0))
    again = _flags(pc.equal(now, last)) & (_numbers(rows["told"])[1:] != Told.BY_BEGINNING)
    continues = (longer | again) & same & ~_flags(rows["delta"])[1:]
    starts = np.flatnonzero(np.append(True, ~same))
    fine = np.append(True, continues)
    fine[starts] = True
    plain = np.logical_and.reduceat(fine, starts) & _of_one_user(rows["user"], starts)
    return starts, plain


def _of_one_user(users: pa.ChunkedArray, starts: Places) -> npt.NDArray[np.bool_]:
    codes = users.combine_chunks().dictionary_encode().indices
    highest = np.maximum.reduceat(_numbers(codes.fill_null(-1)), starts)
    lowest = np.minimum.reduceat(_numbers(codes.fill_null(2**31 - 1)), starts)
    found: npt.NDArray[np.bool_] = (highest == lowest) | (highest == -1)
    return found


def _looked_at(rows: pa.Table, start: int, end: int) -> Iterator[Group]:
    """The conversations of one group; of users who share a name for one, each has its own."""
    part = rows.slice(start, end - start)
    told = Told(part["told"][0].as_py())
    users = part["user"].to_pylist()
    compared = {name: part[name].to_pylist() for name in _COMPARED}
    known = sorted({user for user in users if user is not None})
    for user in known if len(known) == 1 else [*known, None]:
        mine = [n for n, other in enumerate(users) if other == user or len(known) == 1]
        if mine:
            yield from _of_user(rows, start, mine, compared, told)


def _of_user(
    rows: pa.Table, start: int, mine: Sequence[int], compared: dict[str, list[Any]], told: Told
) -> Iterator[Group]:
    deltas = [n for n in mine if compared["delta"][n]]
    requests: Sequence[int] = [n for n in mine if not compared["delta"][n]]
    if told is Told.BY_SOURCE and not _any_history(rows, start, requests):
        deltas, requests = list(mine), ()  # requests that never repeat anything are parts, too
    if deltas:
        yield _joined(rows, start, deltas, compared)
    found = chains(
        (
            Request(
                start + n,
                compared["turns"][n],
                compared["count"][n],
                compared["at"][n],
                compared["content"][n],
            )
            for n in requests
        ),
        told,
    )
    yield from (_of_chain(rows, chain) for chain in found)


def _any_history(rows: pa.Table, start: int, requests: Sequence[int]) -> bool:
    return len(requests) < 2 or any(rows["history"][start + n].as_py() for n in requests)


def _of_chain(rows: pa.Table, chain: Chain) -> Group:
    leaf = chain.current
    return Group(chain.members, _text_of(rows, leaf.parts), leaf.turns)


def _text_of(rows: pa.Table, parts: Sequence[Part]) -> str:
    first: str = rows["messages"][parts[0].request.place].as_py()
    if len(parts) == 1:
        return first
    messages = list(decode_messages(first))
    for part in parts[1:]:
        more = decode_messages(rows["messages"][part.request.place].as_py())
        turns = [place for place, message in enumerate(more) if message.role == "user"]
        messages += more[turns[part.skip] :]
    return encode_messages(messages)


def _joined(
    rows: pa.Table, start: int, deltas: Sequence[int], compared: dict[str, list[Any]]
) -> Group:
    chosen = in_order(
        Delta(
            start + n,
            compared["at"][n],
            compared["content"][n],
            compared["node"][n],
            compared["parent"][n],
            compared["current"][n],
        )
        for n in deltas
    )
    texts = [rows["messages"][delta.place].as_py()[1:-1] for delta in chosen]
    turns = b"".join(compared["turns"][delta.place - start] for delta in chosen)
    members = [start + n for n in deltas]
    return Group(members, f"[{','.join(text for text in texts if text)}]", turns)


def _cut(column: pa.ChunkedArray, where: slice) -> pa.ChunkedArray:
    return column.slice(where.start, None if where.stop is None else where.stop - where.start)


def _flags(column: Any) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = column.to_numpy(zero_copy_only=False).astype(bool)
    return found


def _numbers(column: Any) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = column.to_numpy(zero_copy_only=False)
    return found
