"""`clio check`: look at a source without keeping anything of it."""

import json
from collections.abc import Mapping
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
    from clio_assets.estimate.foresee import Foreseen
    from clio_assets.landing.counts import LandingCounts


def check(
    context: typer.Context,
    source: SourceArgument = None,
    shape: FormatOption = None,
    day: DayOption = None,
    own_user: OwnUserOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a source holds, and what a run would set aside of it, and why. Writes nothing."""
    from datetime import UTC, datetime

    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.estimate.foresee import foresee

    home: Home = context.obj
    chosen = source_settings(home.settings.source, source, shape, day, own_user)
    if not chosen.paths:
        raise UsageError("name a SOURCE to check")
    with RichProgress(Console(stderr=True)) as progress, contained("check", "of the source"):
        foreseen = foresee(
            chosen,
            home.settings.conversations,
            seed=home.settings.seed,
            today=datetime.now(UTC).date(),
            track=progress.track,
        )
    if as_json:
        print(json.dumps(_document(foreseen), ensure_ascii=False, indent=1, default=str))
    else:
        Console().print("\n".join(_lines(foreseen)), highlight=False)


def _document(foreseen: "Foreseen") -> dict[str, object]:
    found = foreseen.found
    return {
        "format": ", ".join(found.formats),
        **asdict(found),
        "set_aside": dict(foreseen.set_aside),
        "kept": foreseen.kept,
    }


def _lines(foreseen: "Foreseen") -> list[str]:
    found = foreseen.found
    files = "1 file" if found.files == 1 else f"{found.files:,} files"
    shapes = ", ".join(found.formats)
    parts = f" with {found.parts:,} parts" if found.parts != found.records else ""
    joined = f", joined from {found.landed + found.joined:,} of them" if found.joined else ""
    return [
        f"Shape [bold]{shapes}[/], {files}, {found.records:,} records{parts}",
        f"{found.landed:,} conversations{joined} with {found.turns:,} user turns, "
        f"{found.users:,} users",
        *_days(found),
        *_counted("left out, as they hold nothing of a conversation", found.left_out),
        *_rejected(found),
        *_unread(found),
        *_lost(found),
        *_kept(foreseen),
    ]


def _days(found: "LandingCounts") -> list[str]:
    from statistics import median

    counts = list(found.days.values())
    if not counts:
        return []
    return [
        f"{len(counts):,} days, {min(found.days)} to {max(found.days)}: {min(counts):,} to "
        f"{max(counts):,} conversations a day, median {median(counts):,.0f}"
    ]


def _counted(what: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    total = sum(counts.values())
    return [f"{total:,} {what}:", *(f"  {count:,} {reason}" for reason, count in counts.items())]


def _rejected(found: "LandingCounts") -> list[str]:
    lines = _counted("records rejected", found.rejected) or ["0 records rejected"]
    if found.first_rejects:
        where = ", ".join(f"file {file} line {line}" for file, line, _ in found.first_rejects)
        lines.append(f"  first: {where}")
    if found.too_many_rejects:
        lines.append("[bold]That is more than max_reject_share: a run would stop.[/]")
    return lines


def _unread(found: "LandingCounts") -> list[str]:
    if not found.unread:
        return []
    lines = [f"  file {number}: {why}" for number, why in found.unread]
    return [f"{len(lines):,} files could not be read, or not to their end:", *lines]


def _lost(found: "LandingCounts") -> list[str]:
    from clio_assets.sources.losses import in_words

    lines = [f"  {count:,} {in_words(loss)}" for loss, count in found.lost.items()]
    return ["What the logger itself lost, in conversations:", *lines] if lines else []


def _kept(foreseen: "Foreseen") -> list[str]:
    from clio_assets.domain.reasons import in_words

    aside, found = foreseen.set_aside, foreseen.found
    lines = [f"Of the conversations a run would keep {foreseen.kept:,}" + (":" if aside else "")]
    lines += [f"  {count:,} set aside: {in_words(reason)}" for reason, count in aside.items()]
    if found.same_id:
        lines.append(
            f"{found.same_id:,} conversations have the id of another and do not continue it: both "
            "are kept"
        )
    return lines
