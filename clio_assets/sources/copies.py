"""Copies of files that cannot be read as a stream, which vanish with their reading.

Nothing is written beside a source, and nothing of it stays. A copy lies in the system's folder for
temporary files, closed to others: without a name, or, as SQLite wants one, in a folder that the
next command sweeps if this process is killed.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from clio_assets.sources.files import SIDE_FILES, SourceFile
from clio_assets.sources.leftovers import copy_folder
from clio_assets.sources.readers.compression import decompressed
from clio_assets.sources.readers.protocol import Unreadable

_PIECE: Final = 2**20
#: What a few bytes may become: beyond it, and beyond so many times their number, it is a trap.
_LARGE: Final = 2**30
_TIMES: Final = 200
_ATTEMPTS: Final = 5
_WAL_HEADER: Final = 32  # names the round of writes that the file holds


@contextmanager
def seekable(file: SourceFile) -> Iterator[Any]:
    """The file as a stream that can be read in any order. Raises Unreadable."""
    with file.open() as stored:
        if file.archive is None:
            yield stored
            return
        with tempfile.TemporaryFile() as copy:
            _copy(stored, copy, file)
            copy.seek(0)
            yield copy


@contextmanager
def database(file: SourceFile) -> Iterator[Path]:
    """A copy of a database with the writes that lie beside it, whatever another program does to
    it meanwhile. Raises Unreadable where that one never pauses."""
    with copy_folder() as folder:
        copy = folder / "copy.db"
        for attempt in range(_ATTEMPTS):
            time.sleep(0.2 * attempt)
            before = _moment(file)
            for ending in ("", *SIDE_FILES):
                _copy_one(file.beside(ending) if ending else file, Path(f"{copy}{ending}"))
            if _is_whole(before, _moment(file)):
                yield copy
                return
    raise Unreadable(
        "another program writes to it all the time: stop that program, or name a copy of the file"
    )


def _moment(file: SourceFile) -> tuple[list[str], bytes, list[str]]:
    """State of the database, of the round of writes ahead of it, and of what would undo some."""
    ahead, journal = (file.beside(ending) for ending in SIDE_FILES)
    header = b""
    with suppress(FileNotFoundError):  # it went away since: at this moment there is none
        if ahead is not None:
            with ahead.open() as stream:
                header = stream.read(_WAL_HEADER) or b""
    return file.state(), header, journal.state_if_there() if journal else []


def _is_whole(before: tuple[object, bytes, object], after: tuple[object, bytes, object]) -> bool:
    """Whether copies made between the two moments belong together.

    As long as a round of writes ahead goes on, it holds whatever is written to the database, and
    is only added to: a copy of it that is made later makes a copy of the database whole.
    """
    same_round = before[1] == after[1]
    return before == after or (same_round and len(before[1]) == _WAL_HEADER)


def _copy_one(file: SourceFile | None, target: Path) -> None:
    target.unlink(missing_ok=True)
    if file is None:
        return
    try:
        with (
            file.open() as stored,
            decompressed(stored, file.compression) as stream,
            target.open("wb") as copy,
        ):
            _copy(stream, copy, file)
    except FileNotFoundError:  # it went away since; what is there is looked at once more
        target.unlink(missing_ok=True)


def _copy(stream: Any, target: IO[bytes], file: SourceFile) -> None:
    left = max(_LARGE, _TIMES * file.stored_size())
    while piece := stream.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise Unreadable(
                f"unpacked it would be more than {_TIMES} times as large: unpack it by hand if "
                "that is no trap"
            )
        target.write(piece)
