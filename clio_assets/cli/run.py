"""`clio run`: from sources to a published map, on the same instance that Dagster's UI shows."""

import os
import re
from collections.abc import Iterator, Sequence
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
from clio_assets.errors import (
    ClioError,
    RunError,
    StageError,
    UsageError,
    before_reading,
    in_one_line,
)
from clio_assets.ground.compiled import keep_compiled
from clio_assets.ground.windows import WindowKind, listed_by_map, map_of, window_in
from clio_assets.home.home import HOME_VARIABLE, Home

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.execution.plan.objects import UserFailureData
    from dagster._utils.error import SerializableErrorInfo  # type: ignore[attr-defined]

    from clio_assets.cli.progress import RichProgress
    from clio_assets.workbench.workbench import Workbench

DAGSTER_HOME: Final = "DAGSTER_HOME"

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

        with before_reading("starting"):
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
    """Point Dagster, here and in child processes, at the home.

    An operator's own DAGSTER_HOME is respected; where it is set up otherwise than the platform
    needs, it is refused (`instance.check_instance`).
    """
    from clio_assets.run.instance import check_instance, prepare_instance

    os.environ[HOME_VARIABLE] = str(home.path)
    keep_compiled(home.dagster / "compiled")
    own = os.environ.get(DAGSTER_HOME)
    if own:
        check_instance(Path(own))
    else:
        os.environ[DAGSTER_HOME] = str(home.dagster)
        prepare_instance(home.dagster)


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
    """Run Dagster's own jobs in this process for what is stale; at the end the first failure.

    What a refused day is not a part of is made all the same.
    """
    import dagster as dg

    from clio_assets.definitions import build_definitions
    from clio_assets.run.planning import ranges, ready_windows, stale_days, stale_windows
    from clio_assets.run.steps.lost import close_lost_runs
    from clio_assets.workbench.assets import DAILY_JOB, window_job

    definitions = build_definitions(bench)
    failures: list[ClioError] = []
    with before_reading("opening Dagster's storage"):
        opened = dg.DagsterInstance.get()
    with opened as instance:
        close_lost_runs(instance)
        days = definitions.resolve_job_def(DAILY_JOB)
        for first, last in ranges(stale_days(bench), bench.landed_days()):
            with progress.step(f"Days {first} to {last}"), _kept(failures):
                _execute(days, instance, _range_tags(first, last))
        for key in ready_windows(bench):
            windows = definitions.resolve_job_def(window_job(map_of(key)))
            with progress.step(f"Window {key}"), _kept(failures):
                _execute(windows, instance, {"dagster/partition": window_in(key)})
    if failures:
        waiting = listed_by_map(stale_windows(bench))
        rest = [f"Waiting for what was refused: {waiting}"] if waiting else []
        raise RunError("\n".join([*map(str, failures), *rest]), failures[0].exit_code)


@contextmanager
def _kept(failures: list[ClioError]) -> Iterator[None]:
    """Keep what stopped a run for the end: what follows does not depend on it."""
    try:
        yield
    except ClioError as error:
        failures.append(error)


def _range_tags(first: date, last: date) -> dict[str, str]:
    if first == last:
        return {"dagster/partition": first.isoformat()}
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


#: Dagster's own words about a run go into its log, not to the terminal.
_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def _execute(job: "dg.JobDefinition", instance: "dg.DagsterInstance", tags: dict[str, str]) -> None:
    """One run in this process, under its job in Dagster's timeline.

    A failure becomes an error of the taxonomy, Ctrl-C one again.
    """
    from dagster._core.definitions.job_base import InMemoryJob
    from dagster._core.execution.api import execute_run

    from clio_assets.run.steps.lost import BY_COMMAND
    from clio_assets.run.steps.origin import origin_of, repository_tags

    origin = origin_of(job)
    run = instance.create_run_for_job(
        job,
        run_config=_QUIET,
        tags={**job.run_tags, **tags, **repository_tags(origin), **BY_COMMAND},
        remote_job_origin=origin,
    )
    result = execute_run(InMemoryJob(job), run, instance)
    if not result.success:
        raise _failure(result.all_events)


def _failure(events: "Sequence[dg.DagsterEvent]") -> ClioError | KeyboardInterrupt:
    """What stopped the run: refused partitions, the error of what broke, or Ctrl-C.

    What broke before the first step has read no conversation, and is told whole.
    """
    if not any(event.is_step_start for event in events):
        return _before_steps(events)
    for event in events:
        if event.is_step_failure:
            step = event.step_failure_data
            if error := _told(step.user_failure_data) or _untold(step.error):
                return error
    for event in events:  # what ended the run between two steps
        if event.is_job_failure and (error := _untold(event.job_failure_data.error)):
            return error
    return StageError("Dagster could not run the job; see the run in `clio dagster`")


def _before_steps(events: "Sequence[dg.DagsterEvent]") -> ClioError | KeyboardInterrupt:
    for event in events:
        error = event.job_failure_data.error if event.is_job_failure else None
        innermost = _innermost(error)
        if innermost is not None and innermost.cls_name in _INTERRUPTS:
            return KeyboardInterrupt()
        if innermost is not None:
            words = in_one_line(innermost.message)
            return StageError(f"Dagster's run failed before its first step: {words}")
    return StageError("Dagster could not run the job; see the run in `clio dagster`")


def _innermost(error: "SerializableErrorInfo | None") -> "SerializableErrorInfo | None":
    while error is not None and error.cause is not None:
        error = error.cause
    return error


def _told(data: "UserFailureData | None") -> ClioError | None:
    """An error of the platform's own, whose words hold no content; None where it was another."""
    from privacy_checks.gates.check import EXIT_CODE

    code = data.metadata.get(EXIT_CODE) if data is not None else None
    if data is None or code is None or not isinstance(code.value, int):
        return None
    return RunError(data.description or "", code.value)


def _untold(outermost: "SerializableErrorInfo | None") -> StageError | KeyboardInterrupt | None:
    """Of a foreign error the kind and the system's reason alone: its message may quote content."""
    innermost = _innermost(outermost)
    if innermost is None:
        return None
    if innermost.cls_name in _INTERRUPTS:
        return KeyboardInterrupt()
    number = re.search(r"\[Errno (\d+)\]", innermost.message)
    reason = f" ({os.strerror(int(number[1]))})" if number else ""
    kind = innermost.cls_name or "an error"
    return StageError(f"Dagster's run failed with {kind}{reason}; run again")
