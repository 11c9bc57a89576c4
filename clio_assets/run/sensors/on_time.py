"""Whether days and windows are there when they should be: a check of Dagster's that blocks nothing.

Dagster's own freshness check of time partitions asks for the newest partition there is. With the
running day among those offered, as here, that one is never there (findings/); and it takes a
partition that is made for one that is sealed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from clio_assets.errors import contained
from clio_assets.ground.windows import map_of, window_in
from clio_assets.home.schedule_settings import ScheduleSettings
from clio_assets.notify.notice import Notice
from clio_assets.notify.webhook import send
from clio_assets.run.jobs import ON_TIME
from clio_assets.run.schedules.asking import held, overdue_days, overdue_windows
from clio_assets.run.schedules.build import crons
from clio_assets.run.schedules.facts import Facts, facts_of_days, facts_of_windows
from clio_assets.run.schedules.under_way import taken
from clio_assets.workbench.assets import DAILY_JOB, window_job
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.check import failures_with_exit_codes


@dataclass(frozen=True)
class OnTime:
    """The checks, the job that runs them and its schedule."""

    checks: list[dg.AssetChecksDefinition]
    job: UnresolvedAssetJobDefinition
    schedule: dg.ScheduleDefinition


def build_on_time(
    assets: Mapping[str, dg.AssetKey], settings: ScheduleSettings, bench: Callable[[], Workbench]
) -> OnTime:
    """Checks of the last asset of the days, under the name of their job, and of those of maps."""
    checks = [_check(job, asset, bench) for job, asset in assets.items()]
    job = dg.define_asset_job(
        ON_TIME,
        dg.AssetSelection.checks(*checks),
        description="Whether days and windows are there when they should be.",
    )
    schedule = dg.ScheduleDefinition(
        name=f"{ON_TIME}_schedule",
        job_name=ON_TIME,
        cron_schedule=crons([settings.fresh_by]),
        execution_timezone=settings.time_zone,
        description="Every day, whether days and windows are there that should be.",
    )
    return OnTime(checks, job, schedule)


def _check(
    job: str, asset: dg.AssetKey, bench: Callable[[], Workbench]
) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=asset,
        name=ON_TIME,
        blocking=False,
        description="Everything that is over is sealed as it would be made now, and conversations "
        "come in.",
    )
    def on_time(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        moment = datetime.now(UTC)
        with failures_with_exit_codes(), contained("the check", ON_TIME):
            now = bench()
            overdue, kept = _overdue(context.instance, now, job, moment)
        if overdue and context.run.job_name == ON_TIME:
            counts = {"overdue": len(overdue)}
            notice = Notice("overdue", job, tuple(overdue), (), counts, context.run.run_id)
            context.log.info(f"the notice: {send(now.settings.notify, notice)}")
        return dg.AssetCheckResult(
            passed=not overdue,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "overdue": len(overdue),
                "first": overdue[0] if overdue else "none",
                "last": overdue[-1] if overdue else "none",
                "held_for_lack_of_days": kept,
            },
        )

    return on_time


def _overdue(
    instance: dg.DagsterInstance, bench: Workbench, job: str, moment: datetime
) -> tuple[list[str], int]:
    """Partitions of the job that should be there, and how many windows are held."""
    settings, today = bench.settings.schedule, moment.date()
    if job == DAILY_JOB:
        facts = facts_of_days(bench, today)
        known = [day.isoformat() for day in facts.days]
        at_work = taken(instance, job, known, moment, settings.attempts)
        return [day.isoformat() for day in overdue_days(facts, settings, at_work)], 0
    facts = facts_of_windows(bench, today)
    of_map = [key for key in facts.windows if window_job(map_of(key)) == job]
    at_work = taken(instance, job, map(window_in, of_map), moment, settings.attempts)
    named = next((name for name in facts.kinds if window_job(name) == job), "")
    late = overdue_windows(facts, settings, named, at_work)
    return late, _held(facts, settings, of_map)


def _held(facts: Facts, settings: ScheduleSettings, keys: list[str]) -> int:
    return sum(held(facts, settings, key) for key in keys if key in facts.stale_windows)
