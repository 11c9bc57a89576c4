"""`clio purge`: delete what is past retention."""

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.errors import UsageError
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.erasure.purge import Purged


def purge(
    context: typer.Context,
    before: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="First day (UTC) to keep. Default: the policy's retention_days before today.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be deleted, and delete nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete private days and windows from before a date, for good.

    Published maps stay, and so do counts, digests and verdicts of what is deleted. A window keeps
    or loses its days together. Sources are not touched; what they hold from before the date is not
    read again.
    """
    from rich.console import Console

    from clio_assets.erasure import purge as erasure
    from clio_assets.run.declared import partitions_of

    home: Home = context.obj
    _ = home.policy  # one that cannot be read is refused
    # no seal is asked: facets that cannot be used must not stop an erasure
    lake = partitions_of(home)
    asked = _asked(home, before, datetime.now(UTC).date())
    home.check_access()
    if dry_run:
        found = erasure.plan_purge(home, lake, asked)
    else:
        with home.only_run():
            found = erasure.purge(home, lake, asked)
    if as_json:
        print(json.dumps(_document(found, dry_run), indent=1))
    else:
        _print(Console(), found, dry_run)


def _asked(home: Home, before: datetime | None, today: date) -> date:
    """The first day that should be kept."""
    from clio_assets.erasure.purge import retention_start

    _ = home.record  # no home, nothing to purge
    if before is not None:
        day = date(before.year, before.month, before.day)
    elif home.policy.retention_days is not None:
        day = retention_start(home.policy.retention_days, today)
    else:
        raise UsageError(
            "name the first day to keep with --before, or set retention_days in privacy.toml"
        )
    if day > today:
        raise UsageError("--before lies in the future; everything yet to come would be set aside")
    return day


def _document(found: "Purged", dry_run: bool) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    return {
        "asked": found.asked.isoformat(),
        "before": found.before.isoformat() if found.before else None,
        "dry_run": dry_run,
        "days": list(found.days),
        "windows": list(found.windows),
        "records": found.records,
        "partitions": found.partitions,
    }


def _print(console: "Console", found: "Purged", dry_run: bool) -> None:
    lines = []
    if found.finished_earlier:
        lines.append("An erasure that had been interrupted was finished first.")
    if found.before is None:
        lines.append(
            f"Nothing to purge: this home holds one window over all days, and its newest day is "
            f"not before {found.asked}."
        )
    else:
        if found.before < found.asked:
            lines.append(
                f"The window that holds {found.asked} began on {found.before} and needs all its "
                f"days, so everything from {found.before} on is kept."
            )
        if not (found.days or found.windows):
            lines.append(f"Nothing to purge: nothing is stored from before {found.before}.")
        else:
            verb = "Would delete" if dry_run else "Deleted"
            lines += [
                f"{verb} what is stored from before [bold]{found.before}[/]: "
                f"{_count(found.records, 'landed record')}, {_count(len(found.days), 'day')}, "
                f"{_count(len(found.windows), 'window')} "
                f"({_count(found.partitions, 'partition')}).",
                "Published maps stay. Counts, digests and verdicts are kept in private/purged. "
                "The sources themselves are yours to delete.",
            ]
    console.print("\n".join(lines), highlight=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
