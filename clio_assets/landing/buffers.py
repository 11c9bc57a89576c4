"""Rows on their way to the landed tables: few in memory, many a write."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final, Protocol

import pyarrow as pa

from clio_assets.landing.landed import table_of
from clio_assets.landing.schema import LANDED, LANDED_INDEX_KEPT, LANDED_WITH_VECTORS, REJECTED

#: Bytes of rows that may wait.
WAITING: Final = 32 * 2**20
RECORD_CHARACTERS: Final = 10_000

_ROW: Final = 500  # what a row takes beside its long texts, as Python objects
_INDEX_ROWS: Final = 16_384


class LandingSink(Protocol):
    """Where landed tables go: one for each day (`landed.table_of`), `index` and `rejected`."""

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table, after those that it has."""
        ...


@dataclass(frozen=True, slots=True)
class LandedRow:
    """A row of LANDED, or of LANDED_WITH_VECTORS."""

    line: int
    file: int
    conversation_id: str
    source_id: str | None
    user_id: str
    started_at: datetime
    latest_at: datetime
    messages: bytes  # UTF-8
    flagged: bool | None
    metadata: str | None
    attributes: str | None
    vector: bytes | None = None
    vector_fault: str | None = None
    name: str | None = None  # goes into the index alone


class LandingBuffers:
    """Gathers rows by day and appends them to the sink before too many wait."""

    def __init__(
        self,
        sink: LandingSink,
        waiting: int = WAITING,
        *,
        withhold_rejected: bool = False,
        vectors: bool = False,
    ) -> None:
        self._sink = sink
        self._schema = LANDED_WITH_VECTORS if vectors else LANDED
        self._limit = waiting
        self._withhold_rejected = withhold_rejected
        self._days: dict[date, list[LandedRow]] = defaultdict(list)
        self._sizes: dict[date, int] = defaultdict(int)
        self._waiting = 0
        self._index: list[tuple[Any, ...]] = []
        self._rejected: list[tuple[Any, ...]] = []
        self._rejected_size = 0

    def land(self, row: LandedRow) -> None:
        """Take a well-formed record."""
        day = row.started_at.date()
        self._days[day].append(row)
        size = _ROW + len(row.messages) + len(row.metadata or "") + len(row.attributes or "")
        size += len(row.vector or b"")
        self._sizes[day] += size
        self._waiting += size
        user = row.user_id.encode()
        content = blake2b(len(user).to_bytes(8, "big"), digest_size=16)
        content.update(user)
        content.update(row.messages)
        conversation = blake2b(row.conversation_id.encode(), digest_size=16)
        name = None if row.name is None else blake2b(row.name.encode(), digest_size=8).digest()
        known = conversation.digest(), content.digest(), row.latest_at, name
        self._index.append((row.file, row.line, day, *known))
        if len(self._index) >= _INDEX_ROWS:
            self._append_index()
        if self._waiting > self._limit:
            self._append_days(down_to=self._limit * 7 // 8)

    def reject(self, file: int, line: int, reason: str, record: str) -> None:
        """Take a malformed record; its text is dropped where `withhold_rejected`."""
        record = "" if self._withhold_rejected else record
        self._rejected.append((file, line, reason, record))
        self._rejected_size += _ROW + len(record)
        if self._rejected_size > self._limit // 4:
            self._append_rejected()

    def finish(self) -> None:
        """Append whatever still waits."""
        self._append_days(down_to=0)
        self._append_index()
        self._append_rejected()

    def _append_days(self, down_to: int) -> None:
        """The fullest days first: few large writes rather than a small one for every day."""
        fullest = sorted(self._sizes, key=lambda day: (-self._sizes[day], day))
        for day in fullest:
            if self._waiting <= down_to:
                break
            self._waiting -= self._sizes.pop(day)
            names = self._schema.names
            rows = [tuple(getattr(row, name) for name in names) for row in self._days.pop(day)]
            self._sink.append(table_of(day), _table(rows, self._schema))

    def _append_index(self) -> None:
        if self._index:
            self._sink.append("index", _table(self._index, LANDED_INDEX_KEPT))
        self._index = []

    def _append_rejected(self) -> None:
        if self._rejected:
            self._sink.append("rejected", _table(self._rejected, REJECTED))
        self._rejected, self._rejected_size = [], 0


def _table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
