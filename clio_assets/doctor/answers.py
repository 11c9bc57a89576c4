"""Stored answers of models: whether they can be read, and the key that finds them again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from clio_assets.analyst.claude.database.file import FILE, told
from clio_assets.doctor.finding import Finding
from clio_assets.home.home import Home
from clio_assets.home.keys import SHORTEST_KEY

_KEY = "private/keys/delimiters.key"
_BUSY_SECONDS = 10


def key(home: Home) -> Iterator[Finding]:
    """The key that finds stored answers again is there."""
    if not home.delimiter_key_file.exists():
        if (home.answers / FILE).exists():
            yield Finding(
                "warning",
                f"there are stored answers, but not the key {_KEY} that finds them again",
                "restore it from a backup; without it the next run makes a new key, asks and pays "
                "for everything that it makes again, and `clio forget` and `clio purge` delete all "
                "of the answers",
            )
    elif home.delimiter_key_file.stat().st_size < SHORTEST_KEY:
        yield Finding(
            "error",
            f"the key {_KEY} is damaged",
            "restore it from a backup, or delete it, in which case stored answers are not found "
            "any more",
        )


def database(home: Home) -> Iterator[Finding]:
    """Stored answers can be read."""
    path = home.answers / FILE
    if not path.exists():
        return
    log, shared = (path.with_name(f"{FILE}-{suffix}") for suffix in ("wal", "shm"))
    if log.exists() and not shared.exists():  # SQLite would make the other file
        yield Finding(
            "note",
            f"private/answers/{FILE} is a copy with changes that were not taken in yet, and was "
            "not looked at",
            "the next run takes them in; look again then",
        )
        return
    with told():  # what SQLite cannot open at all is refused there
        sound = _is_sound(path, "mode=ro" if log.exists() else "mode=ro&immutable=1")
    if not sound:
        yield Finding(
            "error",
            f"private/answers/{FILE} is damaged",
            "restore the folder private/answers from a backup, or move it away to start an empty "
            "one, in which case answers are paid for again and `budget_usd` no longer counts what "
            "was spent",
        )


def _is_sound(path: Path, options: str) -> bool:
    """What SQLite's own quick check says. Nothing is made where nobody has the file open."""
    uri = f"{path.as_uri()}?{options}"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as connection:
        rows = connection.execute("PRAGMA quick_check(1)").fetchall()
    return bool(rows == [("ok",)])
