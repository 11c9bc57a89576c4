"""`clio` in child processes of one that has loaded everything: a second each instead of six.

    with Parent(environment) as parent:
        clio = ForkedClio(parent, folder, environment)
        done = clio("run", source, home=home)
        running = clio.start("run", source, home=home)  # running.kill(), running.finished()

Every command is a process of its own with an environment, a folder to work in and temporary files
of its own; what it does not do is import and load what its parent has (see parent.py). The parent
starts with the first command and again after one that had to be given up.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]

#: PCA instead of UMAP: the layout is not what these tests are about, and it saves 30 seconds.
ENVIRONMENT = {
    "CLIO_PSEUDONYM_KEY": "0123456789abcdef" * 4,
    "CLIO_SUMMARIES__LAYOUT": "pca",
    "CLIO_CLUSTERS__CONVERSATIONS_PER_CLUSTER": "30",
}


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str


class Parent(AbstractContextManager["Parent"]):
    """The process that forks."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._process: subprocess.Popen[str] | None = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def tell(self, order: Mapping[str, Any]) -> Any:
        """Have it do something; its answer."""
        if self._process is None:
            self._process = self._started()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(json.dumps(order), file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline())
        except BaseException:  # a test's time is up: what comes now would answer another question
            self._end(signal.SIGKILL)
            raise

    def _started(self) -> "subprocess.Popen[str]":
        path = os.pathsep.join([str(_ROOT), *filter(None, [self._environment.get("PYTHONPATH")])])
        return subprocess.Popen(
            [sys.executable, "-m", "tests.forked.parent"],
            env={**os.environ, **self._environment, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and whatever it still runs."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait(10)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()


@dataclass
class ForkedClio:
    """Commands that print to files in a folder; `environment` is that of all of them."""

    parent: Parent
    folder: Path
    environment: Mapping[str, str]
    cwd: Path | None = None
    _number: int = field(default=0, init=False)

    def start(
        self,
        *arguments: str | Path,
        home: Path,
        environment: Mapping[str, str] | None = None,
        before: str = "",
        name: str = "",
    ) -> "Running":
        """Start `clio --home HOME ARGUMENTS`; `before` is executed in its process first.

        What it prints goes to NAME.out and NAME.err in the folder.
        """
        self._number += 1
        printed = self.folder / (name or f"command-{self._number}")
        own = {"TMPDIR": str(self.folder), **self.environment, **(environment or {})}
        planned = {
            "arguments": ["--home", str(home), *map(str, arguments)],
            "environment": {**os.environ, **own},
            "cwd": str(self.cwd or Path.cwd()),
            "before": before,
            "printed": str(printed),
        }
        return Running(self.parent, int(self.parent.tell({"start": planned})), printed)

    def __call__(self, *arguments: str | Path, home: Path, **how: Any) -> Finished:
        """Run a command to its end."""
        return self.start(*arguments, home=home, **how).finished()


@dataclass(frozen=True)
class Running:
    """A command under way."""

    parent: Parent
    pid: int
    printed: Path

    def finished(self) -> Finished:
        """Wait for its end."""
        code = self.parent.tell({"wait": self.pid})
        out, err = (Path(f"{self.printed}{end}").read_text("utf-8") for end in (".out", ".err"))
        return Finished(code, out, err)

    def kill(self) -> None:
        """kill -9, and see it gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.finished().code == -signal.SIGKILL
