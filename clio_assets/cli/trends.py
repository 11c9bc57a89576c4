"""`clio trends` and `clio report`: how topics moved, in the terminal and as a report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption, MapOption, map_and_window
from clio_assets.errors import UsageError
from clio_assets.ground.windows import map_of
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from clio_assets.trends.alerts import Alert
    from clio_assets.trends.movements import Moved

_BARS = " ▁▂▃▄▅▆▇█"
WindowOption = Annotated[str | None, typer.Option(help="Window to show. Default: the newest.")]
FacetOption = Annotated[str | None, typer.Option(help="Clustered facet. Default: the first.")]


def trends(
    context: typer.Context,
    named: MapOption = None,
    window: WindowOption = None,
    facet: FacetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the topics that grew, shrank, appeared and vanished. Reads what is published alone."""
    from rich.console import Console

    found, alerts = _read(context.obj, named, window, facet)
    if as_json:
        print(json.dumps(as_document(found, alerts), ensure_ascii=False, indent=1))
    else:
        print_moved(Console(), found, alerts)


def report(
    context: typer.Context,
    named: MapOption = None,
    window: WindowOption = None,
    facet: FacetOption = None,
    html: Annotated[Path | None, typer.Option(help="Write one page to this file.")] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown. The default without --html.")
    ] = False,
) -> None:
    """Say in plain words what a release changed. Reads what is published alone."""
    from clio_assets.ground.files import write_whole
    from clio_assets.trends.report import markdown as in_markdown
    from clio_assets.trends.report import page

    if html is not None and (html.is_dir() or not html.absolute().parent.is_dir()):
        raise UsageError("--html needs the name of a file in a folder that exists")
    found, alerts = _read(context.obj, named, window, facet)
    if html is not None:
        write_whole(html.absolute(), page(found, alerts).encode())
        typer.echo(f"wrote {html}", err=True)
    if markdown or html is None:
        print(in_markdown(found, alerts))


def _read(
    home: Home, named: str | None, window: str | None, facet: str | None
) -> "tuple[Moved, list[Alert]]":
    from clio_assets.lake.public import PublicDatabase
    from clio_assets.trends.alerts import alerts_of
    from clio_assets.trends.movements import read_moved

    of_map, chosen = map_and_window(named, window)
    found = read_moved(PublicDatabase(home.release_folders.database), of_map, chosen, facet)
    return found, alerts_of(found, home.settings.trends)


def as_document(found: "Moved", alerts: "Sequence[Alert]") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    return {
        "window": found.window,
        "map": map_of(found.window),
        "facet": found.facet,
        "before": found.before,
        "topics": [{**vars(one), "shares": list(one.shares)} for one in found.movements],
        "alerts": [vars(one) for one in alerts],
    }


def print_moved(console: Any, found: "Moved", alerts: "Sequence[Alert]") -> None:
    """Print each part as a table with a small chart of every topic's shares."""
    from rich.markup import escape
    from rich.table import Table

    from clio_assets.trends.report import opening, said, sections, title_of

    console.print(f"[bold]{escape(title_of(found))}[/]", highlight=False)
    console.print(escape(opening(found)), highlight=False, soft_wrap=True)
    for alert in alerts:
        console.print(f"[yellow]![/] {escape(_plain(alert.sentence))}", highlight=False)
    for heading, topics in sections(found):
        table = Table(box=None, pad_edge=False, show_header=False, title_justify="left")
        for one in topics:
            table.add_row(chart(one.shares), escape(_plain(one.name)), escape(_plain(said(one))))
        console.print(f"\n[bold]{heading}[/]")
        console.print(table, highlight=False)


def chart(shares: Sequence[float | None], width: int = 12) -> str:
    """The newest shares as bars, the largest one full; blank where the topic is not there."""
    newest = shares[-width:]
    most = max((share for share in newest if share), default=1.0)
    return "".join(
        _BARS[max(1, round((len(_BARS) - 1) * share / most))] if share else " " for share in newest
    )


def _plain(text: str) -> str:
    """Without control characters: a name must not move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text)
