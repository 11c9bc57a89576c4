"""Writing one partition: tables stream to temporary files and appear together, or not at all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import pyarrow as pa

from clio_assets.errors import LakeError
from clio_assets.lake.layout import MANIFEST, named_by, prefix_of
from clio_assets.lake.records import Manifest, Provenance, StoredTable
from clio_assets.lake.storage import Storage
from clio_assets.lake.tables import TableDraft, get_table


@dataclass(frozen=True)
class Making:
    """What is known of a partition before its first row: where it goes and how it is made."""

    stage: str
    key: str
    recipe: str
    provenance: Provenance
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Accounts:
    """Rows in, kept and set aside (by reason) of a partition; `counts` of whatever else matters."""

    rows_in: int
    rows_kept: int
    rows_set_aside: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rows_in: int,
        rows_kept: int,
        set_aside: pa.Table,
        counts: Mapping[str, int] | None = None,
    ) -> Self:
        """Accounts whose reasons are counted from a set-aside table's `reason` column."""
        reasons = Counter(set_aside.column("reason").to_pylist())
        return cls(rows_in, rows_kept, dict(sorted(reasons.items())), counts or {})


class PartitionWriter:
    """Context manager: `append` rows to named tables, then `finish`; leaving early changes nothing.

    A table that the partition has already may be carried over as it is. One writer at a time holds
    a partition's lock; a killed one leaves only drafts, which the next write sweeps.
    """

    def __init__(self, storage: Storage, making: Making) -> None:
        self._storage = storage
        self._prefix = prefix_of(making.stage, making.key)
        self._making = making
        self._lock = storage.lock(self._prefix)
        self._drafts: dict[str, TableDraft] = {}
        self._carried: dict[str, StoredTable] = {}

    def __enter__(self) -> Self:
        self._lock.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            for draft in self._drafts.values():
                draft.drop()
            self._drafts.clear()
        finally:
            self._lock.__exit__(kind, error, trace)

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table; its first rows fix the schema."""
        if table not in self._drafts:
            self._drafts[table] = TableDraft(self._storage, self._prefix, table, rows.schema)
        self._drafts[table].append(rows)

    @property
    def tables(self) -> list[str]:
        """Names of the tables that have rows to be written, sorted."""
        return sorted(self._drafts)

    def take_back(self, table: str) -> pa.Table | None:
        """The rows that were added to a table so far, which then has none; None without any."""
        draft = self._drafts.pop(table, None)
        if draft is None:
            return None
        name = f"{self._prefix}/{draft.keep_aside()}"
        try:
            return get_table(self._storage, name)
        finally:
            self._storage.delete([name])

    def carry(self, table: str, stored: StoredTable) -> None:
        """Let the partition keep a table that its manifest names now. LakeError where its file is
        gone."""
        if not self._storage.exists(f"{self._prefix}/{stored.file}"):
            where = f"{self._making.stage} {self._making.key}"
            raise LakeError(f"{where} lacks the file of table {table}; materialize it again")
        self._carried[table] = stored

    def finish(self, accounts: Accounts) -> Manifest:
        """Put the tables and then the manifest in place; what was there before is gone."""
        stored = self._carried | {name: self._drafts[name].keep() for name in self.tables}
        self._drafts.clear()
        manifest = Manifest(
            stage=self._making.stage,
            key=self._making.key,
            recipe=self._making.recipe,
            provenance=self._making.provenance,
            inputs=self._making.inputs,
            tables=dict(sorted(stored.items())),
            rows_in=accounts.rows_in,
            rows_kept=accounts.rows_kept,
            rows_set_aside=dict(accounts.rows_set_aside),
            counts=dict(accounts.counts),
        )
        self._storage.put(f"{self._prefix}/{MANIFEST}", manifest.to_bytes())
        sweep(self._storage, self._prefix, manifest)
        return manifest


def sweep(storage: Storage, prefix: str, manifest: Manifest | None) -> None:
    """Delete what lies in a partition and does not belong to it. The caller holds its lock."""
    belongs = named_by(manifest)
    names = [name for name in storage.names(prefix) if name not in belongs]
    storage.delete(f"{prefix}/{name}" for name in names)
