"""Jobs and schedules: days after they end, windows after their last day has had its turn, and what
is past retention in between."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from clio_assets.erasure.purge import purge, retention_start
from clio_assets.errors import contained
from clio_assets.ground.windows import WindowKind, window_of
from clio_assets.run.outcomes import RELEASE
from clio_assets.run.steps.landing import LANDING_JOB
from clio_assets.stages import LANDING
from clio_assets.workbench.assets import DAILY_JOB, Bench, Days, MapWindows
from privacy_checks.gates.check import failures_with_exit_codes

RETENTION_JOB = "retention"

#: When each kind of window is made, UTC: two hours after the last day's own run.
WINDOW_CRON: dict[WindowKind, str] = {
    "all": "0 3 * * *",
    "day": "0 3 * * *",
    "week": "0 3 * * 1",
    "month": "0 3 1 * *",
}


@dg.op(description="Deletes private days and windows that are older than the policy allows.")
def purge_past_retention(context: dg.OpExecutionContext, workbench: Bench) -> None:
    """Delete what is older than the policy's `retention_days`; without them, nothing."""
    days, home = workbench.policy.retention_days, workbench.home
    if days is None or not home.exists:
        context.log.info("the policy sets no retention_days, or nothing is stored yet")
        return
    with (
        failures_with_exit_codes(),
        contained("retention", "of this home"),
        home.only_run(),
    ):
        found = purge(home, workbench.lake, retention_start(days, datetime.now(UTC).date()))
    context.add_output_metadata(
        {
            "before": found.before.isoformat() if found.before else "",
            "days": len(found.days),
            "windows": len(found.windows),
            "partitions": found.partitions,
            "records": found.records,
        }
    )


@dg.job(name=RETENTION_JOB, description="Deletes what is past retention; releases stay.")
def retention() -> None:
    """The job of `clio purge` under Dagster."""
    purge_past_retention()


def build_jobs(days: Days, maps: Sequence[MapWindows]) -> list[UnresolvedAssetJobDefinition]:
    """One job for what is landed, one for days and one a map; Dagster allows none over partitions
    of different kinds."""
    landing = dg.define_asset_job(
        LANDING_JOB,
        dg.AssetSelection.assets(days.asset(LANDING)),
        description="Reads the sources that have changed.",
    )
    of_days = dg.define_asset_job(
        DAILY_JOB,
        dg.AssetSelection.assets(*map(days.asset, days.stages)),
        description="Conversations, facets and embeddings of days.",
    )
    of_maps = [
        dg.define_asset_job(
            windows.job,
            dg.AssetSelection.assets(*map(windows.asset, [*windows.stages, RELEASE])),
            description=f"Slices to the release of the map {windows.named}."
            if windows.named
            else "Clusters to the release of windows.",
        )
        for windows in maps
    ]
    return [landing, of_days, *of_maps]


#: Before the day's own run, so that nothing that is about to go is read.
RETENTION_SCHEDULE = dg.ScheduleDefinition(
    name="retention_schedule",
    cron_schedule="30 0 * * *",
    job_name=RETENTION_JOB,
    execution_timezone="UTC",
    description="Every night, what has become older than the policy's retention_days.",
)


def build_schedules(maps: Sequence[MapWindows]) -> list[dg.ScheduleDefinition]:
    """The schedules, off until the operator turns them on in the UI."""

    @dg.schedule(
        name="daily_schedule",
        cron_schedule="0 1 * * *",
        job_name=DAILY_JOB,
        execution_timezone="UTC",
        description="Every night at one, the day that has just ended.",
    )
    def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        day = context.scheduled_execution_time.date() - timedelta(days=1)
        return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())

    return [daily, *map(_window_schedule, maps), RETENTION_SCHEDULE]


def _window_schedule(windows: MapWindows) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{windows.job}_schedule",
        cron_schedule=WINDOW_CRON[windows.kind],
        job_name=windows.job,
        execution_timezone="UTC",
        description="After the last day of each window, the window that has just ended.",
    )
    def window(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        yesterday = context.scheduled_execution_time.date() - timedelta(days=1)
        key = window_of(yesterday, windows.kind)
        return dg.RunRequest(run_key=f"{key} {yesterday.isoformat()}", partition_key=key)

    return window
