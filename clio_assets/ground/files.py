"""Files that are whole or absent: written under a temporary name, synced, then renamed."""

import hashlib
import os
import secrets
from pathlib import Path

TEMPORARY_PREFIX = ".tmp-"


def private_folder(path: Path) -> Path:
    """The folder, made with whatever is missing above it for the owner alone: mode 0700."""
    for folder in reversed((path, *path.parents)):  # mkdir(parents=True) leaves parents open
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    return path


def temporary_beside(path: Path) -> Path:
    """A name in the same folder that nothing reads and a later write sweeps away."""
    return path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}-{path.name}")


def commit(temporary: Path, final: Path) -> None:
    """Make the finished temporary file durable and put it in place in one step."""
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(final)
    sync_folder(final.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a small file so that a crash leaves the old one or the new one."""
    temporary = temporary_beside(path)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
        commit(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sweep(folder: Path, keep: set[str]) -> None:
    """Delete what earlier writes left in the folder: everything but the names to keep."""
    for path in folder.iterdir():
        if path.name not in keep and path.is_file():
            path.unlink(missing_ok=True)
