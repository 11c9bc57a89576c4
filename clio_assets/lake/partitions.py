"""Partitions in storage: written whole, read back against their manifest, searched and deleted.

Nothing here knows of seals, so nothing here asks what the configuration declares: what is read may
be unsealed. Whoever reads on behalf of a later stage reads through `clio_assets.lake.lake.Lake`.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from clio_assets.errors import LakeError
from clio_assets.lake.layout import (
    LAKE,
    MANIFEST,
    RECORDS,
    archive_prefix,
    named_by,
    prefix_of,
    stage_prefix,
)
from clio_assets.lake.records import Manifest, is_newer, recipe_of
from clio_assets.lake.revision import Revision
from clio_assets.lake.storage import Storage, is_draft
from clio_assets.lake.tables import get_columns, get_table
from clio_assets.lake.writer import Accounts, Making, PartitionWriter, sweep
from clio_assets.stages import LANDING


class Partitions:
    """All partitions of a home. `storage` is that of its private zone (see `layout`)."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    # --- writing -------------------------------------------------------------------------------

    def writer(self, making: Making) -> PartitionWriter:
        """A streaming writer for one partition."""
        return PartitionWriter(self.storage, making)

    def write(self, making: Making, tables: Mapping[str, pa.Table], accounts: Accounts) -> Manifest:
        """Write a whole partition at once; it stays unread until a gate has sealed it."""
        with self.writer(making) as writer:
            for name, table in tables.items():
                writer.append(name, table)
            return writer.finish(accounts)

    @contextmanager
    def revision(self, stage: str, key: str) -> Iterator[Revision]:
        """Take rows out of a partition under its lock. LakeError where its manifest is damaged."""
        with self.storage.lock(prefix_of(stage, key)):
            manifest = self.manifest(stage, key)
            if manifest is None:
                raise LakeError(
                    f"the manifest of {stage} {key} is damaged: remove that folder from the home's "
                    "private/lake, and run this again"
                )
            yield Revision(self.storage, manifest)

    # --- what there is -------------------------------------------------------------------------

    def keys(self, stage: str) -> list[str]:
        """Keys of the stage's partitions, sealed or not, sorted."""
        under = stage_prefix(stage)
        keys = self.storage.folders(under)
        return [key for key in keys if self.storage.exists(f"{under}/{key}/{MANIFEST}")]

    def stored_keys(self, stage: str) -> list[str]:
        """Keys of the stage under which anything lies, be it only leftovers; sorted."""
        under = stage_prefix(stage)
        return [k for k in self.storage.folders(under) if self.storage.names(f"{under}/{k}")]

    def manifest(self, stage: str, key: str) -> Manifest | None:
        """The partition's manifest, None where it was never written or is damaged.

        LakeError where a newer version of clio-assets wrote it.
        """
        data = self.storage.get(f"{prefix_of(stage, key)}/{MANIFEST}")
        try:
            return None if data is None else Manifest.model_validate_json(data)
        except ValidationError as error:
            if is_newer(error):
                raise LakeError(
                    f"the manifest of {stage} {key} was written by a newer version of clio-assets; "
                    "upgrade clio-assets"
                ) from None
            return None  # what cannot be read is not believed

    def landed(self) -> Iterator[Manifest]:
        """Manifests of all landed sources, in key order."""
        for key in self.keys(LANDING):
            manifest = self.manifest(LANDING, key)
            if manifest is not None:
                yield manifest

    def damaged(self, manifest: Manifest) -> list[str]:
        """Tables that are gone or hold other bytes than those that were written."""
        found = self.table_digests(manifest)
        return [name for name, table in manifest.tables.items() if found[name] != table.sha256]

    def table_digests(self, manifest: Manifest) -> dict[str, str | None]:
        """Table -> digest of the bytes that lie there now; None where the file is gone."""
        prefix = prefix_of(manifest.stage, manifest.key)
        return {
            name: self.storage.digest(f"{prefix}/{table.file}")
            for name, table in manifest.tables.items()
        }

    def digests(self, manifest: Manifest) -> dict[str, str | None]:
        """Of all that a manifest stands for, as seen from the private zone: the digest its tables
        should have, and the one that the manifest's own bytes have now."""
        prefix = prefix_of(manifest.stage, manifest.key)
        tables = {f"{prefix}/{one.file}": one.sha256 for one in manifest.tables.values()}
        own = f"{prefix}/{MANIFEST}"
        return {own: self.storage.digest(own), **tables}

    def strays(self, manifest: Manifest) -> list[str]:
        """What lies beside the partition and does not belong to it, as seen from the private zone.

        Without drafts: their writer may be at work.
        """
        prefix = prefix_of(manifest.stage, manifest.key)
        belongs = named_by(manifest)
        found = [*self.storage.names(prefix), *self.storage.folders(prefix)]
        return [f"{prefix}/{n}" for n in found if n not in belongs and not is_draft(n)]

    # --- reading -------------------------------------------------------------------------------

    def load(
        self, manifest: Manifest, table: str, columns: Collection[str] | None = None
    ) -> pa.Table:
        """The table that a manifest names, sealed or not, or those of the columns that it has;
        damaged bytes are refused."""
        where = f"{manifest.stage} {manifest.key}"
        stored = manifest.tables.get(table)
        if stored is None:
            raise LakeError(f"{where} holds no table {table}; materialize it again")
        name = f"{prefix_of(manifest.stage, manifest.key)}/{stored.file}"
        digest = self.storage.digest(name)
        if digest is None:
            raise LakeError(f"{where} lacks the file of table {table}; materialize it again")
        if digest != stored.sha256:
            raise LakeError(f"{where}, table {table}: the bytes changed; materialize it again")
        return get_table(self.storage, name, columns)

    def search(
        self, manifest: Manifest, table: str, wanted: Mapping[str, pa.Array]
    ) -> pa.Table | None:
        """Rows of which a column holds one of the values that are wanted of it.

        Only the columns that `wanted` names are read; one of which nothing is wanted comes with
        the rows that others found. None where the table has none of them. The bytes are not
        compared with the manifest: what is damaged and can still be read is searched all the same.
        LakeError where the table cannot be read.
        """
        stored = manifest.tables[table]
        name = f"{prefix_of(manifest.stage, manifest.key)}/{stored.file}"
        try:
            rows = get_columns(self.storage, name, wanted)
        except (OSError, pa.ArrowException):
            raise unreadable(manifest, table) from None
        if rows is None:
            return None
        holds = [pc.is_in(rows[name], value_set=wanted[name]) for name in rows.column_names]
        return rows.filter(reduce(pc.or_, holds))

    # --- deleting ------------------------------------------------------------------------------

    def delete(self, stage: str, key: str) -> None:
        """Delete all of a partition; its manifest and what its gate said are kept in the archive.

        The manifest goes first: without it nothing of the partition is ever read.
        """
        prefix = prefix_of(stage, key)
        if not self.storage.exists(prefix):
            return
        with self.storage.lock(prefix):
            self._archive(stage, key)
            self.storage.delete(f"{prefix}/{name}" for name in RECORDS)
            self.storage.settle(prefix)
            self.storage.delete([f"{prefix}/{name}" for name in self.storage.names(prefix)])
            self.storage.settle(prefix)

    def sweep_leftovers(self) -> None:
        """Delete what killed writers left in any partition: files that its manifest does not name.

        A writer at work keeps its files: it holds the lock.
        """
        for stage in self.storage.folders(LAKE):
            for key in self.storage.folders(stage_prefix(stage)):
                prefix, manifest = prefix_of(stage, key), self.manifest(stage, key)
                if set(self.storage.names(prefix)) - named_by(manifest):
                    with self.storage.lock(prefix):
                        sweep(self.storage, prefix, self.manifest(stage, key))
                        self.storage.settle(prefix)

    def archived(self, stage: str, key: str) -> list[dict[str, Any]]:
        """What is left of deleted partitions: `manifest`, `seal` and `refusal` as they were.

        Counts, digests and verdicts, no content; several where the partition was made and deleted
        more than once.
        """
        under = archive_prefix(stage)
        names = [name for name in self._archive_names(stage) if name.startswith(f"{key}.")]
        found = (self.storage.get(f"{under}/{name}") for name in names)
        return [json.loads(data) for data in found if data is not None]

    def archived_keys(self, stage: str) -> set[str]:
        """Keys of a stage's partitions of which something is left in the archive."""
        return {name.split(".")[0] for name in self._archive_names(stage)}

    def _archive_names(self, stage: str) -> list[str]:
        names = self.storage.names(archive_prefix(stage))
        return [name for name in names if name.endswith(".json") and not is_draft(name)]

    def _archive(self, stage: str, key: str) -> None:
        prefix = prefix_of(stage, key)
        kept = {
            name.removesuffix(".json"): document
            for name in RECORDS
            if (document := self._document(f"{prefix}/{name}")) is not None
        }
        if "manifest" in kept:
            target = f"{archive_prefix(stage)}/{key}.{recipe_of(kept)[:16]}.json"
            if not self.storage.exists(target):
                data = json.dumps(kept, sort_keys=True, indent=1) + "\n"
                self.storage.put(target, data.encode())

    def _document(self, name: str) -> Any:
        """A record as plain JSON, None where it is absent or damaged."""
        data = self.storage.get(name)
        try:
            return None if data is None else json.loads(data)
        except ValueError:
            return None


def unreadable(manifest: Manifest, table: str) -> LakeError:
    """That a table cannot be searched, and what to do about it."""
    return LakeError(
        f"{manifest.stage} {manifest.key}, table {table}, cannot be read: remove that folder from "
        "the home's private/lake, and run this again"
    )
