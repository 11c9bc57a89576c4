"""What a failed command prints: the platform's own words, nothing that quotes a conversation."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.executor.in_process import InProcessExecutor

from clio_assets.cli.run import _execute
from clio_assets.errors import (
    ClioError,
    LakeError,
    PrivacyGateError,
    RunError,
    StageError,
    UnsealedError,
    UsageError,
)
from privacy_checks.gates.check import failures_with_exit_codes

CANARY = "canary-51ce"
FAILING_RUN = Path(__file__).with_name("failing_run.py")


def job_of(act: Callable[[], object]) -> dg.JobDefinition:
    @dg.op
    def step() -> None:
        act()

    @dg.job(executor_def=dg.in_process_executor)
    def job() -> None:
        step()

    return job


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise error

    return act


def run(act: Callable[[], object]) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        _execute(job_of(act), instance, {})


@pytest.mark.parametrize("kind", [PrivacyGateError, UnsealedError, LakeError, UsageError])
def test_words_and_exit_code_come_back_whole_when_the_error_is_the_platforms(
    kind: type[ClioError],
) -> None:
    words = "facets 2026-09-28: no seal: \n materialize it again"
    with pytest.raises(RunError) as caught:
        run(failures_with_exit_codes()(raising(kind(words))))
    assert (str(caught.value), caught.value.exit_code) == (words, kind.exit_code)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"cannot parse {CANARY}"),
        LakeError(f"raised where nobody vouches for it: {CANARY}"),
        dg.Failure(f"of somebody else: {CANARY}", {"exit_code": CANARY}),
    ],
    ids=["foreign", "not handed over", "somebody's failure"],
)
def test_message_is_withheld_when_the_platform_did_not_hand_it_over(error: Exception) -> None:
    with pytest.raises(StageError, match="Dagster's run failed with") as caught:
        run(raising(error))
    assert CANARY not in str(caught.value)


def test_message_is_told_when_dagster_fails_before_the_first_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> NoReturn:
        raise ValueError("connection to //clio:secret-7@db failed")

    monkeypatch.setattr(InProcessExecutor, "execute", broken)
    with pytest.raises(StageError) as caught:
        run(lambda: None)
    assert str(caught.value).endswith(
        "before its first step: ValueError: connection to //clio:…@db failed"
    )


def test_message_is_withheld_when_dagster_fails_after_a_step_began(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = InProcessExecutor.execute

    def broken(*arguments: Any) -> Iterator[Any]:
        yield from honest(*arguments)
        raise ValueError(CANARY)

    monkeypatch.setattr(InProcessExecutor, "execute", broken)
    with pytest.raises(StageError, match="failed with ValueError; run again") as caught:
        run(lambda: None)
    assert CANARY not in str(caught.value)


def test_reason_of_the_system_is_kept_when_the_disk_is_full() -> None:
    with pytest.raises(
        StageError, match=r"with OSError \(No space left on device\); run"
    ) as caught:
        run(raising(OSError(28, CANARY, CANARY)))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "kind", "code"),
    [
        ("stage", "PrivacyGateError", 3),
        ("stage", "LakeError", 1),
        ("gate", "UnsealedError", 3),
        ("gate", "ValueError", 3),  # the gate itself could not run
    ],
)
def test_run_ends_with_the_code_of_the_error_when_it_was_raised_under_dagster(
    place: str, kind: str, code: int, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            FAILING_RUN,
            place,
            kind,
            "--home",
            str(tmp_path / "home"),
            "run",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    could_not_run = "clio: the gate of facets 2026-09-28 could not run (ValueError at"
    (said,) = done.stderr.split("\n")[-2:-1]
    assert said.startswith(could_not_run if kind == "ValueError" else "clio: facets 2026-09-28: no")
    assert done.stderr.strip() == said


def test_foreign_message_is_withheld_when_a_command_breaks() -> None:
    script = (
        "import clio_assets.cli.app as module\n"
        f"def broken(**_): raise ValueError('{CANARY}')\n"
        "module.app = broken\n"
        "from clio_assets.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("clio: this command failed with ValueError")
    assert CANARY not in done.stdout + done.stderr


@pytest.mark.parametrize("interrupt", [DagsterExecutionInterruptedError, KeyboardInterrupt])
def test_interrupt_comes_back_when_dagster_reports_it(interrupt: type[BaseException]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(raising(interrupt()))


def test_interrupt_comes_back_when_it_fell_between_two_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise DagsterExecutionInterruptedError

    @dg.job(executor_def=dg.in_process_executor)
    def job() -> None:
        pass

    monkeypatch.setattr(InProcessExecutor, "execute", interrupted)
    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(KeyboardInterrupt):
        _execute(job, instance, {})


@pytest.mark.parametrize(
    ("command", "place", "said"),
    [
        ("run", "run.use_home", "clio: interrupted; run again to go on where it stopped\n"),
        ("status", "status.read_status", "clio: interrupted\n"),
    ],
)
def test_command_says_so_and_ends_with_130_when_it_is_interrupted(
    command: str, place: str, said: str, tmp_path: Path
) -> None:
    script = (
        f"import clio_assets.cli.{command}\n"
        "def interrupted(*_): raise KeyboardInterrupt\n"
        f"clio_assets.cli.{place} = interrupted\n"
        "from clio_assets.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(tmp_path / "home"), command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, said)
