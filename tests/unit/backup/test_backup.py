"""A home goes into one file and comes back the same, or not at all."""

import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from clio_assets.backup import form, made, make
from clio_assets.backup import restore as restoring
from clio_assets.backup.form import CONTENTS, HEAD, Choice
from clio_assets.backup.make import back_up
from clio_assets.backup.reapply import erasures_of
from clio_assets.backup.restore import restore
from clio_assets.erasure.forget import forget
from clio_assets.erasure.purge import purge
from clio_assets.errors import ClioError, HomeError, UsageError
from clio_assets.ground.progress import Silent
from clio_assets.home.erasures import forgotten, horizon
from clio_assets.home.home import Home
from clio_assets.lake.release import released
from clio_assets.run.declared import partitions_of
from clio_assets.stages import STAGES
from tests.unit.erasure.world import DAYS, WANTED, WINDOWS, World, traces

MONDAY = date(2026, 10, 12)
WITH_ALL = Choice(keys=True, history=True)


@pytest.fixture
def archive(world: World, tmp_path: Path) -> Path:
    world.home.dagster.mkdir(exist_ok=True)
    (world.home.dagster / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    answers = world.home.private / "answers"
    answers.mkdir(mode=0o700)
    with closing(sqlite3.connect(answers / "other.sqlite")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE kept (n)")
        database.execute("INSERT INTO kept VALUES (7)")
        database.commit()
        return back_up(world.home, tmp_path / "a.tar", WITH_ALL, Silent())


def new_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "elsewhere" / "home")


@pytest.fixture
def place(tmp_path: Path) -> Home:
    (tmp_path / "elsewhere").mkdir()
    return new_home(tmp_path)


def bytes_of(home: Home) -> dict[str, bytes]:
    """What belongs to a home: no locks, no log of backups, and of databases what is in them."""
    return {
        path.relative_to(home.path).as_posix(): path.read_bytes()
        for path in home.path.rglob("*")
        if path.is_file()
        and path.suffix not in (".lock", ".sqlite")
        and not path.name.endswith(("-wal", "-shm", made.LOG))
    }


def rewritten(archive: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """A copy of an archive with other members."""
    with tarfile.open(archive) as tar:
        members = [(one, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    change(members)
    copy = archive.with_name("changed.tar")
    with tarfile.open(copy, "w") as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return copy


def test_home_is_the_same_when_it_was_restored(world: World, archive: Path, place: Home) -> None:
    restore(place, archive, None, Silent())
    assert bytes_of(place) == bytes_of(world.home)
    with closing(sqlite3.connect(place.private / "answers" / "other.sqlite")) as database:
        assert database.execute("SELECT n FROM kept").fetchall() == [(7,)]
    assert [p.name for p in place.path.parent.iterdir()] == ["home"]


def test_modes_are_private_when_a_home_was_restored(archive: Path, place: Home) -> None:
    before = os.umask(0)
    try:
        restore(place, archive, None, Silent())
    finally:
        os.umask(before)
    place.check_access()
    public = place.release_folders
    assert stat.S_IMODE(public.database.stat().st_mode) & 0o022 == 0
    assert stat.S_IMODE(public.public.stat().st_mode) == 0o755
    assert stat.S_IMODE(place.dagster.stat().st_mode) == 0o700
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_keys_and_history_stay_out_when_they_were_not_asked_for(
    world: World, archive: Path, tmp_path: Path, place: Home
) -> None:
    bare = back_up(world.home, tmp_path / "bare.tar", Choice(), Silent())
    key = (world.home.private / "keys" / "erasure.key").read_bytes()
    assert key in archive.read_bytes()
    assert key not in bare.read_bytes()
    restore(place, bare, None, Silent())
    assert not (place.private / "keys").exists()
    assert not place.dagster.exists()


def test_nothing_has_the_final_name_when_a_backup_breaks(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def breaks(*_: object) -> None:
        assert [one.name.startswith(".tmp-") for one in folder.iterdir()] == [True]
        raise OSError

    monkeypatch.setattr(make, "_require_whole", breaks)
    with pytest.raises(OSError):
        back_up(world.home, folder, Choice(), Silent())
    assert list(folder.iterdir()) == []
    assert made.last_backup(world.home.private) is None


def test_home_knows_its_last_backup_when_one_was_made(world: World, archive: Path) -> None:
    assert archive.exists()
    last = made.last_backup(world.home.private)
    assert last is not None
    with (world.home.private / made.LOG).open("a") as log:
        log.write('{"made_at": "2026')
    assert made.last_backup(world.home.private) == last


@pytest.mark.parametrize("where", ["home/private/a.tar", "a folder/that is not/a.tar", "there.tar"])
def test_backup_is_refused_when_its_place_will_not_do(
    world: World, tmp_path: Path, where: str
) -> None:
    (tmp_path / "there.tar").touch()
    with pytest.raises(UsageError):
        back_up(world.home, tmp_path / where, Choice(), Silent())


def test_backup_is_refused_when_a_table_is_damaged(world: World, tmp_path: Path) -> None:
    table = next((world.home.lake / "facets" / DAYS[0]).glob("*.parquet"))
    table.write_bytes(b"other")
    with pytest.raises(HomeError, match=f"facets {DAYS[0]} is damaged"):
        back_up(world.home, tmp_path / "a.tar", Choice(), Silent())


def test_backup_is_refused_when_a_partition_is_made_meanwhile(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = world.home.lake / "facets" / DAYS[0] / "manifest.json"
    add = make._add

    def made_meanwhile(archive: tarfile.TarFile, home: Home, name: str) -> str:
        digest = add(archive, home, name)
        if name.endswith(f"facets/{DAYS[0]}/manifest.json"):
            changed = json.loads(manifest.read_bytes()) | {"recipe": "another"}
            manifest.write_text(json.dumps(changed))
        return digest

    monkeypatch.setattr(make, "_add", made_meanwhile)
    with pytest.raises(HomeError, match="another process changed the home"):
        back_up(world.home, tmp_path / "a.tar", Choice(), Silent())
    assert not (tmp_path / "a.tar").exists()


def test_backup_is_refused_when_something_is_a_link(world: World, tmp_path: Path) -> None:
    (world.home.path / "phrases.txt").symlink_to(tmp_path)
    with pytest.raises(HomeError, match=r"phrases\.txt is a link"):
        back_up(world.home, tmp_path / "a.tar", Choice(), Silent())


def test_restore_is_refused_when_there_is_a_home(world: World, archive: Path) -> None:
    before = bytes_of(world.home)
    with pytest.raises(HomeError, match="overwrites nothing"):
        restore(world.home, archive, None, Silent())
    assert bytes_of(world.home) == before


Members = list[tuple[tarfile.TarInfo, bytes]]


def odd(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Callable[[Members], None]:
    def change(members: Members) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        members.insert(1, (info, b""))

    return change


def twice(members: Members) -> None:
    members.insert(2, members[1])


def flipped(members: Members) -> None:
    at = next(i for i, (info, _) in enumerate(members) if info.name.endswith(".parquet"))
    info, data = members[at]
    members[at] = (info, bytes([data[0] ^ 1]) + data[1:])


def swapped(members: Members) -> None:
    """A table that agrees with the list and not with its manifest."""
    flipped(members)
    at = next(i for i, (info, _) in enumerate(members) if info.name.endswith(".parquet"))
    info, data = members[at]
    listed = json.loads(members[-1][1])
    listed["files"][info.name] = sha256(data).hexdigest()
    members[-1] = (members[-1][0], json.dumps(listed).encode())


def in_head(**fields: object) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        members[0] = (members[0][0], json.dumps(json.loads(members[0][1]) | fields).encode())

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (odd("../escaped"), "member that no backup has"),
        (odd("/tmp/escaped"), "member that no backup has"),
        (odd("private/../../escaped"), "member that no backup has"),
        (odd("private//double"), "member that no backup has"),
        (odd("private/link", tarfile.SYMTYPE, "/etc"), "member that no backup has"),
        (odd("private/link", tarfile.LNKTYPE, "home.json"), "member that no backup has"),
        (odd("private/pipe", tarfile.FIFOTYPE), "member that no backup has"),
        (odd("private/x.lock"), "member that no backup has"),
        (twice, "member that no backup has"),
        (odd("private/added"), "damaged or was cut short"),
        (flipped, "damaged or was cut short"),
        (swapped, "damaged or was cut short"),
        (list.pop, "damaged or was cut short"),
        (lambda members: members.pop(3) and None, "damaged or was cut short"),
        (lambda members: members.pop(0) and None, "no archive of `clio backup`"),
        (in_head(form=form.FORM + 1), "newer version"),
        (in_head(layout=99), "newer version"),
        (in_head(of_tomorrow=1), "newer version"),
    ],
)
def test_restore_leaves_nothing_when_the_archive_is_not_what_was_written(
    archive: Path, place: Home, change: Callable[[Members], None], says: str
) -> None:
    with pytest.raises(HomeError, match=says):
        restore(place, rewritten(archive, change), None, Silent())
    assert list(place.path.parent.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_restore_leaves_nothing_when_the_archive_was_cut_short(
    archive: Path, place: Home, share: float
) -> None:
    with archive.open("r+b") as file:
        file.truncate(int(archive.stat().st_size * share))
    with pytest.raises(HomeError, match=r"cut short|no archive of `clio backup`"):
        restore(place, archive, None, Silent())
    assert list(place.path.parent.iterdir()) == []


def test_traversal_would_escape_when_members_are_not_judged(
    archive: Path, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_require_plain", lambda *_: None)
    with pytest.raises(ClioError):
        restore(place, rewritten(archive, odd("../escaped")), None, Silent())
    assert (place.path.parent / "escaped").exists()


# --- erasures since ------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [True, False])
def test_forgotten_users_do_not_come_back_when_an_older_backup_is_restored(
    world: World, tmp_path: Path, place: Home, keys: bool
) -> None:
    archive = back_up(world.home, tmp_path / "a.tar", Choice(keys=keys), Silent())
    forget(world.home, world.lake, [WANTED])
    restore(place, archive, erasures_of(world.home.path), Silent())
    assert traces(place.path) == []
    assert forgotten(place.private) == forgotten(world.home.private) != frozenset()
    lake = partitions_of(place)
    stages = [stage for stage in STAGES if world.lake.keys(stage)]
    assert [lake.keys(stage) for stage in stages] == [world.lake.keys(stage) for stage in stages]
    assert set(WINDOWS[:2]) <= set(released(place.release_folders))  # until their next release


def test_forgotten_users_come_back_when_their_erasure_is_not_told(
    world: World, archive: Path, place: Home
) -> None:
    forget(world.home, world.lake, [WANTED])
    restore(place, archive, None, Silent())
    assert len(traces(place.path)) >= 9


def test_log_alone_deletes_days_when_nothing_of_the_users_is_landed(
    world: World, tmp_path: Path, place: Home
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(world.home.path, copy)
    shutil.rmtree(world.home.lake / "landing")
    archive = back_up(world.home, tmp_path / "a.tar", WITH_ALL, Silent())
    other = Home(copy)
    forget(other, partitions_of(other), [WANTED])
    restore(place, archive, erasures_of(copy), Silent())
    assert traces(place.path) == []


def test_purged_days_stay_away_when_an_older_backup_is_restored(
    world: World, archive: Path, place: Home
) -> None:
    purge(world.home, world.lake, MONDAY)
    restore(place, archive, erasures_of(world.home.path), Silent())
    assert horizon(place.private) == MONDAY
    assert partitions_of(place).keys("facets") == list(DAYS[2:])


def test_erasures_are_refused_when_they_are_older_than_the_backup(
    world: World, tmp_path: Path, place: Home
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(world.home.path, copy)
    forget(world.home, world.lake, [WANTED])
    archive = back_up(world.home, tmp_path / "a.tar", WITH_ALL, Silent())
    with pytest.raises(HomeError, match="fewer forgotten users than the backup"):
        restore(place, archive, erasures_of(copy), Silent())
    assert list(place.path.parent.iterdir()) == []


def test_erasures_are_refused_when_their_key_is_gone(world: World) -> None:
    forget(world.home, world.lake, [WANTED])
    (world.home.private / "keys" / "erasure.key").unlink()
    with pytest.raises(HomeError, match=r"erasure\.key .* is gone"):
        erasures_of(world.home.path)
    with pytest.raises(HomeError, match="is no home"):
        erasures_of(world.home.lake)


def test_every_member_is_listed_when_an_archive_is_made(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        listed = json.loads(tar.extractfile(CONTENTS).read())["files"]  # type: ignore[union-attr]
    assert names == [HEAD, *sorted(listed), CONTENTS]
