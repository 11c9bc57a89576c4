"""The schedules: at their times they ask for whatever is stale.

A schedule of Dagster's drops the ticks that it missed. Asking for what is stale instead of for
what has just ended makes an outage, a failure, late data and a changed policy one case.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from clio_assets.errors import contained
from clio_assets.ground.windows import map_of, window_in
from clio_assets.home.schedule_settings import ScheduleSettings
from clio_assets.landing.changes import changed_files
from clio_assets.run.jobs import DOCTOR_JOB, RETENTION_JOB
from clio_assets.run.schedules.asking import Ask, ask_for_days, ask_for_windows
from clio_assets.run.schedules.facts import facts_of_days, facts_of_windows
from clio_assets.run.schedules.under_way import is_under_way, range_tags, taken
from clio_assets.run.steps.landing import LANDING_JOB
from clio_assets.workbench.assets import DAILY_JOB, MapWindows
from clio_assets.workbench.workbench import Workbench

#: The home as it is at a tick: built anew, which takes milliseconds and loads no model. Ticks mute
#: nothing: the process that evaluates them has several at once, and loads no text.
Bench = Callable[[], Workbench]

Tick = Iterator[dg.RunRequest | dg.SkipReason]


def build_schedules(
    maps: Sequence[MapWindows], settings: ScheduleSettings, bench: Bench
) -> list[dg.ScheduleDefinition]:
    """The schedules, off until the operator turns them on in the UI."""
    return [
        _landing_schedule(settings, bench),
        _daily_schedule(settings, bench),
        *(_window_schedule(windows, settings, bench) for windows in maps),
        # before the day's own run, so that nothing that is about to go is read
        _plain(
            RETENTION_JOB,
            settings.retention_at,
            settings,
            "Every night, what has become older than the policy's retention_days.",
        ),
        _plain(DOCTOR_JOB, settings.doctor_at, settings, "Every day, whether all is well."),
    ]


def crons(times: Sequence[str]) -> list[str]:
    """Times of day as lines of cron.

    >>> crons(("01:00", "13:30"))
    ['0 1 * * *', '30 13 * * *']
    """
    return [f"{int(time[3:])} {int(time[:2])} * * *" for time in times]


def _plain(
    job: str, time: str, settings: ScheduleSettings, description: str
) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"{job}_schedule",
        job_name=job,
        cron_schedule=crons([time]),
        execution_timezone=settings.time_zone,
        description=description,
    )


def _landing_schedule(settings: ScheduleSettings, bench: Bench) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="landing_schedule",
        cron_schedule=crons(settings.landing_at),
        job_name=LANDING_JOB,
        execution_timezone=settings.time_zone,
        description="Lands the sources, where a file is new, changed or gone.",
    )
    def landing_of_changes(context: dg.ScheduleEvaluationContext) -> Tick:
        with contained("the schedule", "of landing", mute=False):
            now = bench()
            found = changed_files(now.home, now.lake, now.sources())
        if not found.any:
            yield dg.SkipReason("no file of a source has changed")
        elif is_under_way(context.instance, LANDING_JOB):
            yield dg.SkipReason("a landing is under way")
        else:
            yield dg.RunRequest(run_key=_moment(context).isoformat())

    return landing_of_changes


def _daily_schedule(settings: ScheduleSettings, bench: Bench) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="daily_schedule",
        cron_schedule=crons(settings.days_at),
        job_name=DAILY_JOB,
        execution_timezone=settings.time_zone,
        description="Every landed day that is not current: those that ended, came late, failed, or "
        "were made under other settings.",
    )
    def daily(context: dg.ScheduleEvaluationContext) -> Tick:
        moment = _moment(context)
        with contained("the schedule", "of days", mute=False):
            now = bench()
            facts = facts_of_days(now, moment.date())
            known = [day.isoformat() for day in facts.days]
            attempts = now.settings.schedule.attempts
            held = taken(context.instance, DAILY_JOB, known, moment, attempts)
            ask = ask_for_days(facts, held)
        yield from _requests(context, ask)

    return daily


def _window_schedule(
    windows: MapWindows, settings: ScheduleSettings, bench: Bench
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{windows.job}_schedule",
        cron_schedule=crons(settings.windows_at),
        job_name=windows.job,
        execution_timezone=settings.time_zone,
        description="Every window that is not current, once its days are and it is over.",
    )
    def window(context: dg.ScheduleEvaluationContext) -> Tick:
        moment = _moment(context)
        with contained("the schedule", "of windows", mute=False):
            now = bench()
            schedule = now.settings.schedule
            facts = facts_of_windows(now, moment.date())
            known = [window_in(key) for key in facts.windows if map_of(key) == windows.named]
            held = taken(context.instance, windows.job, known, moment, schedule.attempts)
            ask = ask_for_windows(facts, schedule, windows.named, held)
        yield from _requests(context, ask)

    return window


def _moment(context: dg.ScheduleEvaluationContext) -> datetime:
    """The time that the tick is for; days are in UTC."""
    return context.scheduled_execution_time.astimezone(UTC)


def _requests(context: dg.ScheduleEvaluationContext, ask: Ask) -> Tick:
    """A run for each range. A tick that is evaluated twice asks once; the next may ask again."""
    if not ask.runs:
        yield dg.SkipReason(ask.said)
        return
    context.log.info(ask.said)
    for first, last in ask.runs:
        key = f"{_moment(context).isoformat()} {first} {last}"
        # not `partition_key`: it would be looked for among the partitions of when the code loaded
        yield dg.RunRequest(run_key=key, tags=range_tags(first, last))
