"""`clio`: the command line. One file a command; heavy imports stay inside the commands.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 stopped by a privacy gate, 4 what
is published does not verify, 130 interrupted by Ctrl-C.
"""

import os
import sys
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    import typer

#: What shells report of a process that was interrupted, and what Typer turns an interrupt into.
INTERRUPTED: Final = 130


def main() -> NoReturn:
    """Entry point: run a command and turn the platform's own errors into one line and a code."""
    from clio_assets.cli.app import app
    from clio_assets.errors import ClioError, contained

    if sys.platform != "win32":
        import resource

        # a core dump would hold conversations; what a command starts inherits this
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    code: int | str | None = 0
    try:
        with contained("this", "command", mute=False):  # foreign messages may quote
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


def _call(app: "typer.Typer") -> None:
    import typer

    try:
        code = app(standalone_mode=False)
    except BrokenPipeError:  # `clio tree | head`: the reader has seen enough
        os._exit(0)
    except typer.Abort as interrupt:  # of a command that says how to go on
        print("; ".join(["clio: interrupted", *interrupt.args]), file=sys.stderr)
        sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        sys.exit(_show(error))
    if code == INTERRUPTED:
        print("clio: interrupted", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


def _show(error: "typer.TyperException") -> int:
    """Print what is wrong with a command line, without its paths: names may tell of somebody."""
    from typer.rich_utils import rich_format_error

    words = str(getattr(error, "message", error))
    for path in sorted((word for word in sys.argv[1:] if os.sep in word), key=len, reverse=True):
        words = words.replace(path, "…")
    error.message = words
    rich_format_error(error)  # type: ignore[arg-type]
    return getattr(error, "exit_code", 1)
