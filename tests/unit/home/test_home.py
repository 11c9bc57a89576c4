"""The home folder: fixed windows, one run at a time, a private zone that stays private."""

import threading
from datetime import date
from pathlib import Path

import pytest

from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.files import private_folder, write_whole
from clio_assets.home.home import HOME_VARIABLE, Home, home_from_environment

MONDAY = date(2026, 9, 28)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def test_window_is_refused_when_the_home_was_made_for_another(home: Home) -> None:
    home.fix("week", MONDAY)
    with pytest.raises(UsageError, match="choose another folder with --home"):
        home.check_window("month")


def test_first_day_moves_back_and_never_forward_when_sources_come(home: Home) -> None:
    home.fix("week", date(2026, 10, 7))
    assert home.record.first_day == date(2026, 10, 5)
    home.fix(None, MONDAY)
    home.fix(None, date(2026, 10, 20))
    assert home.record.first_day == MONDAY


def test_second_run_is_refused_when_one_is_at_work(home: Home) -> None:
    with (
        home.only_run(),
        pytest.raises(HomeError, match="another `clio run` is at work"),
        Home(home.path).only_run(),
    ):
        pass


def test_second_maker_of_a_partition_waits_when_one_is_at_work(home: Home) -> None:
    home.prepare()
    begun, done = threading.Event(), []

    def second() -> None:
        begun.set()
        with home.only_maker("facets", "2026-10-01"):
            done.append("second")

    with home.only_maker("facets", "2026-10-01"):
        with home.only_maker("facets", "2026-10-02"):
            pass  # another partition is not held up
        thread = threading.Thread(target=second)
        thread.start()
        assert begun.wait(10)
        thread.join(0.3)
        done.append("first")
    thread.join(10)
    assert done == ["first", "second"]


def test_home_is_free_again_when_a_run_has_ended(home: Home) -> None:
    with home.only_run():
        pass
    with home.only_run():
        assert home.private.is_dir()


@pytest.mark.parametrize(
    ("inside", "mode"),
    [
        (".", 0o711),
        ("lake", 0o755),
        ("lake/facets", 0o701),
        ("lake/facets/2026-09-28/facets.0.parquet", 0o640),
        ("keys", 0o710),
        ("sources.json", 0o602),
    ],
)
def test_access_is_refused_when_others_can_reach_the_private_zone(
    home: Home, inside: str, mode: int
) -> None:
    partition = private_folder(home.lake / "facets" / "2026-09-28")
    write_whole(partition / "facets.0.parquet", b"rows")
    write_whole(home.sources, b"[]")
    home.check_access()
    (home.private / inside).chmod(mode)
    with pytest.raises(HomeError, match=r"private.* is open to other users.*chmod -R go-rwx"):
        home.check_access()


def test_home_itself_may_be_entered_when_it_is_made(home: Home, tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.mkdir()
    assert home.path.stat().st_mode == usual.stat().st_mode
    assert home.private.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", ["{}", "no json", '{"window": "year", "first_day": "x"}'])
def test_damaged_home_record_is_named_when_read(home: Home, content: str) -> None:
    (home.path / "home.json").write_text(content)
    with pytest.raises(HomeError, match=r"home\.json is damaged"):
        home.record  # noqa: B018 - reading it is the point


@pytest.mark.parametrize(
    "url",
    ["s3://bucket/home", "gs://bucket", "file:///srv/clio", "simplecache::s3://bucket", "s3:"],
)
def test_home_is_refused_when_a_url_names_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, url)
    with pytest.raises(UsageError, match="a folder of this machine"):
        home_from_environment()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["home", ".", "a/s3:/b", "C:", "/srv/s3:/home"])
def test_home_is_taken_when_a_folder_names_it(name: str) -> None:
    assert Home(Path(name)).path == Path(name).absolute()
