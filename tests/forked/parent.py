"""The process that `clio` is forked from: an order as JSON a line, its answer a line.

{"start": {...}} answers with the process id, {"wait": PID} with the exit code.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import tests.forked.loaded  # noqa: F401 - what it is for


def become(planned: Mapping[str, Any]) -> NoReturn:
    """Turn this process into a command."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor, end in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(planned["printed"] + end, os.O_WRONLY | os.O_CREAT), descriptor)
    os.environ.clear()
    os.environ.update(planned["environment"])
    for place in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        if place not in sys.path:
            sys.path.insert(0, place)
    os.chdir(planned["cwd"])
    sys.argv = [str(Path(sys.executable).with_name("clio")), *planned["arguments"]]
    exec(planned["before"], {})
    from clio_assets.cli import main

    main()


def serve() -> None:
    """Do what is told until nobody tells any more."""
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        else:
            answer = os.fork()
            if not answer:
                become(order["start"])
        print(json.dumps(answer), flush=True)
    os._exit(0)  # as `clio` does, whose libraries complain when they are taken apart


if __name__ == "__main__":
    serve()
