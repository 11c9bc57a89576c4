"""`clio`: the command line. One file a command; heavy imports stay inside the commands.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 stopped by a privacy gate.
"""

import sys


def main() -> None:
    """Entry point: run a command and turn the platform's own errors into one line and a code."""
    from clio_assets.cli.app import app
    from clio_assets.errors import ClioError

    try:
        app()
    except ClioError as error:
        print(f"clio: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `clio tree | head`: the reader has seen enough
        sys.stderr.close()
        sys.exit(0)
