"""`clio`: the command line. One file a command; heavy imports stay inside the commands.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 stopped by a privacy gate.
"""

import os
import sys
from collections.abc import Callable
from typing import NoReturn


def main() -> NoReturn:
    """Entry point: run a command and turn the platform's own errors into one line and a code."""
    from clio_assets.cli.app import app
    from clio_assets.errors import ClioError, contained

    code: int | str | None = 0
    try:
        with contained("this", "command"):  # a foreign message may quote a conversation
            _call(app)
    except SystemExit as ending:
        code = ending.code
    except ClioError as error:
        print(f"clio: {error}", file=sys.stderr)
        code = error.exit_code
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is on disk by now. Taking the interpreter apart takes half a second and lets
    # DuckDB's bindings print reports of leaks that mean nothing to a user.
    os._exit(code if isinstance(code, int) else int(code is not None))


def _call(app: Callable[[], None]) -> None:
    try:
        app()
    except BrokenPipeError:  # `clio tree | head`: the reader has seen enough
        os._exit(0)
