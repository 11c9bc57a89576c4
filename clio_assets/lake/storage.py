"""Where bytes lie: whole objects under names, whatever keeps them. Here: a folder on this machine.

A name is a path of parts with `/` between them, its last part the object's own; what stands before
is a prefix. An object is there whole or not at all, and is replaced whole. Nothing is renamed from
one name to another, so that a store of objects over a network can do the same.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from filelock import FileLock

from clio_assets.ground.files import (
    TEMPORARY_PREFIX,
    commit,
    private_folder,
    sha256_of,
    sync_folder,
    temporary_beside,
    write_whole,
)

#: The file that a prefix is locked by. It stays: another process may be waiting for it.
LOCK = "partition.lock"


class Draft(Protocol):
    """Bytes on their way. Nobody reads them before they are kept under a name of their own."""

    @property
    def sink(self) -> pa.NativeFile:
        """Where to write them."""
        ...

    def digest(self) -> str:
        """SHA-256 of what was written, hexadecimal; nothing can be written after that."""
        ...

    def keep(self, name: str) -> None:
        """Make them durable and put them in place in one step, under the draft's prefix.

        `name` is the last part of the name; an object of that name is replaced.
        """
        ...

    def drop(self) -> None:
        """Leave nothing of them. Does nothing once they are kept."""
        ...


class Storage(Protocol):
    """Whole objects under names, for one owner alone."""

    def exists(self, name: str) -> bool:
        """Whether there is an object of that name, or a folder of that prefix."""
        ...

    def folders(self, prefix: str) -> list[str]:
        """Next parts of the prefixes right below a prefix, sorted; "" is above all."""
        ...

    def names(self, prefix: str) -> list[str]:
        """Last parts of the objects right below a prefix, sorted; none where there is no such.

        With them drafts that were never kept (see `is_draft`), without the lock.
        """
        ...

    def get(self, name: str) -> bytes | None:
        """The object's bytes, None where there is none."""
        ...

    def open(self, name: str) -> pa.NativeFile:
        """The object for reading parts of it. FileNotFoundError where there is none."""
        ...

    def digest(self, name: str) -> str | None:
        """SHA-256 of the object's bytes, hexadecimal; None where there is none."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Put a small object in place in one step; a crash leaves the old one or the new one."""
        ...

    def draft(self, name: str) -> Draft:
        """Begin a large object, whose final name may rest on its bytes; `name` is its working one.

        The prefix is there: its lock is held.
        """
        ...

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects and drafts, those that are there, in the given order."""
        ...

    def settle(self, prefix: str) -> None:
        """Make deletions right below the prefix durable before anything else is done."""
        ...

    def lock(self, prefix: str) -> AbstractContextManager[object]:
        """One holder at a time; others wait. Entered once. The prefix is there from now on."""
        ...


def is_draft(name: str) -> bool:
    """Whether the last part of a name is that of a draft, whose writer is at work or was killed."""
    return name.startswith(TEMPORARY_PREFIX)


class LocalStorage:
    """Implements Storage over a folder: files of mode 0600 in folders of mode 0700."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def exists(self, name: str) -> bool:
        """See Storage."""
        return (self.root / name).exists()

    def folders(self, prefix: str) -> list[str]:
        """See Storage."""
        folder = self.root / prefix
        if not folder.is_dir():
            return []
        return sorted(path.name for path in folder.iterdir() if path.is_dir())

    def names(self, prefix: str) -> list[str]:
        """See Storage."""
        folder = self.root / prefix
        if not folder.is_dir():
            return []
        found = (path.name for path in folder.iterdir() if path.is_file())
        return sorted(name for name in found if name != LOCK)

    def get(self, name: str) -> bytes | None:
        """See Storage."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def open(self, name: str) -> pa.NativeFile:
        """See Storage."""
        return pa.OSFile(str(self.root / name), "rb")

    def digest(self, name: str) -> str | None:
        """See Storage."""
        path = self.root / name
        return sha256_of(path) if path.is_file() else None

    def put(self, name: str, data: bytes) -> None:
        """See Storage."""
        path = self.root / name
        private_folder(path.parent)
        write_whole(path, data)

    def draft(self, name: str) -> "LocalDraft":
        """See Storage."""
        return LocalDraft(temporary_beside(self.root / name))

    def delete(self, names: Iterable[str]) -> None:
        """See Storage."""
        for name in names:
            (self.root / name).unlink(missing_ok=True)

    def settle(self, prefix: str) -> None:
        """See Storage."""
        sync_folder(self.root / prefix)

    def lock(self, prefix: str) -> FileLock:
        """See Storage."""
        return FileLock(private_folder(self.root / prefix) / LOCK, mode=0o600)


class LocalDraft:
    """Implements Draft: a temporary file in the folder of the object to be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch(mode=0o600)
        self._sink = pa.OSFile(str(path), "wb")

    @property
    def sink(self) -> pa.NativeFile:
        """See Draft."""
        return self._sink

    def digest(self) -> str:
        """See Draft."""
        self._sink.close()
        return sha256_of(self._path)

    def keep(self, name: str) -> None:
        """See Draft."""
        self._sink.close()
        commit(self._path, self._path.with_name(name))

    def drop(self) -> None:
        """See Draft."""
        self._sink.close()
        self._path.unlink(missing_ok=True)
