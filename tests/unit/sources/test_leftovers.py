"""Copies of a source, which must not survive the process that made them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.sources.leftovers import copy_folder, sweep_copies

#: Makes a copy, says so, and never comes to an end.
_HOLDER = """
import sys
from clio_assets.sources.leftovers import copy_folder
with copy_folder() as folder:
    (folder / "copy.db").write_text("canary")
    print("made", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, of other processes too."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has made a copy."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        yield process
        process.kill()


def copies(temporary: Path) -> list[str]:
    return [path.read_text() for path in temporary.rglob("copy.db")]


def by_next_copy() -> None:
    with copy_folder():
        pass


def by_next_command() -> None:
    assert CliRunner().invoke(app, ["policy"]).exit_code is not None


@pytest.mark.parametrize("sweep", [sweep_copies, by_next_copy, by_next_command])
def test_copy_is_deleted_when_the_process_that_made_it_was_killed(
    temporary: Path, holder: subprocess.Popen[str], sweep: Callable[[], None]
) -> None:
    sweep()
    assert copies(temporary) == ["canary"]
    holder.kill()
    holder.wait()
    assert copies(temporary) == ["canary"]
    sweep()
    assert list(temporary.iterdir()) == []


def test_copy_is_deleted_when_reading_it_comes_to_an_end(temporary: Path) -> None:
    with suppress(ValueError), copy_folder() as folder:
        assert folder.stat().st_mode & 0o077 == 0
        raise ValueError
    assert list(temporary.iterdir()) == []
