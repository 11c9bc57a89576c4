"""Rows of files that were read, put among those of files that stay as they were landed.

A day's table is written anew only where it has other rows than before: all else that is made of
days stays as it is, however many files come.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.errors import LakeError
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import PartitionWriter
from clio_assets.landing.landed import day_of, tables_by_day
from clio_assets.landing.schema import LANDED_INDEX_KEPT

_ORDER: Final = [("file", "ascending"), ("line", "ascending")]
#: The number under which conversations stand that were put together of pieces.
OF_PIECES: Final = 0


@dataclass(frozen=True)
class Change:
    """Which rows of a landed source go, by number of their file, and which new ones are not taken.

    `replaced` is None where all go. `pieces_stay` says that a file of pieces is damaged, or
    not to be had for now: what was put together before stays then, unless it was continued since.
    """

    replaced: frozenset[int] | None
    refused: frozenset[int] = frozenset()
    pieces_stay: bool = False


class Merge:
    """Brings together what lies in a writer and what was landed before, table by table."""

    def __init__(
        self, lake: Partitions, writer: PartitionWriter, before: Manifest, change: Change
    ) -> None:
        self._lake = lake
        self._writer = writer
        self._before = before
        self._change = change
        self._staying_lines: pa.Array = pa.array([], pa.int64())
        self._left: set[date] = set()

    def index(self) -> pa.Table:
        """The index of all rows; to be asked for first, as it decides what else stays."""
        fresh = self._writer.take_back("index")
        fresh = LANDED_INDEX_KEPT.empty_table() if fresh is None else fresh
        old = LANDED_INDEX_KEPT.empty_table()
        if self._change.replaced is not None and "index" in self._before.tables:
            old = self._lake.load(self._before, "index")
        if self._change.pieces_stay:
            self._staying_lines = _lines_that_stay(old, fresh)
        stays = self._stays(old)
        self._left = set(pc.unique(old.filter(pc.invert(stays))["day"]).to_pylist())
        merged = pa.concat_tables([old.filter(stays), fresh.filter(self._is_taken(fresh))])
        if merged.num_rows:
            self._writer.append("index", merged.sort_by(_ORDER))
        return merged

    def rest(self) -> None:
        """All other tables."""
        for day, name in tables_by_day(self._before).items():
            untouched = self._change.replaced is not None and day not in self._left
            if untouched and name not in self._writer.tables:
                self._writer.carry(name, self._before.tables[name])
            else:
                self._merge(name)
        for name in self._writer.tables:
            new_day = day_of(name) is not None and name not in self._before.tables
            if new_day or name == "rejected":
                self._merge(name)
        if "rejected" in self._before.tables and "rejected" not in self._writer.tables:
            self._merge("rejected")

    def _merge(self, name: str) -> None:
        old = self._old(name)
        fresh = self._writer.take_back(name)
        found = [] if fresh is None else [fresh.filter(self._is_taken(fresh))]
        if old is not None and self._change.replaced is not None:
            found.append(old.filter(self._stays(old)))
        rows = pa.concat_tables(found).sort_by(_ORDER) if found else None
        if old is not None and rows is not None and rows.equals(old.sort_by(_ORDER)):
            self._writer.carry(name, self._before.tables[name])
        elif rows is not None and rows.num_rows:
            self._writer.append(name, rows)

    def _old(self, name: str) -> pa.Table | None:
        """The rows that were landed before; where none of them stay, damaged ones count as none."""
        if name not in self._before.tables:
            return None
        try:
            return self._lake.load(self._before, name)
        except LakeError:
            if self._change.replaced is None:
                return None
            raise

    def _stays(self, old: pa.Table) -> pa.ChunkedArray:
        """Whether each row that was landed before stays."""
        return pc.or_(pc.invert(_is_of(old, self._change.replaced or ())), self._is_of_staying(old))

    def _is_taken(self, fresh: pa.Table) -> pa.ChunkedArray:
        """Whether each new row is taken."""
        return pc.invert(pc.or_(_is_of(fresh, self._change.refused), self._is_of_staying(fresh)))

    def _is_of_staying(self, rows: pa.Table) -> pa.ChunkedArray:
        stays = pc.is_in(rows["line"], value_set=self._staying_lines)
        return pc.and_(_is_of(rows, (OF_PIECES,)), stays)


def _is_of(rows: pa.Table, numbers: Collection[int]) -> pa.ChunkedArray:
    return pc.is_in(rows["file"], value_set=pa.array(sorted(numbers), pa.int32()))


def _lines_that_stay(old: pa.Table, fresh: pa.Table) -> pa.Array:
    """Lines of conversations of pieces that are not there any more, or not newer than they were."""
    before, now = (_latest_of_pieces(table) for table in (old, fresh))
    stay = [line for line, latest in before.items() if line not in now or now[line] <= latest]
    return pa.array(stay, pa.int64())


def _latest_of_pieces(index: pa.Table) -> dict[int, int]:
    rows = index.filter(_is_of(index, (OF_PIECES,)))
    latest = rows["latest_at"].cast(pa.int64())
    return dict(zip(rows["line"].to_pylist(), latest.to_pylist(), strict=True))
