"""`clio doctor` as a job that a schedule starts."""

import dagster as dg

from clio_assets.doctor.examine import examine
from clio_assets.errors import HomeError
from clio_assets.run.jobs import DOCTOR_JOB
from clio_assets.workbench.assets import Bench
from privacy_checks.gates.check import failures_with_exit_codes


@dg.op(description="Looks at access, keys, policy, every partition and the release.")
def examine_home(context: dg.OpExecutionContext, workbench: Bench) -> None:
    """Fail where anything is wrong, naming the checks; what they found stays with `clio doctor`."""
    home = workbench.home
    if not home.exists:
        context.log.info("there is no home yet")
        return
    found = list(examine(home))
    context.add_output_metadata({one.check: "well" if one.well else "not well" for one in found})
    wrong = [one.check for one in found if not one.well]
    if wrong:
        with failures_with_exit_codes():
            raise HomeError(f"not all is well: {', '.join(wrong)}; `clio doctor` says what to do")


@dg.job(name=DOCTOR_JOB, description="Whether anything is wrong with this home.")
def doctor() -> None:
    """The job of `clio doctor` under Dagster."""
    examine_home()
