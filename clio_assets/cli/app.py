"""The Typer application that holds all commands."""

from pathlib import Path
from typing import Annotated

import typer

from clio_assets.cli import (
    backup,
    check,
    dagster_ui,
    doctor,
    estimate,
    explore,
    export,
    forget,
    keys,
    lineage,
    metrics,
    phrases,
    policy,
    purge,
    regate,
    rotate_key,
    run,
    sample,
    status,
    tree,
    trends,
    verdicts,
    verify,
)
from clio_assets.cli.evaluate.app import app as evaluate
from clio_assets.home.home import DEFAULT_HOME, HOME_VARIABLE, Home
from clio_assets.home.layout_version import layout_of
from clio_assets.sources.leftovers import sweep_copies

app = typer.Typer(
    name="clio",
    help="A browsable map of how an AI assistant is used, without anybody reading conversations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[
        Path,
        typer.Option(help="Folder of everything that is kept.", envvar=HOME_VARIABLE),
    ] = Path(DEFAULT_HOME),
) -> None:
    """Remember the home for the command that follows; delete copies that a killed one left."""
    sweep_copies()
    layout_of(home)  # a newer home is refused, whatever the command
    context.obj = Home(home)


app.command("run")(run.run)
app.command("sample")(sample.sample)
app.command("check")(check.check)
app.command("estimate")(estimate.estimate)
app.command("tree")(tree.tree)
app.command("trends")(trends.trends)
app.command("report")(trends.report)
app.command("phrases")(phrases.phrases)
app.command("explore")(explore.explore)
app.command("export")(export.export)
app.command("status")(status.status)
app.command("policy")(policy.policy)
app.command("regate")(regate.regate)
app.command("verify")(verify.verify)
app.command("keys")(keys.keys)
app.command("lineage")(lineage.lineage)
app.command("metrics")(metrics.metrics)
app.command("verdicts")(verdicts.verdicts)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("doctor")(doctor.doctor)
app.command("rotate-key")(rotate_key.rotate_key)
app.command("purge")(purge.purge)
app.command("forget")(forget.forget)
app.add_typer(evaluate, name="evaluate")
app.command("dagster", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})(
    dagster_ui.dagster
)
