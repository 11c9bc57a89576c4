"""`clio dagster`: Dagster's UI and daemon on this home."""

import os
import sys

import typer

from clio_assets.home.home import Home


def dagster(context: typer.Context) -> None:
    """Open Dagster (webserver and daemon) on this home; further options go to `dagster dev`."""
    from clio_assets.cli.run import use_home
    from clio_assets.run.instance import write_workspace

    home: Home = context.obj
    home.prepare()
    home.check_access()
    use_home(home)
    workspace = write_workspace(home.dagster)
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace)]
    os.execv(sys.executable, [*command, *context.args])
