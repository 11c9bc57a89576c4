"""`clio check`: look at a source without keeping anything of it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from clio_assets.cli.options import (
    DayOption,
    FormatOption,
    JsonOption,
    OwnUserOption,
    SourceArgument,
    source_settings,
)
from clio_assets.errors import UsageError, contained
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.landing.land import LandingCounts


def check(
    context: typer.Context,
    source: SourceArgument = None,
    shape: FormatOption = None,
    day: DayOption = None,
    own_user: OwnUserOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a source holds: shape, counts, days, rejected records. Writes nothing."""
    from datetime import UTC, datetime

    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.landing.land import survey

    home: Home = context.obj
    chosen = source_settings(home.settings.source, source, shape, day, own_user)
    if not chosen.paths:
        raise UsageError("name a SOURCE to check")
    with RichProgress(Console(stderr=True)) as progress, contained("check", "of the source"):
        found = survey(chosen, today=datetime.now(UTC).date(), track=progress.track)
    document = asdict(found)
    if as_json:
        print(json.dumps(document, ensure_ascii=False, indent=1, default=str))
    else:
        _print(Console(), found)


def _print(console: "Console", found: "LandingCounts") -> None:
    from statistics import median

    files = "1 file" if found.files == 1 else f"{found.files:,} files"
    lines = [
        f"Shape [bold]{found.format}[/], {files}, {found.records:,} records",
        f"{found.landed:,} conversations with {found.turns:,} user turns, {found.users:,} users",
    ]
    if found.days:
        counts = list(found.days.values())
        lines.append(
            f"{len(counts):,} days, {min(found.days)} to {max(found.days)}: {min(counts):,} to "
            f"{max(counts):,} conversations a day, median {median(counts):,.0f}"
        )
    rejected = sum(found.rejected.values())
    lines.append(f"{rejected:,} records rejected" + (":" if rejected else ""))
    lines += [f"  {count:,} {reason}" for reason, count in sorted(found.rejected.items())]
    if found.first_rejects:
        where = ", ".join(f"file {file} line {line}" for file, line, _ in found.first_rejects)
        lines.append(f"  first: {where}")
    if found.too_many_rejects:
        lines.append("[bold]That is more than max_reject_share: a run would stop.[/]")
    console.print("\n".join(lines), highlight=False)
