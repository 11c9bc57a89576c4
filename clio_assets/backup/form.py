"""What an archive holds: a tar whose first member says what it is and whose last lists the rest.

backup.json      the form, the home's layout, when it was made and what was put in
HOME's files     under their paths in the home, none of them a link
contents.json    the digest of every file; an archive that was cut short lacks it
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final, Literal

from clio_assets.errors import HomeError
from clio_assets.ground.files import TEMPORARY_PREFIX
from clio_assets.lake.records import Record

FORM: Final = 1
HEAD: Final = "backup.json"
CONTENTS: Final = "contents.json"
#: The largest of the two that is read into memory: a line a file, for some millions of files.
LONGEST_RECORD: Final = 1 << 30

PRIVATE: Final = "private"
KEYS: Final = ("private", "keys")
HISTORY: Final = "dagster"
#: Scratch of SQLite beside a database; what a copy of the database needs of it is in the copy.
_SCRATCH: Final = ("-wal", "-shm", "-journal")


class Head(Record):
    """backup.json."""

    form: int
    layout: int
    made_at: datetime
    keys: bool
    history: bool


class Contents(Record):
    """contents.json: path in the home -> SHA-256 of the bytes, hexadecimal."""

    files: Mapping[str, str]


class Choice(Record):
    """What of a home goes into an archive beside the rest."""

    keys: bool = False
    history: bool = False

    def takes(self, parts: tuple[str, ...]) -> bool:
        """Whether a file of that path belongs into the archive."""
        name = parts[-1]
        if name.startswith(TEMPORARY_PREFIX) or name.endswith((".lock", *_SCRATCH)):
            return False
        if parts[:2] == KEYS:
            return self.keys
        return self.history if parts[0] == HISTORY else True


def mode_of(name: str, asked: int) -> int:
    """The mode of a restored file: what is private is the owner's alone, whatever it was."""
    if PurePosixPath(name).parts[0] in (PRIVATE, HISTORY):
        return 0o600
    return 0o600 | (asked & 0o044)


def refused(why: Literal["odd", "cut", "newer", "other"]) -> HomeError:
    """Why an archive is not restored, in words that name nothing of it."""
    return HomeError(
        {
            "odd": "the archive holds a member that no backup has (a link, a device, or a path "
            "that leads elsewhere); take another backup",
            "cut": "the archive is damaged or was cut short; take another backup",
            "newer": "the archive was made by a newer version of clio-assets; upgrade clio-assets",
            "other": "this is no archive of `clio backup`; name the file that it wrote",
        }[why]
    )
