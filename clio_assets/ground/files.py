"""Files that are whole or absent: written under a temporary name, synced, then renamed. And logs,
which grow by a line."""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
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


def append_line(path: Path, entry: Mapping[str, object]) -> None:
    """Append an entry to a log, as JSON on a line of its own, and wait until it is on disk.

    The log is made for the owner alone where there is none. What JSON has no form for, such as a
    time, is written as text.
    """
    line = json.dumps(entry, default=str, sort_keys=True).encode() + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as log:
        size = os.fstat(descriptor).st_size
        # A line that a crash cut short stays what it is; the next one begins on its own.
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        log.write(b"\n" + line if torn else line)
        log.flush()
        os.fsync(descriptor)
    if not size:
        sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sweep(folder: Path, keep: set[str]) -> None:
    """Delete what earlier writes left in the folder: everything but the names to keep."""
    for path in folder.iterdir():
        if path.name not in keep and path.is_file():
            path.unlink(missing_ok=True)
