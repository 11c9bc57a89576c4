"""Which files a source has, in order, and how to tell that one changed."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from clio_assets.errors import SourceError, UsageError
from clio_assets.sources.archives import ARCHIVES, Archive
from clio_assets.sources.exports import Place, of_the_account
from clio_assets.sources.readers.protocol import Unreadable

#: Suffixes of what can be read; all but the last three also with one of COMPRESSIONS behind.
LINES: Final = (".jsonl", ".ndjson")
DOCUMENTS: Final = (".json",)
TABLES: Final = (".csv", ".tsv")
DATABASES: Final = (".db", ".sqlite", ".sqlite3")
PARQUET: Final = (".parquet",)
ARROW: Final = (".arrow",)
COMPRESSIONS: Final = (".gz", ".zst")

_READABLE: Final = (
    *(
        suffix + compression
        for suffix in LINES + DOCUMENTS + TABLES + DATABASES
        for compression in ("", *COMPRESSIONS)
    ),
    *PARQUET,
    *ARROW,
    *ARCHIVES,
)
#: Beside a database in use lie writes that it does not hold yet, and what undoes others.
SIDE_FILES: Final = ("-wal", "-journal")

_MEANS_CHANGED: Final = ("size", "mtime", "LastModified", "last_modified", "updated", "created")
_TELLS_CONTENT: Final = ("ETag", "etag", "md5Hash", "checksum", "CRC")


@dataclass(frozen=True)
class SourceFile:
    """One file of a source on any file system that fsspec knows, or a member of an archive there;
    its path is then that within the archive."""

    filesystem: Any
    path: str
    archive: Archive | None = None

    def has_suffix(self, suffixes: Sequence[str]) -> bool:
        """Whether the name ends so, compression aside."""
        name = self.path.lower()
        for compression in COMPRESSIONS:
            name = name.removesuffix(compression)
        return name.endswith(tuple(suffixes))

    @property
    def compression(self) -> str:
        """`.gz`, `.zst` or nothing."""
        return next((c for c in COMPRESSIONS if self.path.lower().endswith(c)), "")

    @property
    def name_for_operator(self) -> str:
        """Which file it is, for the operator's own terminal only: names may tell of somebody."""
        name = f"{self.archive.path}: {self.path}" if self.archive else self.path
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)

    def open(self) -> io.RawIOBase:
        """The file's bytes as stored. Raises Unreadable where an archive does not give them."""
        if self.archive is not None:
            return cast("io.RawIOBase", self.archive.open(self.path))
        return cast("io.RawIOBase", self.filesystem.open(self.path, "rb"))

    def beside(self, ending: str) -> "SourceFile | None":
        """The file whose name is this one's with an ending, if there is one."""
        path = self.path + ending
        exists = path in self.archive if self.archive else self.filesystem.exists(path)
        return SourceFile(self.filesystem, path, self.archive) if exists else None

    def stored_size(self) -> int:
        """Bytes that the file takes where it lies."""
        if self.archive is not None:
            return self.archive.stored_size(self.path)
        return cast("int", self.filesystem.size(self.path))

    def identity(self) -> list[str]:
        """Name, size and the file system's word for its version; no content is read."""
        found = [self.path, *self.state()]
        if self.archive is not None:
            return [*SourceFile(self.filesystem, self.archive.path).identity(), *found]
        if self.has_suffix(DATABASES):
            for side in filter(None, map(self.beside, SIDE_FILES)):
                if state := side.state_if_there():
                    found += [side.path, *state]
        return found

    def state(self) -> list[str]:
        """What tells that the file was written to."""
        if self.archive is not None:
            return self.archive.facts(self.path)
        facts = self.filesystem.info(self.path)
        version = [key for key in _TELLS_CONTENT if facts.get(key)]
        told = ["size", *version] if version else [key for key in _MEANS_CHANGED if key in facts]
        if "mtime" in told and "created" in told:
            told.remove("created")  # changes with a file's rights
        return [f"{key}={facts[key]}" for key in told]

    def state_if_there(self) -> list[str]:
        """Its state, or nothing where another program took it away since it was found."""
        try:
            return self.state()
        except FileNotFoundError:
            return []

    def place(self) -> list[str]:
        """Where it lies: of two files of a source no two share it."""
        stored = self.archive.path if self.archive else ""
        return [str(self.filesystem.protocol), stored, self.path]

    def written_at(self) -> float | None:
        """When it, or the archive that it lies in, was last written to, in seconds since 1970;
        None where the file system does not say."""
        try:
            facts = self.filesystem.info(self.archive.path if self.archive else self.path)
        except OSError:
            return None
        for key in _MEANS_CHANGED:
            told = facts.get(key)
            if isinstance(told, datetime):
                return told.timestamp()
            if key != "size" and isinstance(told, int | float):
                return float(told)
        return None


