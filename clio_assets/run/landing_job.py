"""The job that lands what changed of the sources."""

from typing import Final

import dagster as dg

from clio_assets.errors import contained
from clio_assets.workbench.assets import Bench
from clio_assets.workbench.landing import refresh_landing
from privacy_checks.gates.check import failures_with_exit_codes

LANDING_JOB: Final = "landing"


@dg.op(description="Reads the sources whose files changed, and splits them by day.")
def land_changed_sources(context: dg.OpExecutionContext, workbench: Bench) -> None:
    """Land every source that changed."""
    with failures_with_exit_codes(), contained("landing", "of the sources"):
        refresh_landing(workbench)
    context.add_output_metadata({"days": len(workbench.landed_days())})


@dg.job(name=LANDING_JOB, description="Reads the sources that have changed.")
def landing() -> None:
    """Landing alone; days and windows are asked for by their own schedules."""
    land_changed_sources()
