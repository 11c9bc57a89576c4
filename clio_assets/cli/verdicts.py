"""`clio verdicts`: what every gate said of a window, in the terminal or as a page."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from clio_assets.cli.options import JsonOption, MapOption, map_and_window
from clio_assets.errors import UsageError
from clio_assets.ground.windows import window_in
from clio_assets.home.home import Home


def verdicts(
    context: typer.Context,
    window: Annotated[
        str | None,
        typer.Argument(
            help="First day of the window, or `all`. Default: the newest.",
            metavar="[WINDOW]",
            show_default=False,
        ),
    ] = None,
    named: MapOption = None,
    html: Annotated[
        Path | None, typer.Option(help="Write one page for an audit to this file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show every gate's verdicts of a window and of the days behind it. Counts, never content."""
    from rich.console import Console

    from clio_assets.verdicts.document import document_of

    home: Home = context.obj
    of_map, chosen = map_and_window(named, window)
    document = document_of(home, chosen, of_map)
    if html is not None:
        _write(home, document, html)
    if as_json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    elif html is None:
        _print(Console(), document)
    else:
        print(f"wrote {html}", flush=True)


def _write(home: Home, document: dict[str, Any], path: Path) -> None:
    """Write the page for the owner alone: its counts are exact."""
    from datetime import UTC, datetime

    from clio_assets.ground.files import write_whole
    from clio_assets.verdicts.page import render
    from privacy_checks.policy.explain import explain

    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError("--html needs the name of a file in a folder that exists")
    if path.absolute().is_relative_to(home.release_folders.public):
        raise UsageError("the page holds exact counts, so it cannot go into the public folder")
    made_at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    page = render(document, explain(home.policy), made_at)
    write_whole(path.absolute(), page.encode())


def _print(console: Any, document: dict[str, Any]) -> None:
    from rich.table import Table

    from clio_assets.verdicts.numbers import phrase_of_ranges

    policy, named = document["policy"], document["map"]
    published = "published" if document["published"] else "not published"
    if document["published"] and not document["published_is_current"]:
        published = "an earlier version is published"
    console.print(
        f"{f'Map [bold]{named}[/], window' if named else 'Window'} "
        f"[bold]{window_in(document['window'])}[/], {published}; privacy policy version "
        f"{policy['version']} ({policy['digest'][:12]})",
        highlight=False,
    )
    for stage in document["stages"]:
        total = len(stage["partitions"])
        console.print(
            f"\n[bold]{stage['stage']}[/] {stage['sealed']:,} of {total:,} partitions sealed",
            highlight=False,
        )
        table = Table(box=None, pad_edge=False, show_header=False)
        for check in stage["checks"]:
            good = check["passed"] == check["judged"]
            meaning = check["meaning"] if good else phrase_of_ranges(check["numbers"])
            table.add_row(
                "[green]✓[/]" if good else "[red]✗[/]",
                check["check"],
                f"{check['passed']:,}/{check['judged']:,}",
                meaning,
            )
        console.print(table)
        for one in stage["partitions"]:
            if one["state"] != "sealed":
                console.print(f"{one['key']}: {one['why']}; {one['advice']}", highlight=False)
