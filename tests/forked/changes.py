"""Changes to Dagster's modules once they have run: tests wait for its work alone.

Its daemon looks for work every two seconds instead of every thirty, and the process of a run is
forked from one that has loaded everything (loaded.py) instead of loading that for itself. For
`sitecustomize` modules, which Python loads at the start of every process that has their folder on
its PYTHONPATH.
"""

import importlib.abc
import multiprocessing
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from multiprocessing import forkserver
from types import ModuleType
from typing import Any

Change = Callable[[Any], None]

SECONDS = 2


def quicken(controller: Any) -> None:
    """Shorten the daemon's interval."""
    assert controller.DEFAULT_DAEMON_INTERVAL_SECONDS > SECONDS
    controller.DEFAULT_DAEMON_INTERVAL_SECONDS = SECONDS


class Forking:
    """`multiprocessing` for Dagster's server of code, which starts a process for each run."""

    def get_context(self, method: str) -> multiprocessing.context.ForkServerContext:
        assert method == "spawn"
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.forked.loaded"])
        forkserver.ensure_running()  # loads while the webserver does, not while a run waits
        return context

    def __getattr__(self, name: str) -> Any:
        return getattr(multiprocessing, name)


def fork(server: Any) -> None:
    """Have runs forked."""
    assert server.multiprocessing is multiprocessing
    server.multiprocessing = Forking()


CHANGES: Mapping[str, Change] = {
    "dagster._daemon.controller": quicken,
    "dagster._grpc.server": fork,
}


class Changing(importlib.abc.MetaPathFinder):
    """Lets the others find a module, and changes it once it has run."""

    def __init__(self, changes: Mapping[str, Change]) -> None:
        self._changes = changes

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._changes:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                self._change_later(spec.loader, self._changes[name])
                return spec
        return None

    def _change_later(self, loader: Any, change: Change) -> None:
        run = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            change(module)

        loader.exec_module = exec_module
