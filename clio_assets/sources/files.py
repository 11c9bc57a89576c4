"""Which files a source has, in order, and how to tell that one changed."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from clio_assets.errors import SourceError, UsageError

#: Suffixes of what can be read; lines and documents also with one of COMPRESSIONS behind.
LINES: Final = (".jsonl", ".ndjson")
DOCUMENTS: Final = (".json",)
PARQUET: Final = (".parquet",)
COMPRESSIONS: Final = (".gz", ".zst")

_READABLE: Final = tuple(
    suffix + compression for suffix in LINES + DOCUMENTS for compression in ("", *COMPRESSIONS)
) + tuple(PARQUET)
_MEANS_CHANGED: Final = ("size", "mtime", "LastModified", "last_modified", "updated", "created")
_TELLS_CONTENT: Final = ("ETag", "etag", "md5Hash", "checksum", "CRC")


@dataclass(frozen=True)
class SourceFile:
    """One file of a source on any file system that fsspec knows."""

    filesystem: Any
    path: str

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

    def open(self) -> io.RawIOBase:
        """The file's bytes as stored."""
        return cast("io.RawIOBase", self.filesystem.open(self.path, "rb"))

    def identity(self) -> list[str]:
        """Name, size and the file system's word for its version; no content is read."""
        facts = self.filesystem.info(self.path)
        version = [key for key in _TELLS_CONTENT if facts.get(key)]
        told = ["size", *version] if version else [key for key in _MEANS_CHANGED if key in facts]
        if "mtime" in told and "created" in told:
            told.remove("created")  # changes with a file's rights
        return [self.path, *(f"{key}={facts[key]}" for key in told)]


def find_files(paths: Sequence[str]) -> list[SourceFile]:
    """The files of all paths, each once: paths in the given order, files of one path by name.

    A path is a file, a directory (read through and through, links to others aside), a glob or
    an fsspec URL. Of a directory that holds an unpacked export (conversations.json), its other
    JSON files are left out: they tell of the account. Raises SourceError, naming paths by number.
    """
    if not paths:
        raise UsageError("name at least one file, directory, glob or URL to read")
    found: dict[tuple[str, str], SourceFile] = {}
    for number, path in enumerate(paths, 1):
        words = f"path {number} of {len(paths)} of the source"
        files = _files_of(path, words)
        if not files:
            raise SourceError(
                f"{words} holds no file that can be read: looked for {', '.join(_READABLE)}"
            )
        for file in files:
            found.setdefault((str(file.filesystem.protocol), file.path), file)
    return list(found.values())


def digest_of_files(files: Sequence[SourceFile], extras: Sequence[str]) -> str:
    """SHA-256 over the identity of each file, in order, and whatever else decides."""
    try:
        facts = [file.identity() for file in files]
    except OSError as error:
        raise SourceError(f"a file of the source is gone or closed: {words_of(error)}") from None
    return hashlib.sha256(json.dumps([facts, list(extras)]).encode()).hexdigest()


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
            return [_named(SourceFile(filesystem, root), words)]
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


def _named(file: SourceFile, words: str) -> SourceFile:
    """A file that was named itself must be readable by its suffix."""
    if file.path.lower().endswith(_READABLE):
        return file
    if file.path.lower().endswith(".zip"):
        raise SourceError(f"{words} is a zip archive: unpack it and name the folder")
    raise SourceError(f"{words} has an unknown suffix: {', '.join(_READABLE)} can be read")


def _readable(filesystem: Any, paths: Iterable[str]) -> Iterator[SourceFile]:
    """Visible files with a known suffix, by name."""
    ordered = sorted(set(paths))
    folders = {_folder(path) for path in ordered if _name(path) == "conversations.json"}
    for path in ordered:
        name = _name(path)
        of_the_account = (
            _folder(path) in folders
            and name.endswith(DOCUMENTS)
            and not name.startswith("conversations")
        )
        hidden = name.startswith((".", "_"))
        if name.lower().endswith(_READABLE) and not hidden and not of_the_account:
            yield SourceFile(filesystem, path)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
