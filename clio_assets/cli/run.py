"""`clio run`: from sources to a published map, on the same instance that Dagster's UI shows."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer

from clio_assets.cli.options import (
    DayOption,
    FormatOption,
    OwnUserOption,
    SourceArgument,
    source_settings,
)
from clio_assets.errors import ClioError, PrivacyGateError, RunError, StageError, UsageError
from clio_assets.ground.windows import WindowKind, map_of, window_in
from clio_assets.home.home import HOME_VARIABLE, Home

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.execution.plan.objects import UserFailureData
    from dagster._utils.error import SerializableErrorInfo  # type: ignore[attr-defined]

    from clio_assets.cli.progress import RichProgress
    from clio_assets.workbench.workbench import Workbench

#: What Dagster makes of Ctrl-C, inside a step and between two.
_INTERRUPTS: Final = ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


def run(
    context: typer.Context,
    source: SourceArgument = None,
    shape: FormatOption = None,
    day: DayOption = None,
    own_user: OwnUserOption = False,
    window: Annotated[
        str | None,
        typer.Option(help="all, day, week or month: one map each. Fixed by a home's first run."),
    ] = None,
) -> None:
    """Read the sources and make every map that is missing or out of date.

    A new home makes one map of everything unless --window says otherwise. What is already made and
    unchanged is not made again.
    """
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.cli.report import print_outcome

    if window is not None and window not in get_args(WindowKind):
        raise UsageError(f"--window must be one of {', '.join(get_args(WindowKind))}")
    home: Home = context.obj
    fixed = "window" in home.settings.model_fields_set
    kind = home.check_window(window or (None if home.exists or fixed else "all"))  # type: ignore[arg-type]
    given = source or shape or day or own_user
    chosen = source_settings(home.settings.source, source, shape, day, own_user)
    if given and not chosen.paths:
        raise UsageError("name the SOURCE that these options are about")
    home.prepare()
    home.check_access()
    with _interruptible(), home.only_run():
        use_home(home)
        with RichProgress(Console(stderr=True)) as progress:
            bench = make_maps(home, progress, chosen if given else None, kind)
        print_outcome(bench)


def make_maps(
    home: Home, progress: "RichProgress", source: object, kind: WindowKind
) -> "Workbench":
    """Land a newly given source and all changed ones, and make every map that is missing.

    The caller has prepared the home, holds it (`Home.only_run`) and has pointed Dagster at it.
    """
    with progress.step("Starting"):
        from clio_assets.definitions import build_workbench

        bench = build_workbench(home, progress)
    _land(bench, source, kind)
    _materialize(bench, progress)
    return bench


@contextmanager
def _interruptible() -> Iterator[None]:
    """Where Ctrl-C ends the run, say that nothing of what is made is lost."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Abort("run again to go on where it stopped") from None


def use_home(home: Home) -> None:
    """Point Dagster, here and in child processes, at the home."""
    os.environ[HOME_VARIABLE] = str(home.path)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    home.dagster.mkdir(parents=True, exist_ok=True)
    instance = home.dagster / "dagster.yaml"
    if not instance.exists():
        import clio_assets

        package = Path(clio_assets.__file__).parent
        beside = package.parent / "dagster.yaml"
        shutil.copyfile(beside if beside.exists() else package / "dagster.yaml", instance)


def _land(bench: "Workbench", source: object, kind: WindowKind) -> None:
    """Land a newly given source first: one that cannot be read is not remembered."""
    from clio_assets.home.settings import SourceSettings
    from clio_assets.landing.source import land_source
    from clio_assets.workbench.landing import refresh_landing

    if isinstance(source, SourceSettings):
        land_source(bench.home, bench.lake, source, bench.progress.track)
        bench.add_source(source)
    refresh_landing(bench, kind, settle=False)


def _materialize(bench: "Workbench", progress: "RichProgress") -> None:
    """Run Dagster's own jobs in this process for what is stale."""
    import dagster as dg

    from clio_assets.definitions import build_definitions
    from clio_assets.run.planning import ranges, stale_days, stale_windows
    from clio_assets.workbench.assets import DAILY_JOB, window_job

    definitions = build_definitions(bench)
    with dg.DagsterInstance.get() as instance:
        days = definitions.resolve_job_def(DAILY_JOB)
        for first, last in ranges(stale_days(bench), bench.landed_days()):
            with progress.step(f"Days {first} to {last}"):
                _execute(days, instance, _range_tags(first, last))
        for key in stale_windows(bench):
            windows = definitions.resolve_job_def(window_job(map_of(key)))
            with progress.step(f"Window {key}"):
                _execute(windows, instance, {"dagster/partition": window_in(key)})


def _range_tags(first: date, last: date) -> dict[str, str]:
    if first == last:
        return {"dagster/partition": first.isoformat()}
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


def _execute(job: "dg.JobDefinition", instance: "dg.DagsterInstance", tags: dict[str, str]) -> None:
    """One in-process run; a failure becomes an error of the taxonomy, Ctrl-C one again."""
    result = job.execute_in_process(
        instance=instance,
        partition_key=tags.get("dagster/partition"),
        tags={} if "dagster/partition" in tags else tags,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    if not result.success:
        raise _failure(result)


def _failure(result: "dg.ExecuteInProcessResult") -> ClioError | KeyboardInterrupt:
    """What stopped the run: a refused partition, the error of the stage that broke, or Ctrl-C."""
    for event in result.all_events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed:
                refused = evaluation.metadata["refused"].value
                listed = "; ".join(
                    f"{key} ({', '.join(checks) or 'no check ran'})"
                    for key, checks in sorted(refused.items())  # type: ignore[union-attr]
                )
                return PrivacyGateError(
                    f"the privacy gate of {evaluation.asset_key.to_user_string()} refused "
                    f"{listed}. Nothing of it moves on. `clio status` shows the numbers; mend the "
                    "source or the configuration and run again"
                )
    steps = (event.step_failure_data for event in result.all_events if event.is_step_failure)
    for step in steps:
        if error := _told(step.user_failure_data) or _untold(step.error):
            return error
    runs = (event.job_failure_data for event in result.all_events if event.is_job_failure)
    for run_failure in runs:  # what ended the run between two steps
        if error := _untold(run_failure.error):
            return error
    return StageError("Dagster could not run the job; see the run in `clio dagster`")


def _told(data: "UserFailureData | None") -> ClioError | None:
    """An error of the platform's own, whose words hold no content; None where it was another."""
    from privacy_checks.gates.check import EXIT_CODE

    code = data.metadata.get(EXIT_CODE) if data is not None else None
    if data is None or code is None or not isinstance(code.value, int):
        return None
    return RunError(data.description or "", code.value)


def _untold(outermost: "SerializableErrorInfo | None") -> StageError | KeyboardInterrupt | None:
    """Of a foreign error the kind and the system's reason alone: its message may quote content."""
    innermost = outermost
    while innermost is not None and innermost.cause is not None:
        innermost = innermost.cause
    if innermost is None:
        return None
    if innermost.cls_name in _INTERRUPTS:
        return KeyboardInterrupt()
    number = re.search(r"\[Errno (\d+)\]", innermost.message)
    reason = f" ({os.strerror(int(number[1]))})" if number else ""
    kind = innermost.cls_name or "an error"
    return StageError(f"Dagster's run failed with {kind}{reason}; run again")
