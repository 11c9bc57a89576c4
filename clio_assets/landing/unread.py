"""Files that could not be read, or not whole: why, and what is landed of them.

Their names are not kept. Where somebody asks at a terminal, the files of the source are listed
again and told by their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonpath

from clio_assets.errors import SourceError
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Manifest
from clio_assets.landing.known import Before
from clio_assets.landing.listing import list_source
from clio_assets.sources.files import SourceFile


@dataclass(frozen=True)
class UnreadFile:
    """One such file. `kept` says whether it is as it was landed before the damage; `name` is for
    the operator's terminal alone, None where the file is not found any more."""

    number: int
    name: str | None
    why: str
    kept: bool


def unread_files(
    lake: Partitions, manifest: Manifest, source: SourceSettings | None
) -> list[UnreadFile]:
    """The files of a landed source that could not be read whole, by number; `source` is where it
    comes from, where that is still known."""
    known = Before.of(lake, manifest).files.values()
    damaged = sorted((one for one in known if one.damage is not None), key=lambda one: one.file)
    names = _names(source) if damaged and source is not None else {}
    return [UnreadFile(d.file, names.get(d.name), d.damage or "", d.kept) for d in damaged]


def names_of(files: Sequence[SourceFile]) -> list[str]:
    """Names for the operator's own terminal, without the folder that all have in common."""
    names = [file.name_for_operator for file in files]
    folders = [name.rpartition("/")[0] for name in names]
    common = commonpath(folders) if all(folders) and len({f[:1] for f in folders}) == 1 else ""
    return [name[len(common) :].lstrip("/") for name in names]


def _names(source: SourceSettings) -> dict[bytes, str]:
    try:
        listed = list_source(source).files
    except SourceError:
        return {}
    names = names_of([one.file for one in listed])
    return {one.name: name for one, name in zip(listed, names, strict=True)}
