"""Writing one partition: tables stream to temporary files and appear together, or not at all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

from clio_assets.ground.files import (
    commit,
    private_folder,
    sha256_of,
    sweep,
    temporary_beside,
    write_whole,
)
from clio_assets.lake.records import Manifest, Provenance, StoredTable

LOCK = "partition.lock"
MANIFEST = "manifest.json"
SEAL = "seal.json"
REFUSAL = "refusal.json"


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

    One writer at a time holds a partition's lock; a killed one leaves only temporary files, which
    the next write sweeps.
    """

    def __init__(self, folder: Path, making: Making) -> None:
        self._folder = private_folder(folder)
        self._making = making
        self._lock = FileLock(self._folder / LOCK, mode=0o600)
        self._open: dict[str, tuple[Path, pq.ParquetWriter]] = {}
        self._rows: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for path, writer in self._open.values():
            writer.close()
            path.unlink(missing_ok=True)
        self._open.clear()
        self._lock.release()

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table; its first rows fix the schema."""
        if table not in self._open:
            path = temporary_beside(self._folder / f"{table}.parquet")
            path.touch(mode=0o600)
            self._open[table] = (path, pq.ParquetWriter(path, rows.schema, compression="zstd"))
            self._rows[table] = 0
        self._open[table][1].write_table(rows)
        self._rows[table] += rows.num_rows

    def finish(self, accounts: Accounts) -> Manifest:
        """Put the tables and then the manifest in place; what was there before is gone."""
        stored: dict[str, StoredTable] = {}
        for name in sorted(self._open):
            path, writer = self._open[name]
            writer.close()
            digest = sha256_of(path)
            final = self._folder / f"{name}.{digest[:16]}.parquet"
            commit(path, final)
            stored[name] = StoredTable(file=final.name, sha256=digest, rows=self._rows[name])
        self._open.clear()
        manifest = Manifest(
            stage=self._making.stage,
            key=self._making.key,
            recipe=self._making.recipe,
            provenance=self._making.provenance,
            inputs=self._making.inputs,
            tables=stored,
            rows_in=accounts.rows_in,
            rows_kept=accounts.rows_kept,
            rows_set_aside=dict(accounts.rows_set_aside),
            counts=dict(accounts.counts),
        )
        write_whole(self._folder / MANIFEST, manifest.to_bytes())
        files = {table.file for table in stored.values()}
        sweep(self._folder, files | {MANIFEST, SEAL, REFUSAL, LOCK})
        return manifest
