"""Taking a window out of the public database changes nothing else of it."""

import json

import duckdb
import pytest

from clio_assets.errors import LakeError
from clio_assets.lake.release import released
from clio_assets.lake.withdraw import withdraw
from tests.unit.erasure.world import WINDOWS, World


def test_other_windows_stay_when_one_is_withdrawn(world: World) -> None:
    folders = world.home.release_folders
    assert withdraw(folders, WINDOWS[1])
    assert sorted(released(folders)) == [WINDOWS[0], WINDOWS[2]]
    with duckdb.connect(str(folders.database), read_only=True) as connection:
        rows = connection.execute('SELECT "window" FROM windows ORDER BY 1').fetchall()
    assert rows == [(WINDOWS[0],), (WINDOWS[2],)]
    last = (world.home.private / "releases.jsonl").read_text().splitlines()[-1]
    assert set(json.loads(last)) == {"window", "withdrawn_at"}
    assert json.loads(last)["window"] == WINDOWS[1]


def test_database_keeps_its_bytes_when_the_window_is_not_in_it(world: World) -> None:
    folders = world.home.release_folders
    before = folders.database.read_bytes()
    assert not withdraw(folders, "2020-01-06")
    assert folders.database.read_bytes() == before
    assert [path.name for path in folders.public.iterdir()] == [folders.database.name]


def test_nothing_is_withdrawn_when_nothing_is_public(world: World) -> None:
    world.home.release_folders.database.unlink()
    assert not withdraw(world.home.release_folders, WINDOWS[0])


def test_withdrawal_is_refused_when_a_table_is_unknown(world: World) -> None:
    folders = world.home.release_folders
    with duckdb.connect(str(folders.database)) as connection:
        connection.execute("CREATE TABLE extra AS SELECT 1 AS number")
    before = folders.database.read_bytes()
    with pytest.raises(LakeError, match="table extra is unknown"):
        withdraw(folders, WINDOWS[0])
    assert folders.database.read_bytes() == before
    assert [path.name for path in folders.public.iterdir()] == [folders.database.name]
