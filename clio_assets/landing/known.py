"""What a landed source remembers: its files, in which state each was, and what it held."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Final

import pyarrow as pa

from clio_assets.errors import LakeError
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Manifest
from clio_assets.landing.counts import FileCounts
from clio_assets.landing.schema import LANDED_COUNTS, LANDED_FILES
from clio_assets.stages import LANDING

FILES: Final = "files"
COUNTS: Final = "counts"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A row of LANDED_FILES."""

    file: int
    name: bytes
    state: bytes
    terms: bytes
    pieces: bool = False
    damage: str | None = None
    kept: bool = False


@dataclass(frozen=True)
class Before:
    """A source as it was landed last: `files` by the digest of their place, and their counts.

    Without `files` nobody can say which rows are of which file, so all are landed anew.
    """

    manifest: Manifest
    files: Mapping[bytes, KnownFile]
    counts: FileCounts

    @classmethod
    def of(cls, lake: Partitions, manifest: Manifest) -> "Before":
        """What is remembered of a landed source; no file of it where it was landed by an earlier
        version, or the tables are damaged."""
        try:
            files = _rows(lake, manifest, FILES)
            counts = counts_of(lake.load(manifest, COUNTS)) if files else Counter()
        except LakeError:
            files, counts = [], Counter()
        return cls(
            manifest,
            {row["name"]: KnownFile(**row) for row in files},
            counts,
        )

    def without_files(self) -> "Before":
        """The same where nothing can stay."""
        return Before(self.manifest, {}, Counter())

    @property
    def states(self) -> dict[bytes, bytes]:
        """Of each file the state that it was landed in."""
        return {name: known.state for name, known in self.files.items()}

    @property
    def must_be_tried_again(self) -> bool:
        """Whether nothing of a file could be used, which may have other causes than its bytes:
        a file that was closed to us looks the same when it is open."""
        return any(map(self._unused, self.files.values()))

    def tries_again(self, known: KnownFile) -> bool:
        """Whether a file is read again although it is as it was."""
        in_the_future = self.counts[known.file, "rejected", "started_at_in_the_future"]
        return bool(in_the_future) or self._unused(known)

    def records(self, number: int) -> int:
        """How many records are landed, or accounted for, of a file."""
        return self.counts[number, "records", ""]

    def _unused(self, known: KnownFile) -> bool:
        seen = self.counts[known.file, "seen" if known.kept else "records", ""]
        return known.damage is not None and not seen


def before_of(lake: Partitions, key: str) -> Before | None:
    """A source as it was landed last, None where it never was."""
    manifest = lake.manifest(LANDING, key)
    return None if manifest is None else Before.of(lake, manifest)


def table_of_files(files: Iterable[KnownFile]) -> pa.Table:
    """LANDED_FILES of files, by number."""
    return _table(sorted(map(astuple, files)), LANDED_FILES)


def counts_of(table: pa.Table) -> FileCounts:
    """The counts of LANDED_COUNTS."""
    rows = table.to_pylist()
    return Counter({(row["file"], row["kind"], row["reason"]): row["count"] for row in rows})


def table_of_counts(counts: FileCounts) -> pa.Table:
    """LANDED_COUNTS of counts, all but what the index tells."""
    rows = [(*key, n) for key, n in sorted(counts.items()) if n and key[1] != "landed"]
    return _table(rows, LANDED_COUNTS)


def _rows(lake: Partitions, manifest: Manifest, name: str) -> list[dict[str, Any]]:
    """Rows of LANDED_FILES; none where there is no such table, or one with other columns."""
    if name not in manifest.tables:
        return []
    rows = lake.load(manifest, name)
    found: list[dict[str, Any]] = rows.to_pylist() if rows.schema == LANDED_FILES else []
    return found


def _table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(c, field.type) for c, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