def find_files(paths: Sequence[str]) -> list[SourceFile]:
    """The files of all paths, each once: paths in the given order, files of one path by name.

    A path is a file, a directory (read through and through, links to others aside), a glob or
    an fsspec URL; an archive stands for its members, or for itself where it cannot be opened.
    Files that tell of an export's account are left out. Raises SourceError, naming paths by number.
    """
    if not paths:
        raise UsageError("name at least one file, directory, glob or URL to read")
    found: dict[tuple[str, ...], SourceFile] = {}
    for number, path in enumerate(paths, 1):
        words = f"path {number} of {len(paths)} of the source"
        files = _files_of(path, words)
        if not files:
            raise SourceError(
                f"{words} holds no file that can be read: looked for {', '.join(_READABLE)}"
            )
        for file in files:
            found.setdefault(tuple(file.place()), file)
    return list(found.values())


def digest_of_files(files: Sequence[SourceFile], extras: Sequence[str]) -> str:
    """SHA-256 over the identity of each file, in order, and whatever else decides. One that is
    gone or closed counts with what the system says: it is reported when it is read."""
    facts = [_identity_if_there(file) for file in files]
    return hashlib.sha256(json.dumps([facts, list(extras)]).encode()).hexdigest()


def _identity_if_there(file: SourceFile) -> list[str]:
    try:
        return file.identity()
    except OSError as error:
        return [*file.place(), words_of(error)]


def words_of(error: OSError) -> str:
    """What the system says, without the file's name, which may tell of somebody."""
    if error.strerror:
        return error.strerror
    return {FileNotFoundError: "no such file", PermissionError: "permission denied"}.get(
        type(error), "input or output failed"
    )


def _files_of(path: str, words: str) -> list[SourceFile]:
    import fsspec

    try:
        filesystem, root = fsspec.core.url_to_fs(path)
    except ValueError:
        raise SourceError(f"{words} has a protocol that fsspec does not know") from None
    except ImportError:
        raise SourceError(
            f"{words} needs a driver for its protocol: install the fsspec package for it"
        ) from None
    try:
        if filesystem.isfile(root):
            return _named(filesystem, root, words)
        if filesystem.isdir(root):
            return list(_readable(filesystem, _walk(filesystem, root)))
        if not _is_glob(root):
            raise SourceError(f"{words} does not exist")
        matches = filesystem.glob(root)
        inside = [f for m in matches if filesystem.isdir(m) for f in _walk(filesystem, m)]
        return list(_readable(filesystem, [m for m in matches if filesystem.isfile(m)] + inside))
    except OSError as error:
        raise SourceError(f"{words} cannot be listed: {words_of(error)}") from None


def _walk(filesystem: Any, folder: str) -> Iterator[str]:
    """Files of a directory, through and through; OSError where a part of it is closed, which
    fsspec's own walk and find would leave out without a word."""
    inside = folder.rstrip("/") + "/"
    for entry in filesystem.ls(folder, detail=True):
        path = entry["name"].rstrip("/")
        if entry["type"] != "directory":
            yield path
        elif path.startswith(inside):
            yield from _walk(filesystem, path)


def _is_glob(path: str) -> bool:
    return any(character in path for character in "*?[")


def _named(filesystem: Any, path: str, words: str) -> list[SourceFile]:
    """A file that was named itself must be readable by its suffix."""
    if not path.lower().endswith(_READABLE):
        raise SourceError(f"{words} has an unknown suffix: {', '.join(_READABLE)} can be read")
    if path.lower().endswith(ARCHIVES):
        return list(_readable(filesystem, [path]))
    return [SourceFile(filesystem, path)]


def _readable(filesystem: Any, paths: Iterable[str]) -> Iterator[SourceFile]:
    """Visible files with a known suffix, by name; archives opened."""
    files = [file for path in sorted(set(paths)) for file in _opened(filesystem, path)]
    places = [_place(file) for file in files]
    for file, place, left_out in zip(files, places, of_the_account(places), strict=True):
        visible = not place.name.startswith((".", "_"))
        if visible and not left_out and file.path.lower().endswith(_READABLE):
            yield file


def _opened(filesystem: Any, path: str) -> list[SourceFile]:
    """The members of an archive, by name; of all else, and of a damaged archive, the file."""
    if path.lower().endswith(ARCHIVES):
        archive = Archive(filesystem, path)
        with suppress(Unreadable, OSError):  # told once it is read
            return [SourceFile(filesystem, name, archive) for name in sorted(archive.names())]
    return [SourceFile(filesystem, path)]


def _place(file: SourceFile) -> Place:
    folder, _, name = file.path.rpartition("/")
    if file.archive is None:
        return Place(folder, folder, name)
    around = file.archive.path.rpartition("/")[0]
    return Place(around, f"{file.archive.path}/{folder}".rstrip("/"), name)
