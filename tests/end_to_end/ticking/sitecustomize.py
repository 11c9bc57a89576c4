"""Lets Dagster's daemon look for work every two seconds instead of every thirty.

Python loads this at the start of every process that has this folder on its PYTHONPATH. The tests
wait for the daemon, not for its clock.
"""

import importlib.abc
import sys

CONTROLLER = "dagster._daemon.controller"
SECONDS = 2


def quicken(run):
    """What runs the module, and then shortens its interval."""

    def exec_module(module):
        run(module)
        assert module.DEFAULT_DAEMON_INTERVAL_SECONDS > SECONDS
        module.DEFAULT_DAEMON_INTERVAL_SECONDS = SECONDS

    return exec_module


class Quickening(importlib.abc.MetaPathFinder):
    """Lets the others find the module, and changes it once it has run."""

    def find_spec(self, fullname, path, target=None):
        if fullname != CONTROLLER:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader.exec_module = quicken(spec.loader.exec_module)
                return spec
        return None


sys.meta_path.insert(0, Quickening())
