"""ZIP archives, whose members are files of a source like others; nothing is unpacked by name.

An `.eval` of Inspect is such an archive of JSON, packed with Zstandard.
"""

import re
import stat
import struct
import weakref
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from clio_assets.sources.readers.checked import Checked
from clio_assets.sources.readers.protocol import Unreadable

if TYPE_CHECKING:
    from clio_assets.sources.readers.zstandard import zipfile

ARCHIVES: Final = (".zip", ".eval")

#: What an `.eval` holds beside its samples describes the run, and repeats them.
_SAMPLES_OF_EVAL = re.compile(r"samples/[^/]+\.json")
_ENCRYPTED: Final = 0x1
_BROKEN: Final = "it is no ZIP archive, or a damaged one"


class Archive:
    """One archive, and its table of contents, read once.

    Of all archives only the one that was read last is kept open: a source may have thousands.
    """

    _kept: "weakref.ref[Archive] | None" = None

    def __init__(self, filesystem: Any, path: str) -> None:
        self.filesystem = filesystem
        self.path = path
        self._opened: zipfile.ZipFile | None = None

    def names(self) -> list[str]:
        """The members that are files, as far as an archive of this kind is read. Raises
        Unreadable."""
        names = [name for name, member in self._members.items() if _is_file(member)]
        if self.path.lower().endswith(".eval"):
            return [name for name in names if _SAMPLES_OF_EVAL.fullmatch(name)]
        return names

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def open(self, name: str) -> Any:
        """The bytes of a member. Raises Unreadable, on reading too."""
        member = self._members[name]
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("it is encrypted: unpack its archive and name the folder")
        try:
            stream = self._zip().open(member)
        except NotImplementedError:
            raise Unreadable(
                f"its archive packs it in a way that is not read here (method "
                f"{member.compress_type}): unpack the archive and name the folder"
            ) from None
        except _errors():
            raise Unreadable(_BROKEN) from None
        return Checked(stream, _errors(), "its archive is cut short or damaged at it")

    def stored_size(self, name: str) -> int:
        """Bytes that a member takes in the archive."""
        return self._members[name].compress_size

    def facts(self, name: str) -> list[str]:
        """What tells that a member changed, as far as the archive's table says."""
        member = self._members[name]
        return [f"size={member.file_size}", f"CRC={member.CRC}"]

    @cached_property
    def _members(self) -> "dict[str, zipfile.ZipInfo]":
        """By name; of several with one name the last counts, as where they are unpacked."""
        return {member.filename.replace("\\", "/"): member for member in self._zip().infolist()}

    def _zip(self) -> "zipfile.ZipFile":
        if self._opened is not None:
            return self._opened
        from clio_assets.sources.readers.zstandard import zipfile

        kept = Archive._kept() if Archive._kept else None
        if kept is not None:
            kept._opened = None  # closed once none of its members is being read
        stored = self.filesystem.open(self.path, "rb")
        try:
            opened = zipfile.ZipFile(stored)
        except _errors():
            stored.close()
            raise Unreadable(_BROKEN) from None
        weakref.finalize(opened, stored.close)
        self._opened, Archive._kept = opened, weakref.ref(self)
        return opened


def _is_file(member: "zipfile.ZipInfo") -> bool:
    return not member.is_dir() and not stat.S_ISLNK(member.external_attr >> 16)


def _errors() -> tuple[type[Exception], ...]:
    """What reading a damaged archive raises, a system's own errors aside."""
    from lzma import LZMAError

    from clio_assets.sources.readers.zstandard import zipfile, zstd

    return (
        zipfile.BadZipFile, EOFError, LZMAError, zstd.ZstdError, zlib.error, struct.error,
        ValueError, IndexError, RuntimeError, OverflowError,
    )  # fmt: skip
