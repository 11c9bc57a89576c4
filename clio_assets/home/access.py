"""Who else could read the private zone: modes of folders and files, without opening any."""

import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OTHERS = 0o077
OTHERS_MAY_WRITE = 0o022


@dataclass(frozen=True)
class Entry:
    """A folder or file, with its mode and the user it belongs to."""

    path: Path
    mode: int
    owner: int


def entries(root: Path, limit: int | None = None) -> Iterator[Entry]:
    """The root and what lies under it, folders near the root first; at most `limit` of them.

    Links are judged by what they lead to, and not followed further. What goes away meanwhile is
    passed over: another process sweeps its temporary files.
    """
    waiting = deque([root])
    seen = 0
    while waiting and (limit is None or seen < limit):
        path = waiting.popleft()
        try:
            found = path.stat()
            below = stat.S_ISDIR(found.st_mode) and (path == root or not path.is_symlink())
            waiting += sorted(path.iterdir()) if below else ()
        except FileNotFoundError:
            continue
        seen += 1
        yield Entry(path, stat.S_IMODE(found.st_mode), found.st_uid)


def open_to_others(root: Path, limit: int | None = None) -> Iterator[Entry]:
    """What under a private root somebody else may read, write or enter."""
    return (entry for entry in entries(root, limit) if entry.mode & OTHERS)


def writable_by_others(root: Path) -> Iterator[Entry]:
    """What under a public root somebody else may write."""
    return (entry for entry in entries(root) if entry.mode & OTHERS_MAY_WRITE)


def of_another_user(root: Path) -> Iterator[Entry]:
    """What belongs to somebody else, who could open it at will."""
    return (entry for entry in entries(root) if entry.owner != os.geteuid())
