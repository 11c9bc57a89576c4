"""What the webhook is told of runs that failed."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from dagster import AssetCheckEvaluation

from clio_assets.home.notify_settings import NotifySettings
from clio_assets.run.sensors import failures
from clio_assets.run.sensors.failures import build_failure_sensor, failure_notice

SAID = "my knee hurts"


@dg.multi_asset(
    specs=[dg.AssetSpec("facets")],
    check_specs=[
        dg.AssetCheckSpec(name, asset="facets") for name in ("facets_gate", "quarantine", "columns")
    ],
    partitions_def=dg.DailyPartitionsDefinition("2026-10-01"),
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def refused_on_one_day() -> Iterator[AssetCheckEvaluation]:
    for day in ("2026-10-01", "2026-10-02"):
        for name in ("facets_gate", "quarantine", "columns"):
            yield AssetCheckEvaluation(
                asset_key=dg.AssetKey("facets"),
                check_name=name,
                passed=day == "2026-10-01" or name == "columns",
                metadata={},
                partition=day,
            )
    raise ValueError(SAID)


@dg.op
def examine_home() -> None:
    raise ValueError(SAID)


@dg.job
def doctor() -> None:
    examine_home()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def failed(instance: dg.DagsterInstance) -> dg.DagsterRun:
    result = dg.materialize(
        [refused_on_one_day],
        instance=instance,
        raise_on_error=False,
        tags={
            "dagster/asset_partition_range_start": "2026-10-01",
            "dagster/asset_partition_range_end": "2026-10-02",
        },
    )
    assert not result.success
    return result.dagster_run


def test_notice_names_the_refused_day_and_its_rules_when_a_run_failed(
    instance: dg.DagsterInstance,
) -> None:
    run = failed(instance)
    notice = failure_notice(instance, run)
    assert (notice.occasion, notice.partitions) == ("failure", ("2026-10-02",))
    assert notice.rules == ("facets_gate", "quarantine")
    assert dict(notice.counts) == {"failed_checks": 2}
    assert SAID not in str(notice.body())


def test_notice_is_the_doctors_when_its_job_failed(instance: dg.DagsterInstance) -> None:
    result = doctor.execute_in_process(instance=instance, raise_on_error=False)
    notice = failure_notice(instance, result.dagster_run)
    assert (notice.occasion, notice.job, notice.partitions) == ("doctor", "doctor", ())
    assert SAID not in str(notice.body())


@pytest.mark.parametrize(("tags", "sent"), [({}, 1), ({"dagster/will_retry": "true"}, 0)])
def test_sensor_tells_of_a_failed_run_when_it_is_not_tried_again(
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    tags: dict[str, str],
    sent: int,
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(failures, "send", lambda _, notice: told.append(notice) or "sent")
    result = doctor.execute_in_process(instance=instance, raise_on_error=False)
    run = result.dagster_run.with_tags({**result.dagster_run.tags, **tags})
    context = dg.build_run_status_sensor_context(
        sensor_name="failure_sensor",
        dagster_instance=instance,
        dagster_run=run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    build_failure_sensor(NotifySettings)(context)
    assert len(told) == sent
