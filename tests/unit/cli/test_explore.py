"""`clio explore`: where it listens, what it prints, and what it refuses."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.explorer_release import Shape, build_home
from clio_assets.cli.app import app
from clio_assets.errors import HomeError, UsageError
from clio_assets.explorer.serve import DEFAULT_PORT, listen, url_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_home(tmp_path_factory.mktemp("explore") / "home", Shape(leaves=9, weeks=2))


@pytest.fixture
def served(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real server on a free port, and the address that it printed."""
    command = "import sys; from clio_assets.cli import main; main()"
    arguments = ["--home", str(home), "explore", "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().split()[1]
    finally:
        process.kill()
        process.communicate()


def test_page_and_data_are_served_and_ctrl_c_ends_cleanly_when_it_runs(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = served
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(address + "healthz", timeout=20) as answer:
        assert answer.read() == b"ok"
    with urllib.request.urlopen(address + "data/index", timeout=20) as answer:
        assert answer.headers["content-type"] == "application/octet-stream"
    memory = Path(f"/proc/{process.pid}/status")
    if memory.exists():
        peak = next(line for line in memory.read_text().splitlines() if "VmHWM" in line)
        assert int(peak.split()[1]) < 150_000
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_command_says_what_to_do_when_nothing_is_published(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "explore"])
    assert isinstance(done.exception, HomeError)
    assert "clio run" in str(done.exception)


def test_command_refuses_when_the_port_is_taken(home: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(app, ["--home", str(home), "explore", "--port", port])
    assert isinstance(done.exception, UsageError)
    assert f"port {port} is taken" in str(done.exception)


def test_next_free_port_is_taken_when_none_was_asked_for() -> None:
    with listen("127.0.0.1", None) as first, listen("127.0.0.1", None) as second:
        ports = [one.getsockname()[1] for one in (first, second)]
    assert DEFAULT_PORT <= ports[0] < ports[1]


@pytest.mark.parametrize("host", ["x" * 300, "203.0.113.7"])
def test_command_refuses_when_the_host_is_not_of_this_machine(home: Path, host: str) -> None:
    done = CliRunner().invoke(app, ["--home", str(home), "explore", "--host", host, "--port", "0"])
    assert isinstance(done.exception, UsageError)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("::1", "http://[::1]:80/"),
        ("0.0.0.0", f"http://{socket.gethostname()}:80/"),
    ],
)
def test_address_is_one_that_a_browser_takes_when_it_is_printed(host: str, address: str) -> None:
    assert url_of(host, 80) == address


def test_token_is_printed_when_another_address_is_listened_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("clio_assets.explorer.serve.serve", lambda app, listener: listener.close())
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    for host in ("0.0.0.0", "127.0.0.1"):
        arguments = ["--home", str(home), "explore", "--host", host, "--port", "0", "--open"]
        assert CliRunner().invoke(app, arguments).exit_code == 0
    assert "?token=" in opened[0]
    assert len(opened[0].split("token=")[1]) >= 32
    assert "token" not in opened[1]


def test_copied_release_is_enough_when_there_is_nothing_else(home: Path, tmp_path: Path) -> None:
    """A home of nothing but its public folder can be explored, also without rights to write."""
    (tmp_path / "public").mkdir()
    shutil.copyfile(home / "public" / "insights.duckdb", tmp_path / "public" / "insights.duckdb")
    os.chmod(tmp_path / "public", 0o555)  # noqa: PTH101
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clio_assets.explorer.serve.serve", lambda app, listener: listener.close())
        done = CliRunner().invoke(app, ["--home", str(tmp_path), "explore", "--port", "0"])
    assert done.exit_code == 0
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["insights.duckdb", "public"]
    assert "http://127.0.0.1:" in done.stdout
