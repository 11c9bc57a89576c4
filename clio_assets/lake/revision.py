"""Taking rows out of a stored partition; tables that lose none keep their very bytes."""

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from clio_assets.lake.layout import MANIFEST, prefix_of
from clio_assets.lake.records import Manifest, StoredTable
from clio_assets.lake.storage import Storage
from clio_assets.lake.tables import put_table
from clio_assets.lake.writer import sweep


class Revision:
    """A partition that loses rows, for whoever holds its lock (see `Partitions.revision`).

    What replaces a table stands beside it until `finish`; without that call nothing has changed but
    what the next write or revision sweeps. `manifest` is that of the partition before.
    """

    def __init__(self, storage: Storage, manifest: Manifest) -> None:
        self.manifest = manifest
        self._storage = storage
        self._prefix = prefix_of(manifest.stage, manifest.key)
        self._tables: dict[str, StoredTable] = dict(manifest.tables)
        self._set_aside: Counter[str] = Counter()

    def replace(self, table: str, rows: pa.Table) -> None:
        """Store the table's new rows; a table without rows is left out."""
        del self._tables[table]
        if rows.num_rows:
            self._tables[table] = put_table(self._storage, self._prefix, table, rows)

    def drop(self, table: str) -> None:
        """Leave the table out."""
        del self._tables[table]

    def set_aside(self, reasons: Mapping[str, int]) -> None:
        """Count rows that were kept before as set aside, by reason."""
        self._set_aside.update(reasons)

    def finish(self) -> None:
        """Put the manifest in place, where a table has changed, and sweep what it does not name."""
        manifest = self.manifest
        if self._tables != dict(manifest.tables):
            aside = Counter(manifest.rows_set_aside)
            aside.update(self._set_aside)
            manifest = manifest.model_copy(
                update={
                    "tables": self._tables,
                    "rows_kept": manifest.rows_kept - self._set_aside.total(),
                    "rows_set_aside": dict(sorted(aside.items())),
                }
            )
            self._storage.put(f"{self._prefix}/{MANIFEST}", manifest.to_bytes())
        sweep(self._storage, self._prefix, manifest)
