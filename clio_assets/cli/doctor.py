"""`clio doctor`: what is wrong with this home, and what to do about it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from clio_assets.doctor.examine import Examined

_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def doctor(context: typer.Context, as_json: JsonOption = False) -> None:
    """Check access, keys, policy, stored answers, every partition and the release; say what is
    wrong and what to do.

    Ends with 0 if all is well and with 1 if not. Changes nothing.
    """
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.doctor.examine import CHECKS, examine

    home: Home = context.obj
    home.require()
    with RichProgress(Console(stderr=True)) as progress:
        found = list(progress.track(examine(home), "Checking", len(CHECKS)))
    well = all(one.well for one in found)
    if as_json:
        checks = [{**asdict(one), "well": one.well} for one in found]
        print(json.dumps({"well": well, "checks": checks}, indent=1))
    else:
        _print(Console(), found, well)
    raise typer.Exit(0 if well else 1)


def _print(console: Any, found: "list[Examined]", well: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for one in found:
        mark = "[green]✓[/]" if one.well else "[red]✗[/]"
        console.print(f"{mark} {one.asks}", highlight=False)
        for finding in one.findings:
            said = Text.assemble(
                (finding.severity, _STYLES[finding.severity]), f" {finding.what}; {finding.to_do}"
            )
            console.print(Padding(said, (0, 0, 0, 2)))
    console.print("\nAll is well." if well else "\nNot all is well; see above.")
