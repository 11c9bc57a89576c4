"""Runs that nobody executes any more."""

import dagster as dg

from clio_assets.run.steps.lost import BY_COMMAND, close_lost_runs


@dg.op(pool="memory")
def nothing() -> None: ...


@dg.job
def job() -> None:
    nothing()


def test_run_of_a_killed_command_is_closed_and_its_place_freed_when_the_next_begins() -> None:
    with dg.instance_for_test() as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots("memory", 1)
        lost = instance.create_run_for_job(job, tags=BY_COMMAND, status=dg.DagsterRunStatus.STARTED)
        other = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        storage.claim_concurrency_slot("memory", lost.run_id, "nothing")
        assert close_lost_runs(instance) == 1
        found = {run.run_id: run.status for run in instance.get_runs()}
        assert found[lost.run_id] == dg.DagsterRunStatus.FAILURE
        assert found[other.run_id] == dg.DagsterRunStatus.STARTED
        assert storage.get_concurrency_info("memory").active_slot_count == 0
