"""`clio check`: look at a source without keeping anything of it."""

import json
from collections.abc import Iterable, Mapping
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
    from clio_assets.home.settings import SourceSettings
    from clio_assets.landing.counts import LandingCounts

_LOGGERS = 6  # named at most


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
    from clio_assets.landing.vectors import VectorField

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
            vectors=VectorField.of(home.settings.embeddings),
        )
    names = _names(chosen, foreseen.found)
    if as_json:
        document = _document(foreseen, names)
        print(json.dumps(document, ensure_ascii=False, indent=1, default=str))
    else:
        Console().print(
            "\n".join(_lines(foreseen, names)), highlight=False, markup=False, soft_wrap=True
        )


def _names(source: "SourceSettings", found: "LandingCounts") -> dict[int, str]:
    """Names of the files that could not be read, by number, for the operator's own terminal."""
    from clio_assets.landing.unread import names_of
    from clio_assets.sources.files import find_files

    names = names_of(find_files(source.paths)) if found.unread else []
    return {n: names[n - 1] for n, _ in found.unread if n <= len(names)}


def _document(foreseen: "Foreseen", names: Mapping[int, str]) -> dict[str, object]:
    found = foreseen.found
    return {
        "format": ", ".join(found.formats),
        **asdict(found),
        "unread": [[number, names.get(number), why] for number, why in found.unread],
        "lacks": list(foreseen.lacks),
        "set_aside": dict(foreseen.set_aside),
        "kept": foreseen.kept,
    }


def _lines(foreseen: "Foreseen", names: Mapping[int, str]) -> list[str]:
    found = foreseen.found
    files = "1 file" if found.files == 1 else f"{found.files:,} files"
    shapes = ", ".join(found.formats)
    parts = f" with {found.parts:,} parts" if found.parts != found.records else ""
    joined = f", joined from {found.landed + found.joined:,} of them" if found.joined else ""
    return [
        f"Shape {shapes}, {files}, {found.records:,} records{parts}",
        *_written_by(found),
        *_lacking(foreseen),
        f"{found.landed:,} conversations{joined} with {found.turns:,} user turns, "
        f"{found.users:,} users",
        *_days(found),
        *_counted("left out, as they hold nothing of a conversation", found.left_out),
        *_recorded(found, found.left_out),
        *_rejected(found),
        *_recorded(found, found.rejected),
        *_unread(found, names),
        *_lost(found),
        *_kept(foreseen),
        *_vectors(found),
    ]


def _written_by(found: "LandingCounts") -> list[str]:
    """What wrote the records and in which version, the most frequent first."""
    counts = sorted(found.written_by.items(), key=lambda pair: (-pair[1], pair[0]))
    named = [f"{name} ({count:,} records)" for name, count in counts[:_LOGGERS]]
    if len(counts) > _LOGGERS:
        named.append(f"and {len(counts) - _LOGGERS:,} more")
    return [f"Written by {', '.join(named)}"] if named else []


def _lacking(foreseen: "Foreseen") -> list[str]:
    """What stops a run, and what helps; all the rest is then told as if it had been given."""
    from clio_assets.landing.lacking import REASONS, in_words, settings_for
    from clio_assets.sources.recorded import settings_for as settings_of_loggers

    reasons = {lack: reason for reason, lack in REASONS.items()}
    lines: list[str] = []
    for lack in foreseen.lacks:
        logged = settings_of_loggers(reasons.get(lack, ""), foreseen.found.formats)
        lines += [
            f"A run would stop: the source has {in_words(lack)}. What helps:",
            *(f"  {line}" for line in settings_for(lack)),
            *(f"  to record it: {line}" for line in logged),
        ]
    return [*lines, "All that follows is told as with that option:"] if lines else []


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
        lines.append("That is more than max_reject_share: a run would stop.")
    return lines


def _unread(found: "LandingCounts", names: Mapping[int, str]) -> list[str]:
    lines = [f"  {names.get(number, f'file {number}')}: {why}" for number, why in found.unread]
    if found.too_many_unread:
        lines.append("That is more than max_unreadable_share: a run would stop.")
    count = len(found.unread)
    return [f"{count:,} files could not be read, or not whole:", *lines] if lines else []


def _lost(found: "LandingCounts") -> list[str]:
    from clio_assets.sources.losses import in_words

    lines = [f"  {count:,} {in_words(loss)}" for loss, count in found.lost.items()]
    if not lines:
        return []
    return ["What the logger itself lost:", *lines, *_recorded(found, found.lost)]


def _recorded(found: "LandingCounts", missing: Iterable[str]) -> list[str]:
    """Which settings of the loggers record what is missing."""
    from clio_assets.sources.recorded import settings_for

    lines = [line for what in missing for line in settings_for(what, found.formats)]
    return [f"  to record it: {line}" for line in dict.fromkeys(lines)]


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


def _vectors(found: "LandingCounts") -> list[str]:
    """What the source's own vectors, where they are declared, leave out of the groups."""
    from clio_assets.domain.reasons import in_words
    from clio_assets.landing.counts import TAKEN

    if not found.vectors:
        return []
    taken = found.vectors.get(TAKEN, 0)
    lines = [f"{taken:,} of the {found.landed:,} conversations have a vector that is taken"]
    lines += [
        f"  {count:,} in no group: {in_words(reason)}"
        for reason, count in found.vectors.items()
        if reason != TAKEN
    ]
    return lines if taken else [*lines, "That is none: a run would stop."]
