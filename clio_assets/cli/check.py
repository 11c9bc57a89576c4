"""`clio check`: look at a source without keeping anything of it."""

import json
from dataclasses import asdict
from typing import Any

import typer

from clio_assets.cli.options import (
    DayOption,
    FormatOption,
    JsonOption,
    OwnUserOption,
    SourceArgument,
    source_settings,
)
from clio_assets.errors import UsageError
from clio_assets.home import Home


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
    from clio_assets.conversations.landing import survey

    home: Home = context.obj
    chosen = source_settings(home.settings.source, source, shape, day, own_user)
    if not chosen.paths:
        raise UsageError("name a SOURCE to check")
    with RichProgress(Console(stderr=True)) as progress:
        found = survey(chosen, today=datetime.now(UTC).date(), track=progress.track)
    document = asdict(found)
    if as_json:
        print(json.dumps(document, ensure_ascii=False, indent=1, default=str))
    else:
        _print(Console(), document)


def _print(console: Any, found: dict[str, Any]) -> None:
    console.print(found)
