"""Taking rows out of the landed copy of a source; tables that lose none keep their very bytes."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from clio_assets.errors import LakeError
from clio_assets.ground.files import commit, sha256_of, sweep, temporary_beside, write_whole
from clio_assets.home.erasures import Exclusions
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest, StoredTable
from clio_assets.lake.writer import LOCK, MANIFEST
from clio_assets.landing.landed import day_of
from clio_assets.stages import LANDING

_LINES = 1 << 40  # more than a file has records


def rewrite_landing(lake: Lake, exclusions: Exclusions) -> None:
    """Take what is excluded out of every landed source, and count it as set aside.

    Malformed records lose their text: nobody can tell whose it is, or of which day. Rewriting
    what is clean already changes nothing but sweeps what a killed rewrite left.
    """
    root = lake.root / LANDING
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if (folder / MANIFEST).exists():
            with FileLock(folder / LOCK, mode=0o600):
                _rewrite(lake, folder, exclusions)


def _rewrite(lake: Lake, folder: Path, exclusions: Exclusions) -> None:
    manifest = lake.manifest(LANDING, folder.name)
    if manifest is None:
        raise LakeError(
            f"the manifest of landing {folder.name} is damaged: remove that folder from the home's "
            "private/lake, and run this again"
        )
    tables, gone, reasons = _without_excluded(lake, manifest, exclusions)
    if "index" in tables and (gone or reasons):
        _replace(folder, tables, "index", _remaining_index(lake, manifest, gone, exclusions.before))
    if "rejected" in tables:
        rejected = lake.load(manifest, "rejected")
        if pc.any(pc.not_equal(rejected["record"], "")).as_py():
            at = rejected.schema.get_field_index("record")
            empty = pa.array([""] * rejected.num_rows, pa.string())
            blank = rejected.set_column(at, rejected.schema.field(at), empty)
            _replace(folder, tables, "rejected", blank)
    if tables != dict(manifest.tables):
        aside = Counter(manifest.rows_set_aside)
        aside.update(reasons)
        changed = manifest.model_copy(
            update={
                "tables": tables,
                "rows_kept": manifest.rows_kept - reasons.total(),
                "rows_set_aside": dict(sorted(aside.items())),
            }
        )
        write_whole(folder / MANIFEST, changed.to_bytes())
    sweep(folder, {table.file for table in tables.values()} | {MANIFEST, LOCK})


def _without_excluded(
    lake: Lake, manifest: Manifest, exclusions: Exclusions
) -> tuple[dict[str, StoredTable], list[pa.Array], Counter[str]]:
    """The landed tables that stay, the places (file and line) of forgotten rows, and the counts."""
    folder = lake.folder(LANDING, manifest.key)
    tables = dict(manifest.tables)
    gone: list[pa.Array] = []
    reasons: Counter[str] = Counter()
    for name, stored in manifest.tables.items():
        day = day_of(name)
        if day is None:
            continue
        if exclusions.before is not None and day < exclusions.before:
            del tables[name]
            reasons["past_retention"] += stored.rows
        elif exclusions.forgotten is not None:
            rows = lake.load(manifest, name)
            out = _of_users(rows["user_id"], exclusions)
            if pc.any(out).as_py():
                gone.append(_places(rows.filter(out)))
                reasons["forgotten"] += pc.sum(out).as_py()
                _replace(folder, tables, name, rows.filter(pc.invert(out)))
    return tables, gone, reasons


def _of_users(users: pa.ChunkedArray, exclusions: Exclusions) -> pa.ChunkedArray:
    """Whether each row's user was forgotten; every id is looked at once."""
    if exclusions.forgotten is None:
        raise AssertionError("only asked where users were forgotten")
    found = [user for user in pc.unique(users).to_pylist() if exclusions.forgotten(user)]
    return pc.is_in(users, value_set=pa.array(found, pa.string()))


def _remaining_index(
    lake: Lake, manifest: Manifest, gone: list[pa.Array], before: date | None
) -> pa.Table:
    index = lake.load(manifest, "index")
    if before is not None:
        index = index.filter(pc.greater_equal(index["day"], pa.scalar(before)))
    if gone:
        index = index.filter(pc.invert(pc.is_in(_places(index), value_set=pa.concat_arrays(gone))))
    return index


def _places(rows: pa.Table) -> pa.Array:
    """File and line of each row as one number."""
    file = pc.multiply(rows["file"].cast(pa.int64()), pa.scalar(_LINES, pa.int64()))
    return pc.add(file, rows["line"]).combine_chunks()


def _replace(folder: Path, tables: dict[str, StoredTable], name: str, rows: pa.Table) -> None:
    """Store the table's new rows under a new name; a table without rows is left out."""
    del tables[name]
    if not rows.num_rows:
        return
    temporary = temporary_beside(folder / f"{name}.parquet")
    try:
        temporary.touch(mode=0o600)
        pq.write_table(rows, temporary, compression="zstd")
        digest = sha256_of(temporary)
        final = folder / f"{name}.{digest[:16]}.parquet"
        commit(temporary, final)
    finally:
        temporary.unlink(missing_ok=True)
    tables[name] = StoredTable(file=final.name, sha256=digest, rows=rows.num_rows)
