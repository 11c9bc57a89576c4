"""Rule 2: the public database changes in one swap, window by window."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from clio_assets.errors import HomeError, LakeError, UnsealedError
from clio_assets.lake import release as release_module
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.lake.public import PublicDatabase
from clio_assets.lake.records import Provenance
from clio_assets.lake.release import release, released
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.withdraw import withdraw
from clio_assets.lake.writer import Accounts, Making
from clio_assets.stages import STAGES
from clio_assets.summaries.schema import OF_ATTRIBUTES, PUBLISHED
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import Verdict

STAGE = "published_insights"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(LocalStorage(tmp_path / "private"), PrivacyPolicy(), Declared())


@pytest.fixture
def folders(tmp_path: Path) -> ReleaseFolders:
    return ReleaseFolders(tmp_path / "public", tmp_path / "private")


def cluster(window: str, number: int, name: str) -> dict[str, object]:
    return {
        "id": f"{window}:request:0:{number}",
        "window": window,
        "facet": "request",
        "level": 0,
        "parent": None,
        "name": name,
        "description": "Users asked.",
        "size": 20,
        "users": 10,
        "share": 0.5,
        "audit": 5,
        "coherence": 0.6,
        "x": 0.5,
        "y": 0.5,
    }


def seal_window(lake: Lake, window: str, *names: str, passed: bool = True) -> None:
    tables = {name: schema.empty_table() for name, schema in PUBLISHED.items()}
    rows = [cluster(window, number, name) for number, name in enumerate(names)]
    tables["clusters"] = pa.Table.from_pylist(rows, schema=PUBLISHED["clusters"])
    plan = Making(STAGE, window, "r", Provenance(code_version=STAGES[STAGE].code_version))
    lake.write(plan, tables, Accounts(len(names), len(names)))
    lake.judge(lake.stored(STAGE, window), [Verdict("columns", passed)], "run")


def names(folders: ReleaseFolders) -> list[str]:
    rows = PublicDatabase(folders.database).query("SELECT name FROM clusters ORDER BY id")
    return [str(name) for name in rows.column("name").to_pylist()]


def test_release_holds_all_windows_when_released_one_after_the_other(
    lake: Lake, folders: ReleaseFolders
) -> None:
    for window, name in (("2026-09-28", "first"), ("2026-10-05", "second")):
        seal_window(lake, window, name)
        release(lake, folders, STAGE, window)
    assert names(folders) == ["first", "second"]
    assert sorted(released(folders)) == ["2026-09-28", "2026-10-05"]


def test_release_replaces_a_window_when_it_is_released_again(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "all", "old", "older")
    release(lake, folders, STAGE, "all")
    seal_window(lake, "all", "new")
    release(lake, folders, STAGE, "all")
    assert names(folders) == ["new"]
    assert released(folders) == {"all": lake.stored(STAGE, "all").manifest.digest}


def test_release_keeps_windows_when_an_older_version_published_fewer_columns(
    lake: Lake, folders: ReleaseFolders
) -> None:
    for window in ("w1", "w2"):
        seal_window(lake, window, "Ask about trains")
    release(lake, folders, STAGE, "w1")
    with duckdb.connect(str(folders.database)) as connection:
        connection.execute("ALTER TABLE lineage DROP COLUMN usd")
    release(lake, folders, STAGE, "w2")
    found = PublicDatabase(folders.database).query('SELECT "window" FROM clusters ORDER BY 1')
    assert found["window"].to_pylist() == ["w1", "w2"]


def test_release_is_refused_when_the_window_is_not_sealed(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "all", "never", passed=False)
    with pytest.raises(UnsealedError):
        release(lake, folders, STAGE, "all")
    assert not folders.database.exists()


def test_reader_keeps_the_old_release_when_a_new_one_is_swapped_in(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "all", "old")
    release(lake, folders, STAGE, "all")
    with duckdb.connect(str(folders.database), read_only=True) as reader:
        seal_window(lake, "all", "new")
        release(lake, folders, STAGE, "all")
        assert reader.execute("SELECT name FROM clusters").fetchall() == [("old",)]
    assert names(folders) == ["new"]


def test_old_release_stays_when_the_new_one_breaks_before_the_swap(
    lake: Lake, folders: ReleaseFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_window(lake, "all", "old")
    release(lake, folders, STAGE, "all")
    seal_window(lake, "all", "new")

    def no_space(temporary: Path, final: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(release_module, "commit", no_space)
    with pytest.raises(OSError, match="No space"):
        release(lake, folders, STAGE, "all")
    assert names(folders) == ["old"]
    assert [p.name for p in folders.public.iterdir()] == ["insights.duckdb"]


def test_release_is_refused_when_the_new_database_lacks_a_sealed_row(
    lake: Lake, folders: ReleaseFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_window(lake, "all", "one", "two")
    monkeypatch.setitem(release_module.WINDOW_OF_ROW, "clusters", "'elsewhere'")
    with pytest.raises(LakeError, match="does not hold the sealed rows of clusters"):
        release(lake, folders, STAGE, "all")
    assert not folders.database.exists()


def test_public_folder_holds_one_file_for_everybody_when_released(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "all", "one")
    release(lake, folders, STAGE, "all")
    assert [p.name for p in folders.public.iterdir()] == ["insights.duckdb"]
    assert folders.database.stat().st_mode & 0o777 == 0o644


def test_reading_says_what_to_do_when_nothing_is_published(folders: ReleaseFolders) -> None:
    with pytest.raises(HomeError, match="run `clio run` first"):
        PublicDatabase(folders.database).query("SELECT 1")


def seal_with_attributes(lake: Lake, window: str) -> None:
    """A window that has a mean."""
    tables = {name: schema.empty_table() for name, schema in (PUBLISHED | OF_ATTRIBUTES).items()}
    mean = {"window": window, "clustered_facet": "request", "attribute": "cost", "mean": 2.0}
    told = {**mean, "cluster": None, "step": 0.5, "suppressed": False}
    tables["means"] = pa.Table.from_pylist([told], schema=OF_ATTRIBUTES["means"])
    plan = Making(STAGE, window, "r", Provenance(code_version=STAGES[STAGE].code_version))
    lake.write(plan, tables, Accounts(0, 0))
    lake.judge(lake.stored(STAGE, window), [Verdict("columns", passed=True)], "run")


def means_of(folders: ReleaseFolders) -> list[dict[str, object]]:
    found = PublicDatabase(folders.database).query('SELECT "window", mean, step FROM means')
    return found.to_pylist()


def tables_of(folders: ReleaseFolders) -> set[str]:
    with duckdb.connect(str(folders.database), read_only=True) as connection:
        return {name for (name,) in connection.execute("SHOW TABLES").fetchall()}


def test_means_are_kept_when_another_window_without_attributes_is_released(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "2026-09-28", "first")
    release(lake, folders, STAGE, "2026-09-28")
    assert tables_of(folders) == {*PUBLISHED, "releases", "trends"}
    assert means_of(folders) == []
    seal_with_attributes(lake, "2026-10-05")
    release(lake, folders, STAGE, "2026-10-05")
    told = [{"window": "2026-10-05", "mean": 2.0, "step": 0.5}]
    assert means_of(folders) == told
    seal_window(lake, "2026-09-28", "again")
    release(lake, folders, STAGE, "2026-09-28")
    assert means_of(folders) == told
    assert withdraw(folders, "2026-09-28")
    assert means_of(folders) == told


def test_tables_of_attributes_go_when_the_last_window_that_has_them_does(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_with_attributes(lake, "2026-10-05")
    release(lake, folders, STAGE, "2026-10-05")
    assert tables_of(folders) == {*PUBLISHED, *OF_ATTRIBUTES, "releases", "trends"}
    seal_window(lake, "2026-10-05", "without")
    release(lake, folders, STAGE, "2026-10-05")
    assert tables_of(folders) == {*PUBLISHED, "releases", "trends"}


@pytest.mark.parametrize("lacking", ["means", "attributes", "accounts"])
def test_release_is_refused_when_a_table_is_lacking(
    lake: Lake, folders: ReleaseFolders, lacking: str
) -> None:
    whole = PUBLISHED | OF_ATTRIBUTES
    tables = {name: schema.empty_table() for name, schema in whole.items() if name != lacking}
    plan = Making(STAGE, "all", "r", Provenance(code_version=STAGES[STAGE].code_version))
    lake.write(plan, tables, Accounts(0, 0))
    lake.judge(lake.stored(STAGE, "all"), [Verdict("columns", passed=True)], "run")
    with pytest.raises(LakeError, match="not a complete sealed release"):
        release(lake, folders, STAGE, "all")


def as_of_an_earlier_version(database: Path) -> None:
    """Take away what releases did not have once."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("DROP TABLE accounts")
        connection.execute("ALTER TABLE clusters DROP COLUMN coherence")
        for name in ("coherent", "min_coherence", "min_users", "min_conversations"):
            connection.execute(f"ALTER TABLE windows DROP COLUMN {name}")


def test_release_of_an_earlier_version_is_read_when_it_lacks_what_came_later(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "2026-09-28", "first")
    release(lake, folders, STAGE, "2026-09-28")
    as_of_an_earlier_version(folders.database)
    with PublicDatabase(folders.database).reading() as reader:
        assert reader.rows("SELECT name, coherence FROM clusters") == [
            {"name": "first", "coherence": None}
        ]
        assert reader.rows("SELECT * FROM accounts") == []
        assert reader.rows("SELECT coherent, min_coherence FROM windows") == []


def test_release_keeps_other_windows_when_they_are_of_an_earlier_version(
    lake: Lake, folders: ReleaseFolders
) -> None:
    seal_window(lake, "2026-09-28", "first")
    release(lake, folders, STAGE, "2026-09-28")
    as_of_an_earlier_version(folders.database)
    seal_window(lake, "2026-10-05", "second")
    release(lake, folders, STAGE, "2026-10-05")
    found = PublicDatabase(folders.database).query("SELECT coherence FROM clusters ORDER BY id")
    assert found.column("coherence").to_pylist() == [None, 0.6]
