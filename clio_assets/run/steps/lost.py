"""Runs of `clio run` whose process was killed: Dagster alone would show them as running on."""

from typing import Final

import dagster as dg

#: Tag of the runs that a command executes itself. It holds the home, so there is one at a time.
BY_COMMAND: Final = {"clio/executed_by": "clio run"}
_UNDER_WAY: Final = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def close_lost_runs(instance: dg.DagsterInstance) -> int:
    """Mark what an earlier command left under way as failed, and free its places in pools.

    Only for who holds the home (`Home.only_run`). How many there were.
    """
    lost = instance.get_runs(dg.RunsFilter(statuses=_UNDER_WAY, tags=dict(BY_COMMAND)))
    for run in lost:
        instance.report_run_failed(run, "The command that executed this run was stopped.")
        if instance.event_log_storage.supports_global_concurrency_limits:
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return len(lost)
