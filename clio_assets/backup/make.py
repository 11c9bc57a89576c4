"""Making an archive: streamed, consistent, and under its final name only when it is whole."""

import hashlib
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from clio_assets.backup.form import CONTENTS, FORM, HEAD, Choice, Contents, Head
from clio_assets.backup.made import note
from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.files import TEMPORARY_PREFIX, commit, sha256_of, temporary_beside
from clio_assets.ground.progress import Progress
from clio_assets.home.erasures import one_erasure, pending_intent
from clio_assets.home.home import Home
from clio_assets.lake.records import Record
from clio_assets.run.declared import partitions_of
from clio_assets.stages import LANDING, STAGES

_SQLITE: Final = b"SQLite format 3\0"
_COPY: Final = f"{TEMPORARY_PREFIX}backup.sqlite"


def back_up(home: Home, target: Path, choice: Choice, progress: Progress) -> Path:
    """Write the home into a new archive: `target`, or a file named after the time in the folder
    `target`. The caller holds the home.

    HomeError where another process changed the home meanwhile, or a partition is damaged.
    """
    final = _final(home, target)
    with one_erasure(home.private):
        if pending_intent(home.private) is not None:
            raise HomeError("an erasure is not finished; finish it with `clio run`, then back up")
        temporary = temporary_beside(final)
        try:
            _write(home, temporary, choice, progress)
            commit(temporary, final)
        finally:
            temporary.unlink(missing_ok=True)
        note(home.private, choice.keys)
    return final


def _final(home: Home, target: Path) -> Path:
    """Where the archive is to lie. UsageError where it cannot."""
    if target.is_dir():
        target = target / f"clio-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    if target.exists():
        raise UsageError("there is a file of that name already; name another one")
    if not target.parent.is_dir():
        raise UsageError("the folder of the archive does not exist; make it first")
    if target.resolve().is_relative_to(home.path.resolve()):
        raise UsageError("an archive inside the home would be lost with it; name another folder")
    return target


def _write(home: Home, path: Path, choice: Choice, progress: Progress) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w|") as archive:
        made_at = datetime.now(UTC)
        layout = home.record.layout
        head = Head(
            form=FORM, layout=layout, made_at=made_at, keys=choice.keys, history=choice.history
        )
        _add_record(archive, HEAD, head)
        files: dict[str, str] = {}
        names = sorted(_names(home.path, choice))
        for name in progress.track(names, "Backing up", len(names)):
            files[name] = _add(archive, home, name)
            archive.members = []  # type: ignore[attr-defined] # it would remember every one of them
        _require_whole(home, files)
        _add_record(archive, CONTENTS, Contents(files=files))


def _names(root: Path, choice: Choice) -> Iterator[str]:
    """Paths in the home of all that goes into the archive. HomeError where one is a link."""
    for folder, below, files in os.walk(root):
        for name in (*below, *files):
            path = Path(folder, name)
            parts = path.relative_to(root).parts
            if not choice.takes(parts):
                continue
            if path.is_symlink():
                raise HomeError(
                    f"{path.relative_to(root)} is a link, and an archive holds none: what it leads "
                    "to would be missing; put the file or folder itself there"
                )
            if name in files and path.is_file():
                yield "/".join(parts)


def _add(archive: tarfile.TarFile, home: Home, name: str) -> str:
    """Stream a file into the archive; SHA-256 of the bytes that went in."""
    try:
        with _copy_of(home, home.path / name).open("rb") as file:
            info = tarfile.TarInfo(name)
            status = os.fstat(file.fileno())
            info.size, info.mode, info.mtime = status.st_size, status.st_mode & 0o777, 0
            reading = _Digesting(file)
            archive.addfile(info, reading)  # type: ignore[arg-type] # it needs `read` alone
            return reading.digest.hexdigest()
    except FileNotFoundError:
        raise _changed() from None
    except OSError as error:
        if error.errno is None:  # tarfile's own: the file ended early
            raise _changed() from None
        raise
    finally:
        (home.private / _COPY).unlink(missing_ok=True)


def _copy_of(home: Home, path: Path) -> Path:
    """The file itself, or of a SQLite database a copy that SQLite made: writers go on meanwhile."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return path
    copy = home.private / _COPY
    copy.unlink(missing_ok=True)  # of a killed one
    copy.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target, pages=4096)
    except sqlite3.Error:
        raise HomeError(
            f"{path.relative_to(home.path)} cannot be copied; `clio doctor` says more"
        ) from None
    return copy


class _Digesting:
    """Reads a file and digests what is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _add_record(archive: tarfile.TarFile, name: str, record: Record) -> None:
    data = record.to_bytes()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, BytesIO(data))


def _require_whole(home: Home, files: dict[str, str]) -> None:
    """Refuse an archive whose manifests do not name the very tables that are in it."""
    lake = partitions_of(home)
    for stage in (LANDING, *STAGES):
        for key in lake.keys(stage):
            manifest = lake.manifest(stage, key)
            if manifest is None:
                raise HomeError(
                    f"the manifest of {stage} {key} is damaged; `clio doctor` says what to do"
                )
            for name, digest in lake.digests(manifest).items():
                inside = f"private/{name}"
                if files.get(inside) != digest:
                    if digest in (None, sha256_if_there(home.path / inside)):
                        raise _changed()
                    raise HomeError(
                        f"{stage} {key} is damaged; `clio doctor` says what to do, then back up"
                    )


def sha256_if_there(path: Path) -> str | None:
    """SHA-256 of a file's bytes, None where there is none."""
    return sha256_of(path) if path.is_file() else None


def _changed() -> HomeError:
    return HomeError(
        "another process changed the home while it was backed up; let Dagster's runs end, then "
        "run this again"
    )
