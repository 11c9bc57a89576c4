"""What other runs of Dagster hold, read off their tags."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from clio_assets.run.schedules.under_way import is_under_way, partitions_of, range_tags, taken

DAYS = [f"2026-10-0{n}" for n in range(1, 7)]
Status = dg.DagsterRunStatus


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def run(
    instance: dg.DagsterInstance, status: Status, first: str, last: str, job: str = "daily"
) -> None:
    create_run_for_test(instance, job_name=job, status=status, tags=range_tags(first, last))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (range_tags(DAYS[1], DAYS[1]), DAYS[1:2]),
        (range_tags(DAYS[1], DAYS[3]), DAYS[1:4]),
        ({"dagster/partition": "all"}, ["all"]),
        ({}, []),
    ],
)
def test_partitions_are_read_off_the_tags_when_a_run_has_them(
    tags: dict[str, str], found: list[str]
) -> None:
    assert sorted(partitions_of(tags, [*DAYS, "all"])) == found


@pytest.mark.parametrize(
    ("status", "job", "held"),
    [
        (Status.NOT_STARTED, "daily", 2),
        (Status.STARTING, "daily", 2),
        (Status.STARTED, "daily", 2),
        (Status.STARTED, "__ASSET_JOB", 2),
        (Status.STARTED, "window", 0),
        (Status.SUCCESS, "daily", 0),
        (Status.FAILURE, "daily", 0),
        (Status.CANCELED, "daily", 0),
    ],
)
def test_partitions_are_under_way_when_a_run_of_theirs_is_not_finished(
    instance: dg.DagsterInstance, status: Status, job: str, held: int
) -> None:
    run(instance, status, DAYS[0], DAYS[1], job)
    assert taken(instance, "daily", DAYS, now(), 1).under_way == frozenset(DAYS[:held])
    assert is_under_way(instance, "daily") == (held > 0 and job == "daily")


def test_partitions_have_failed_too_often_when_that_many_runs_did_in_one_night(
    instance: dg.DagsterInstance,
) -> None:
    run(instance, Status.FAILURE, DAYS[0], DAYS[3])
    run(instance, Status.FAILURE, DAYS[3], DAYS[4])
    assert taken(instance, "daily", DAYS, now(), 2).failed == {DAYS[3]}
    assert taken(instance, "daily", DAYS, now(), 3).failed == frozenset()
    tomorrow = now() + timedelta(hours=24)
    assert taken(instance, "daily", DAYS, tomorrow, 2).failed == frozenset()
