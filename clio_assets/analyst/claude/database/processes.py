"""Whether the process that left something behind is still at work: a lock that dies with it.

A process id would not do: it is given to others again, and containers have the same ones.
"""

import secrets
import threading
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from clio_assets.ground.files import private_folder

_SUFFIX: Final = ".lock"


class Processes:
    """The processes that use one folder of answers, this one among them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "at-work"
        self._name = secrets.token_hex(8)
        self._starting = threading.Lock()
        self._lock: FileLock | None = None

    @property
    def own_name(self) -> str:
        """Names this process to others, who can tell from then on whether it is alive."""
        with self._starting:
            if self._lock is None:
                folder = private_folder(self._folder)
                with FileLock(folder / "starting", mode=0o600):  # no sweep before it is locked
                    for path in folder.glob(f"*{_SUFFIX}"):
                        self.alive(path.stem)
                    path = folder / f"{self._name}{_SUFFIX}"
                    self._lock = FileLock(path, mode=0o600, thread_local=False)
                    self._lock.acquire()
        return self._name

    def alive(self, name: str) -> bool:
        """Whether the process of that name is at work; what a dead one left here is deleted."""
        if name == self._name:
            return True
        path = self._folder / f"{name}{_SUFFIX}"
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0, mode=0o600):
                path.unlink(missing_ok=True)
        except Timeout:
            return True
        return False

    def leave(self) -> None:
        """Be at work no longer."""
        with self._starting:
            if self._lock is not None:
                Path(self._lock.lock_file).unlink(missing_ok=True)
                self._lock.release()
                self._lock = None
                self._name = secrets.token_hex(8)
