"""What an evaluation prints, writes and ends with."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clio_assets.cli.evaluate.options import Shown
from clio_assets.errors import UsageError
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.evaluate.page.sheet import Sheet


def check_page(home: Home, path: Path | None) -> None:
    """Refuse a place for the page before anything is measured."""
    if path is None:
        return
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError("--html needs the name of a file in a folder that exists")
    if path.absolute().is_relative_to(home.release_folders.public):
        raise UsageError("the page holds exact counts, so it cannot go into the public folder")


def show(
    home: Home,
    document: dict[str, Any],
    sheet: "Sheet",
    figures: Mapping[str, float],
    shown: Shown,
) -> None:
    """Print the document or the sheet, write the page, and hold the figures to clio.toml.

    `figures` are the ones that [evaluate] can set thresholds for, by their names there.
    ShortfallError where one does not reach its threshold.
    """
    from rich.console import Console

    from clio_assets.evaluate.thresholds import require, shortfalls

    short = shortfalls(home.settings.evaluate, figures)
    if shown.html is not None:
        _write(sheet, short, shown.html)
    if shown.as_json:
        print(json.dumps(document | {"shortfalls": short}, ensure_ascii=False, indent=1))
    elif shown.html is None:
        _print(Console(), sheet)
    else:
        print(f"wrote {shown.html}", flush=True)
    require(home.settings.evaluate, figures)


def _write(sheet: "Sheet", short: list[str], path: Path) -> None:
    """Write the page for the owner alone: its counts are exact."""
    from datetime import UTC, datetime

    from clio_assets.evaluate.page.render import render
    from clio_assets.ground.files import write_whole

    made_at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    write_whole(path.absolute(), render(sheet, short, made_at).encode())


def _print(console: "Console", sheet: "Sheet") -> None:
    from rich.table import Table
    from rich.text import Text

    from clio_assets.evaluate.page.sheet import Bars, shown

    console.print(Text(sheet.title, style="bold"))
    for line in sheet.about:
        console.print(Text(line, style="dim"))
    head = Table(box=None, pad_edge=False, show_header=False)
    for figure in sheet.figures:
        head.add_row(Text(figure.name), shown(figure.value), Text(figure.says, style="dim"))
    console.print(head)
    for table in sheet.tables:
        console.print(Text(f"\n{table.title}", style="bold"))
        rows = Table(box=None, pad_edge=False)
        for column in table.columns:
            rows.add_column(column)
        for row in table.rows:
            rows.add_row(*(Text(_plain(shown(cell))) for cell in row))
        console.print(rows)
    for chart in sheet.charts:
        if isinstance(chart, Bars):
            console.print(Text(f"\n{chart.title}", style="bold"))
            bars = Table(box=None, pad_edge=False, show_header=False)
            for label, value, note in chart.bars:
                bars.add_row(Text(_plain(label)), f"{value:.3f}", Text(note, style="dim"))
            console.print(bars)


def _plain(text: str) -> str:
    """Without control characters: a label must not move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text)
