"""Folders for copies of a source, which the next command deletes where a kill left one behind.

A copy holds conversations, so that none may lie about. Its folder holds a lock that dies with the
process: what is not locked any more belongs to nobody.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = "clio-copy-"
_LOCK: Final = "in-use"


@contextmanager
def copy_folder() -> Iterator[Path]:
    """A folder in the system's place for temporary files, closed to others, for as long as this
    goes on; those that a killed process left are deleted first."""
    sweep_copies()
    folder, lock = _locked_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def sweep_copies() -> None:
    """Delete the copies of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(Timeout, OSError), FileLock(folder / _LOCK, timeout=0, mode=0o600):
            shutil.rmtree(folder, ignore_errors=True)  # another user's is closed to us


def _locked_folder() -> tuple[Path, FileLock]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = FileLock(folder / _LOCK, mode=0o600)
        with suppress(FileNotFoundError):  # swept by another process before it was locked
            lock.acquire()
            if folder.exists():
                return folder, lock
            lock.release()
