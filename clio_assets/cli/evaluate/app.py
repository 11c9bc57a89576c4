"""The commands of `clio evaluate`."""

import typer

from clio_assets.cli.evaluate import auditor, clusters, languages, names, privacy, stability

app = typer.Typer(
    name="evaluate",
    help="Measure how good the maps are: against known labels, by their names, by their privacy.",
    no_args_is_help=True,
)

app.command("clusters")(clusters.clusters)
app.command("names")(names.names)
app.command("languages")(languages.languages)
app.command("privacy")(privacy.privacy)
app.command("auditor")(auditor.auditor)
app.command("stability")(stability.stability)
