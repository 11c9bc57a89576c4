"""The schedules, evaluated as Dagster's daemon would."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from clio_assets.definitions import build_definitions
from clio_assets.errors import UsageError
from clio_assets.run.schedules.under_way import range_tags
from clio_assets.workbench.workbench import Workbench
from tests.fakes.days import MONDAY, days, home_of_days, make_day, make_window

#: Two weeks after the Monday, at one in the night.
NIGHT = datetime(2026, 10, 12, 1, tzinfo=UTC)
WEEK, NEXT = MONDAY.isoformat(), (MONDAY + timedelta(days=7)).isoformat()


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as found:
        yield found


@pytest.fixture
def instance(stored: dg.DagsterInstance) -> dg.DagsterInstance:
    """An instance without runs; ticks ask for one that is stored."""
    stored.wipe()
    return stored


@cache
def repository_of(bench: Workbench) -> dg.RepositoryDefinition:
    """Loaded once, as by the process that evaluates ticks."""
    return build_definitions(bench).get_repository_def()


def tick(
    bench: Workbench, name: str, instance: dg.DagsterInstance, at: datetime = NIGHT
) -> dict[str, Any]:
    """What the schedule says at a time: `tags` and `keys` of its requests, and why it skips."""
    repository = repository_of(bench)
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=at, repository_def=repository
    ) as context:
        found = repository.get_schedule_def(name).evaluate_tick(context)
    requests = found.run_requests or []
    own = ("dagster/partition", "dagster/asset_partition_range")
    return {
        "tags": [{k: v for k, v in r.tags.items() if k.startswith(own)} for r in requests],
        "keys": [r.run_key for r in requests],
        "skips": found.skip_message,
    }


def test_nights_that_were_lost_are_asked_for_in_one_run_when_the_machine_is_back(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    bench = home_of_days(tmp_path / "home", days(14))
    for day in days(3):
        make_day(bench, day)
    first, last = days(14)[3].isoformat(), days(14)[-1].isoformat()
    found = tick(bench, "daily_schedule", instance)
    assert found["tags"] == [range_tags(first, last)]
    assert tick(bench, "daily_schedule", instance) == found
    later = tick(bench, "daily_schedule", instance, NIGHT + timedelta(hours=3))
    assert later["tags"] == found["tags"]
    assert later["keys"] != found["keys"]
    status = dg.DagsterRunStatus.STARTED
    create_run_for_test(instance, job_name="daily", status=status, tags=range_tags(first, last))
    assert tick(bench, "daily_schedule", instance)["skips"] == (
        "nothing to ask for; left out: 11 under way"
    )


def test_windows_are_asked_for_when_their_days_are_current_and_grace_is_over(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    landed = [days(14)[0], days(14)[7]]
    bench = home_of_days(tmp_path / "home", landed)
    for day in landed:
        make_day(bench, day)
    assert tick(bench, "window_schedule", instance)["tags"] == [{"dagster/partition": WEEK}]
    a_day_later = NIGHT + timedelta(days=1)
    found = tick(bench, "window_schedule", instance, a_day_later)
    assert found["tags"] == [range_tags(WEEK, NEXT)]
    make_window(bench, WEEK)
    make_window(bench, NEXT)
    assert tick(bench, "window_schedule", instance, a_day_later)["skips"] == "nothing to ask for"


def test_settings_of_the_moment_count_when_they_changed_after_the_code_was_loaded(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    bench = home_of_days(tmp_path / "home", days(1))
    make_day(bench, MONDAY)
    assert tick(bench, "daily_schedule", instance)["tags"] == []
    (bench.home.path / "clio.toml").write_text("seed = 7\n")
    assert tick(bench, "daily_schedule", instance)["tags"] == [{"dagster/partition": WEEK}]


def test_landing_is_asked_for_when_a_file_is_new_and_none_is_under_way(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    settings = f'[source]\npaths = ["{folder}/*.jsonl"]\nsettle_seconds = 0\n'
    bench = home_of_days(tmp_path / "home", [], settings=settings)
    assert tick(bench, "landing_schedule", instance)["skips"] == "no file of a source has changed"
    (folder / "one.jsonl").write_text("{}\n")
    assert len(tick(bench, "landing_schedule", instance)["keys"]) == 1
    create_run_for_test(instance, job_name="landing", status=dg.DagsterRunStatus.STARTED)
    assert tick(bench, "landing_schedule", instance)["skips"] == "a landing is under way"


def test_schedules_follow_the_configured_times_when_they_are_built(tmp_path: Path) -> None:
    settings = (
        '[schedule]\ntime_zone = "Europe/Berlin"\ndays_at = ["02:05", "20:00"]\n'
        'retention_at = "23:59"\n'
    )
    found: Any = build_definitions(home_of_days(tmp_path / "home", [], settings=settings))
    crons = {one.name: one.cron_schedule for one in found.schedules}
    assert crons["daily_schedule"] == ["5 2 * * *", "0 20 * * *"]
    assert crons["retention_schedule"] == ["59 23 * * *"]
    assert set(crons) == {
        *("landing_schedule", "daily_schedule", "window_schedule", "retention_schedule"),
        *("doctor_schedule", "on_time_schedule"),
    }
    assert {one.execution_timezone for one in found.schedules} == {"Europe/Berlin"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('days_at = ["25:00"]', "days_at"),
        ("days_at = []", "at least one time"),
        ('time_zone = "Nowhere/Else"', "no such time zone"),
        ('time_zone = "../etc"', "no such time zone"),
        ("expected_days = 8", "expected_days"),
    ],
)
def test_schedule_is_refused_when_it_cannot_be_followed(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        home_of_days(tmp_path / "home", [], settings=f"[schedule]\n{line}\n")
