"""`clio` in child processes of one that has loaded everything: a second each instead of six.

    with ForkedClio(folder) as clio:
        done = clio("run", source, home=home)
        running = clio.start("run", source, home=home)  # running.kill(), running.finished()

Each command writes to files in the folder, and has its temporary files there as well.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from tests.end_to_end.conftest import ENVIRONMENT, Finished

_ROOT = Path(__file__).resolve().parents[2]


class ForkedClio(AbstractContextManager["ForkedClio"]):
    """Commands of a home, each in a process of its own; `environment` is that of all of them."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = {**ENVIRONMENT, **environment, "TMPDIR": str(folder)}
        self._number = 0
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "ForkedClio":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.forked_clio"],
            cwd=_ROOT,
            env={**os.environ, **self._environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def start(
        self,
        *arguments: str | Path,
        home: Path,
        environment: Mapping[str, str] | None = None,
        before: str = "",
    ) -> "Running":
        """Start `clio --home HOME ARGUMENTS`; `before` is executed in its process first."""
        self._number += 1
        printed = self.folder / f"command-{self._number}"
        planned = {
            "arguments": ["--home", str(home), *map(str, arguments)],
            "environment": dict(environment or {}),
            "before": before,
            "printed": str(printed),
        }
        return Running(self, int(self.tell({"start": planned})), printed)

    def __call__(self, *arguments: str | Path, home: Path, **how: Any) -> Finished:
        """Run a command to its end."""
        return self.start(*arguments, home=home, **how).finished()

    def tell(self, order: Mapping[str, Any]) -> Any:
        """Have the parent of the commands do something."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@dataclass(frozen=True)
class Running:
    """A command under way."""

    clio: ForkedClio
    pid: int
    printed: Path

    def finished(self) -> Finished:
        """Wait for its end."""
        code = self.clio.tell({"wait": self.pid})
        out, err = (self.printed.with_suffix(end).read_text("utf-8") for end in (".out", ".err"))
        return Finished(code, out, err)

    def kill(self) -> None:
        """kill -9, and see it gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.finished().code == -signal.SIGKILL


# In the parent of the commands


def _load() -> None:
    """What every command would load for itself; one thread, because others are not forked."""
    import functools
    import logging
    import tempfile

    import anthropic
    import dagster as dg
    import great_expectations
    import sklearn.cluster
    import torch

    import clio_assets.cli.app
    from clio_assets import definitions
    from clio_assets.analyst.claude.batches import sender
    from clio_assets.analyst.claude.sending import counting, live
    from clio_assets.home.settings import Settings

    assert all((anthropic, great_expectations, sklearn, clio_assets, sender, counting, live))
    torch.set_num_threads(1)
    logging.captureWarnings(False)  # as without Great Expectations: on standard error
    with (
        tempfile.TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder) as instance,
    ):
        instance.get_runs_count()
    definitions.load_embedder = functools.cache(definitions.load_embedder)
    definitions.load_embedder(Settings().embeddings).embed(["please translate a letter"])


def _become(planned: Mapping[str, Any]) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor, end in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(planned["printed"] + end, os.O_WRONLY | os.O_CREAT), descriptor)
    os.environ.update(planned["environment"])
    sys.argv[1:] = planned["arguments"]
    exec(planned["before"], {})
    from clio_assets.cli import main

    main()


def _serve() -> None:
    _load()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        else:
            answer = os.fork()
            if not answer:
                _become(order["start"])
        print(json.dumps(answer), flush=True)
    os._exit(0)  # as `clio` does, whose libraries complain when they are taken apart


if __name__ == "__main__":
    _serve()
