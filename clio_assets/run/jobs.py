"""Jobs: what makes days and windows, and what deletes what is past retention."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from clio_assets.erasure.purge import purge, retention_start
from clio_assets.errors import contained
from clio_assets.run.outcomes import RELEASE
from clio_assets.run.steps.landing import LANDING_JOB
from clio_assets.stages import LANDING
from clio_assets.workbench.assets import DAILY_JOB, Bench, Days, MapWindows
from privacy_checks.gates.check import failures_with_exit_codes

RETENTION_JOB = "retention"
DOCTOR_JOB = "doctor"
#: The check, and the job that runs it.
ON_TIME = "on_time"


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
        _made_and_judged([*map(days.asset, days.stages)]),
        description="Conversations, facets and embeddings of days.",
    )
    of_maps = [
        dg.define_asset_job(
            windows.job,
            _made_and_judged([*map(windows.asset, [*windows.stages, RELEASE])]),
            description=f"Slices to the release of the map {windows.named}."
            if windows.named
            else "Clusters to the release of windows.",
        )
        for windows in maps
    ]
    return [landing, of_days, *of_maps]


def _made_and_judged(assets: Sequence[dg.AssetKey]) -> dg.AssetSelection:
    """Assets with their gates, and without the check of the last one that asks whether all of it is
    on time: a run is judged by what it makes."""
    on_time = dg.AssetCheckKey(assets[-1], ON_TIME)
    return dg.AssetSelection.assets(*assets) - dg.AssetSelection.checks(on_time)
