"""The public database: one DuckDB file, replaced whole, that readers open read-only.

A release of a window builds a new file from the current one (all other windows) and the window's
sealed tables, compares what it wrote with what was sealed, and renames it into place. A reader
that holds the old file keeps reading it; a crash leaves the old file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from filelock import FileLock

from clio_assets.errors import LakeError
from clio_assets.ground.files import (
    TEMPORARY_PREFIX,
    append_line,
    commit,
    private_folder,
    temporary_beside,
)
from clio_assets.lake.centroids import Centroids, SealedCentroids
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.lake.trends import Earlier, read_earlier, write_trends

LOG = "releases.jsonl"

#: How each published table says which window a row belongs to.
WINDOW_OF_ROW = {
    "windows": '"window"',
    "clusters": '"window"',
    "breakdowns": '"window"',
    "accounts": '"window"',
    "lineage": "split_part(cluster, ':', 1)",
    "verdicts": '"window"',
    "attributes": '"window"',
    "means": '"window"',
}
#: Those that a release has where attributes are declared; windows without them have no such rows.
OF_ATTRIBUTES = frozenset({"attributes", "means"})
RELEASES = pa.schema(
    [
        pa.field("window", pa.string(), nullable=False),
        pa.field("manifest", pa.string(), nullable=False),  # digest of the sealed partition
        pa.field("policy_digest", pa.string(), nullable=False),
        pa.field("run_id", pa.string(), nullable=False),
        pa.field("released_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)


def release(lake: Lake, folders: ReleaseFolders, stage: str, window: str) -> None:
    """Put a window's sealed tables into the public database in one atomic swap (rule 2)."""
    private_folder(folders.private)
    folders.public.mkdir(parents=True, exist_ok=True)
    with FileLock(folders.private / "release.lock", mode=0o600):
        manifest = lake.sealed_manifest(stage, window)
        seal = lake.seal(stage, window)
        if seal is None or not _is_complete(set(manifest.tables)):
            raise LakeError(f"{stage} {window} is not a complete sealed release; make it again")
        tables = {
            name: lake.load(manifest, name) for name in WINDOW_OF_ROW if name in manifest.tables
        }
        entry = {
            "window": window,
            "manifest": manifest.digest,
            "policy_digest": seal.policy_digest,
            "run_id": seal.run_id,
            "released_at": datetime.now(UTC),
        }
        for orphan in folders.public.glob(f"{TEMPORARY_PREFIX}*"):
            orphan.unlink(missing_ok=True)
        temporary = temporary_beside(folders.database)
        try:
            centroids = SealedCentroids(lake, {**released(folders), window: manifest.digest})
            _build(temporary, folders.database, Content(window, tables, entry), centroids)
            append_line(folders.private / LOG, entry)  # before it happens
            commit(temporary, folders.database)
        finally:
            temporary.unlink(missing_ok=True)


def _is_complete(names: set[str]) -> bool:
    needed = set(WINDOW_OF_ROW) - OF_ATTRIBUTES
    return names in (needed, needed | OF_ATTRIBUTES)


def released(folders: ReleaseFolders) -> dict[str, str]:
    """Window -> digest of the sealed partition that the public database holds of it."""
    if not folders.database.exists():
        return {}
    with duckdb.connect(str(folders.database), read_only=True) as connection:
        rows = connection.execute('SELECT "window", manifest FROM releases').fetchall()
    return {str(window): str(manifest) for window, manifest in rows}


def edited_tables(lake: Lake, folders: ReleaseFolders, stage: str, window: str) -> list[str]:
    """Tables whose public rows of a window are not those that were sealed, in a fixed order."""
    manifest = lake.sealed_manifest(stage, window)
    with duckdb.connect(str(folders.database), read_only=True) as connection:
        there = {str(name) for (name,) in connection.execute("SHOW TABLES").fetchall()}
        return [
            name
            for name, selector in WINDOW_OF_ROW.items()
            if name in manifest.tables
            and (
                name not in there
                or _differs(connection, name, selector, window, lake.load(manifest, name))
            )
        ]


@dataclass(frozen=True)
class Content:
    """What a release brings: a window's sealed tables, and its row of `releases`."""

    window: str
    tables: Mapping[str, pa.Table]
    entry: Mapping[str, object]


def _build(target: Path, current: Path, content: Content, centroids: Centroids) -> None:
    """Write the new database and compare it with what it should hold."""
    window, row = content.window, pa.Table.from_pylist([dict(content.entry)], schema=RELEASES)
    everything = {**content.tables, "releases": row}
    selectors = {**WINDOW_OF_ROW, "releases": '"window"'}
    with duckdb.connect(str(target)) as connection:
        connection.execute("SET enable_progress_bar = false")
        before, earlier = set[str](), Earlier.none()
        if current.exists():
            connection.execute(f"ATTACH '{_quoted(current)}' AS before (READ_ONLY)")
            before, earlier = _tables(connection), read_earlier(connection, window)
        for name, rows in everything.items():
            connection.register("sealed", rows)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM sealed')
            if name in before:
                connection.execute(
                    f'INSERT INTO "{name}" BY NAME SELECT * FROM before."{name}" '
                    f"WHERE {selectors[name]} <> $window",
                    {"window": window},
                )
            connection.unregister("sealed")
            _compare(connection, name, selectors[name], window, rows)
        for name in sorted((before & OF_ATTRIBUTES) - set(everything)):
            _keep_others(connection, name, selectors[name], window)
        write_trends(connection, window, earlier, centroids)
        if current.exists():
            connection.execute("DETACH before")
    target.chmod(0o644)


def _keep_others(
    connection: duckdb.DuckDBPyConnection, name: str, selector: str, window: str
) -> None:
    """Take over the rows of other windows of a table that this window does not have."""
    connection.execute(
        f'CREATE TABLE "{name}" AS SELECT * FROM before."{name}" WHERE {selector} <> $window',
        {"window": window},
    )
    if connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() is None:
        connection.execute(f'DROP TABLE "{name}"')


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Tables of the release before; an earlier version's lacks some, and some columns of others,
    which are null then.
    """
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'before'"
    ).fetchall()
    return {str(name) for (name,) in found}


def _compare(
    connection: duckdb.DuckDBPyConnection, name: str, selector: str, window: str, rows: pa.Table
) -> None:
    """Every sealed row of the window, and no other row of it, is in the new table."""
    if _differs(connection, name, selector, window, rows):
        raise LakeError(f"the release of {window} does not hold the sealed rows of {name}")


def _differs(
    connection: duckdb.DuckDBPyConnection, name: str, selector: str, window: str, rows: pa.Table
) -> bool:
    """Whether a table's rows of the window are others than the sealed ones."""
    connection.register("sealed", rows)
    difference = connection.execute(
        f'SELECT count(*) FROM (((SELECT * FROM "{name}" WHERE {selector} = $window) '
        "EXCEPT ALL (SELECT * FROM sealed)) UNION ALL ((SELECT * FROM sealed) "
        f'EXCEPT ALL (SELECT * FROM "{name}" WHERE {selector} = $window)))',
        {"window": window},
    ).fetchall()
    connection.unregister("sealed")
    return difference != [(0,)]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
