"""What a failed command prints: the platform's own words, nothing that quotes a conversation."""

import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.executor.in_process import InProcessExecutor

from clio_assets.cli.run import _execute, _of_the_taxonomy
from clio_assets.errors import ClioError, StageError, UnsealedError

CANARY = "canary-51ce"


def test_own_error_comes_back_whole_when_dagster_reports_it() -> None:
    error = _of_the_taxonomy("UnsealedError", "clio_assets.errors.UnsealedError: facets: no seal\n")
    assert (type(error), str(error)) == (UnsealedError, "facets: no seal")


@pytest.mark.parametrize(
    "name", ["ValueError", "Path", "contained", "", "sqlite3.OperationalError"]
)
def test_foreign_message_is_withheld_when_dagster_reports_it(name: str) -> None:
    error: ClioError = _of_the_taxonomy(name, f"{name}: cannot parse {CANARY}")
    assert isinstance(error, StageError)
    assert CANARY not in str(error)


def test_reason_of_the_system_is_kept_when_the_disk_is_full() -> None:
    error = _of_the_taxonomy("OSError", f"OSError: [Errno 28] No space left on device: {CANARY}")
    assert "No space left on device" in str(error)
    assert CANARY not in str(error)


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
    @dg.op
    def interrupted() -> None:
        raise interrupt

    @dg.job(executor_def=dg.in_process_executor)
    def job() -> None:
        interrupted()

    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(KeyboardInterrupt):
        _execute(job, instance, {})


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
