"""Making a home of an archive: nothing of it is believed, and nothing is in place until all is."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from clio_assets.backup.form import (
    CONTENTS,
    FORM,
    HEAD,
    LONGEST_RECORD,
    Choice,
    Contents,
    Head,
    mode_of,
    refused,
)
from clio_assets.backup.reapply import Erasures, reapply
from clio_assets.errors import HomeError
from clio_assets.ground.files import TEMPORARY_PREFIX, private_folder, sync_folder
from clio_assets.ground.progress import Progress
from clio_assets.home.home import Home
from clio_assets.home.layout_version import LAYOUT
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import is_newer
from clio_assets.run.declared import partitions_of
from clio_assets.stages import LANDING, STAGES

_CHUNK = 1 << 20


def restore(home: Home, archive: Path, erasures: Erasures | None, progress: Progress) -> Head:
    """Make the home of an archive; `erasures` are those known since, which are done again.

    HomeError where there is a home already, or the archive is not exactly what was written.
    """
    if home.path.exists() and (not home.path.is_dir() or any(home.path.iterdir())):
        raise HomeError(
            "there is something in the home's place already, and a restore overwrites nothing; "
            "name a new folder with --home"
        )
    made = home.path.with_name(f"{TEMPORARY_PREFIX}restoring-{home.path.name}")
    if made.exists():
        raise HomeError(
            f"another restore is at work, or was cut short: delete the folder {TEMPORARY_PREFIX}"
            "restoring-… beside the home, then run this again"
        )
    private_folder(made)
    try:
        head = _unpack(archive, made, progress)
        _finish(Home(made), erasures, progress)
        made.chmod(0o755)  # as any home: the public zone is in it
        made.rename(home.path)
        sync_folder(home.path.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return head


def _finish(home: Home, erasures: Erasures | None, progress: Progress) -> None:
    lake = partitions_of(home)
    for stage in (LANDING, *STAGES):
        keys = lake.keys(stage)
        for key in progress.track(keys, f"Verifying {stage}", len(keys)):
            _require_sound(lake, stage, key)
    if erasures is not None:
        reapply(home, lake, erasures)


def _require_sound(lake: Partitions, stage: str, key: str) -> None:
    manifest = lake.manifest(stage, key)
    if manifest is None or lake.damaged(manifest):
        raise refused("cut")


def _unpack(archive: Path, folder: Path, progress: Progress) -> Head:
    """Write out every file; what the archive says of itself."""
    try:
        with tarfile.open(archive, mode="r|") as tar:
            return _unpack_all(tar, folder, progress)
    except tarfile.ReadError:
        raise refused("other") from None
    except (tarfile.TarError, EOFError):
        raise refused("cut") from None
    except FileNotFoundError:
        raise HomeError(
            "there is no such archive; name the file that `clio backup` wrote"
        ) from None


def _unpack_all(tar: tarfile.TarFile, folder: Path, progress: Progress) -> Head:
    members = _members(tar)
    first = next(members, None)
    if first is None or first.name != HEAD:
        raise refused("other")
    head = _head(_small(tar, first))
    choice = Choice(keys=head.keys, history=head.history)
    digests: dict[str, str] = {}
    for member in progress.track(members, "Restoring"):
        if member.name == CONTENTS:
            if _contents(_small(tar, member)).files != digests or next(members, None) is not None:
                raise refused("cut")
            return head
        _require_plain(member, choice, digests)
        digests[member.name] = _write(tar, member, folder)
    raise refused("cut")


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := tar.next()) is not None:
        tar.members = []  # type: ignore[attr-defined] # it would remember every one of them
        yield member


def _require_plain(member: tarfile.TarInfo, choice: Choice, known: dict[str, str]) -> None:
    """Refuse what no backup holds: links, devices, paths that lead elsewhere, a name twice."""
    path = PurePosixPath(member.name)
    plain = member.isreg() and not member.issparse() and member.name not in known
    inside = not path.is_absolute() and ".." not in path.parts and str(path) == member.name
    if not (plain and inside and path.parts and choice.takes(path.parts)):
        raise refused("odd")


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write one file, for its owner alone where it is private; SHA-256 of its bytes."""
    target = folder / member.name
    _folder_of(folder, target)
    source = tar.extractfile(member)
    if source is None:
        raise refused("odd")
    mode = mode_of(member.name, member.mode)
    digest = hashlib.sha256()
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise refused("odd") from None
    with os.fdopen(descriptor, "wb") as file:
        while data := source.read(_CHUNK):
            digest.update(data)
            file.write(data)
        os.fchmod(descriptor, mode)  # whatever the mask
        file.flush()
        os.fsync(descriptor)
    if target.stat().st_size != member.size:
        raise refused("cut")
    return digest.hexdigest()


def _folder_of(root: Path, target: Path) -> None:
    """Make the folders above a file: the public zone's may be entered, all others not."""
    try:
        private_folder(target.parent)
    except (FileExistsError, NotADirectoryError):
        raise refused("odd") from None
    public = root / "public"
    if target.is_relative_to(public):
        for folder in (target.parent, *target.parent.parents):
            if folder.is_relative_to(public):
                folder.chmod(0o755)


def _small(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = tar.extractfile(member) if member.isreg() else None
    if source is None or member.size > LONGEST_RECORD:
        raise refused("odd")
    return source.read()


def _head(data: bytes) -> Head:
    try:
        head = Head.model_validate_json(data)
    except ValidationError as error:
        raise refused("newer" if is_newer(error) else "other") from None
    if head.form > FORM or head.layout > LAYOUT:
        raise refused("newer")
    return head


def _contents(data: bytes) -> Contents:
    try:
        return Contents.model_validate_json(data)
    except ValidationError:
        raise refused("cut") from None
