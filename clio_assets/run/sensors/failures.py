"""Tells the webhook of runs that failed."""

from collections.abc import Callable

import dagster as dg
from dagster._core.storage.tags import WILL_RETRY_TAG

from clio_assets.ground.windows import by_map
from clio_assets.home.notify_settings import NotifySettings
from clio_assets.notify.notice import Notice
from clio_assets.notify.webhook import send
from clio_assets.run.jobs import DOCTOR_JOB
from clio_assets.run.schedules.under_way import PARTITION, RANGE_END, RANGE_START


def build_failure_sensor(settings: Callable[[], NotifySettings]) -> dg.SensorDefinition:
    """The sensor, off until the operator turns it on in the UI."""

    @dg.run_failure_sensor(
        name="failure_sensor",
        description="Tells the webhook of [notify] of every run that failed, in fixed words.",
    )
    def failures(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        run = context.dagster_run
        if run.tags.get(WILL_RETRY_TAG) == "true":
            return dg.SkipReason("a crash; the run is tried again")
        became = send(settings(), failure_notice(context.instance, run))
        return dg.SkipReason(f"the notice: {became}")

    return failures


def failure_notice(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Notice:
    """What may be told of a failed run: its job, partitions and the rules that did not hold.

    Its errors stay in Dagster.
    """
    evaluations = [
        record.event_log_entry.asset_check_evaluation
        for record in instance.get_records_for_run(
            run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
        ).records
    ]
    failed = [one for one in evaluations if one is not None and not one.passed]
    partitions = by_map({one.partition for one in failed if one.partition})
    tags = (RANGE_START, RANGE_END, PARTITION)
    return Notice(
        occasion="doctor" if run.job_name == DOCTOR_JOB else "failure",
        job=run.job_name,
        partitions=tuple(partitions or dict.fromkeys(run.tags[t] for t in tags if t in run.tags)),
        rules=tuple(sorted({one.check_name for one in failed})),
        counts={"failed_checks": len(failed)},
        run_id=run.run_id,
    )
