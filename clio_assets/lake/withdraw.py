"""Taking a window out of the public database: one file replaced whole, as in a release."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock

from clio_assets.errors import LakeError
from clio_assets.ground.files import (
    TEMPORARY_PREFIX,
    append_line,
    commit,
    private_folder,
    temporary_beside,
)
from clio_assets.lake.centroids import NoCentroids
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.release import LOG, WINDOW_OF_ROW
from clio_assets.lake.trends import TABLE, read_earlier, write_trends

_SELECTORS = {**WINDOW_OF_ROW, "releases": '"window"'}


def withdraw(folders: ReleaseFolders, window: str) -> bool:
    """Swap in a database without that window; all other rows stay. Whether it held the window.

    Logged beside the releases before it happens. Raises LakeError where the database holds a table
    of which nobody knows how its rows belong to windows.
    """
    if not folders.database.exists():
        return False
    private_folder(folders.private)
    with FileLock(folders.private / "release.lock", mode=0o600):
        for orphan in folders.public.glob(f"{TEMPORARY_PREFIX}*"):
            orphan.unlink(missing_ok=True)
        temporary = temporary_beside(folders.database)
        try:
            if not _build(temporary, folders.database, window):
                return False
            entry = {"window": window, "withdrawn_at": str(datetime.now(UTC))}
            append_line(folders.private / LOG, entry)
            commit(temporary, folders.database)
        finally:
            temporary.unlink(missing_ok=True)
    return True


def _build(target: Path, current: Path, window: str) -> bool:
    """Write the database without the window; whether any row of it was there."""
    quoted = str(current).replace("'", "''")
    held = False
    with duckdb.connect(str(target)) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH '{quoted}' AS before (READ_ONLY)")
        found = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'before' ORDER BY 1"
        ).fetchall()
        for (name,) in found:
            if name == TABLE:
                continue  # made again below, of what stays
            if name not in _SELECTORS:
                raise LakeError(f"{window} cannot be withdrawn: table {name} is unknown")
            stays = f"{_SELECTORS[name]} IS DISTINCT FROM $window"
            connection.execute(
                f'CREATE TABLE "{name}" AS SELECT * FROM before."{name}" WHERE {stays}',
                {"window": window},
            )
            rows = connection.execute(
                f'SELECT (SELECT count(*) FROM before."{name}") - (SELECT count(*) FROM "{name}")'
            ).fetchone()
            held = held or rows != (0,)
        write_trends(connection, window, read_earlier(connection, window), NoCentroids())
        connection.execute("DETACH before")
    target.chmod(0o644)
    return held
