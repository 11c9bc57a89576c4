"""Deleting partitions so that nothing half-deleted is ever read, and leftovers of killed writers.

A partition's lock file stays: another process may be waiting for it.
"""

import json
from pathlib import Path
from typing import Any

from filelock import FileLock

from clio_assets.ground.files import private_folder, sweep, sync_folder, write_whole
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import recipe_of
from clio_assets.lake.writer import LOCK, MANIFEST, REFUSAL, SEAL


def stored_keys(lake: Lake, stage: str) -> list[str]:
    """Keys of the stage under which anything lies, be it only leftovers; sorted."""
    folder = lake.root / stage
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and _files(path))


def delete_partition(lake: Lake, archive: Path, stage: str, key: str) -> None:
    """Delete all of a partition; its manifest and seal are kept in the archive.

    The manifest goes first: without it nothing of the partition is ever read.
    """
    folder = lake.folder(stage, key)
    if not folder.is_dir():
        return
    with FileLock(folder / LOCK, mode=0o600):
        _archive(folder, archive, stage, key)
        for name in (MANIFEST, SEAL, REFUSAL):
            (folder / name).unlink(missing_ok=True)
        sync_folder(folder)
        sweep(folder, {LOCK})
        sync_folder(folder)


def sweep_leftovers(lake: Lake) -> None:
    """Delete what killed writers left in any partition: files that its manifest does not name."""
    for folder in sorted(lake.root.glob("*/*/")):
        if _leftovers(lake, folder):
            with FileLock(folder / LOCK, mode=0o600):  # a writer at work keeps its files
                for path in _leftovers(lake, folder):
                    path.unlink(missing_ok=True)
                sync_folder(folder)


def archived(archive: Path, stage: str, key: str) -> list[dict[str, Any]]:
    """What is left of deleted partitions: `manifest`, `seal` and `refusal` as they were.

    Counts, digests and verdicts, no content; several where the partition was made and deleted
    more than once.
    """
    found = sorted((archive / stage).glob(f"{key}.*.json"))
    return [json.loads(path.read_bytes()) for path in found]


def archived_keys(archive: Path, stage: str) -> set[str]:
    """Keys of a stage's partitions of which something is left in the archive."""
    return {path.name.split(".")[0] for path in (archive / stage).glob("*.json")}


def _archive(folder: Path, archive: Path, stage: str, key: str) -> None:
    kept = {
        Path(name).stem: document
        for name in (MANIFEST, SEAL, REFUSAL)
        if (document := _json(folder / name)) is not None
    }
    if "manifest" in kept:
        private_folder(archive)
        target = private_folder(archive / stage) / f"{key}.{recipe_of(kept)[:16]}.json"
        if not target.exists():
            write_whole(target, (json.dumps(kept, sort_keys=True, indent=1) + "\n").encode())


def _json(path: Path) -> Any:
    """A document, None where it is absent or damaged."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and path.name != LOCK]


def _leftovers(lake: Lake, folder: Path) -> list[Path]:
    manifest = lake.manifest(folder.parent.name, folder.name)
    named = {table.file for table in manifest.tables.values()} if manifest is not None else set()
    kept = named | {MANIFEST, SEAL, REFUSAL}
    return [path for path in _files(folder) if path.name not in kept]
