"""`clio backup` and `clio restore`: the home in one file, and a home made of one."""

from pathlib import Path
from typing import Annotated

import typer

from clio_assets.errors import UsageError
from clio_assets.home.home import Home


def backup(
    context: typer.Context,
    target: Annotated[
        Path, typer.Argument(help="File to write, or a folder to write one into.", metavar="FILE")
    ],
    with_keys: Annotated[
        bool,
        typer.Option(
            "--with-keys",
            help="Put the keys in. Whoever holds them and the rest can name pseudonyms again: "
            "rather keep them apart.",
        ),
    ] = False,
    with_history: Annotated[
        bool, typer.Option("--with-history", help="Put Dagster's own state and history in.")
    ] = False,
) -> None:
    """Write everything of the home into one archive, which is as private as the home.

    Without the keys, unless told otherwise. Copy private/keys to another place.
    """
    from rich.console import Console

    from clio_assets.backup.form import Choice
    from clio_assets.backup.make import back_up
    from clio_assets.cli.progress import RichProgress

    home: Home = context.obj
    home.require()
    home.check_access()
    with home.only_run(), RichProgress(Console(stderr=True)) as progress:
        choice = Choice(keys=with_keys, history=with_history)
        made = back_up(home, target, choice, progress)
    without = "" if with_keys else ", without the keys: keep a copy of private/keys elsewhere"
    print(f"Backed up ({made.stat().st_size / 1e6:,.1f} MB){without}.")


def restore(
    context: typer.Context,
    archive: Annotated[Path, typer.Argument(help="What `clio backup` wrote.", metavar="FILE")],
    erasures: Annotated[
        Path | None,
        typer.Option(
            help="The home, or a copy of its private/erasure, private/purged and "
            "private/keys/erasure.key, whose erasures since the backup are done again."
        ),
    ] = None,
    nothing_erased: Annotated[
        bool,
        typer.Option(
            "--nothing-erased-since", help="Say that nothing was forgotten or purged since."
        ),
    ] = False,
) -> None:
    """Make the home, which must not exist yet, of an archive; verify every byte of it.

    A restore must not bring back who was forgotten since: say where that is known, or that nobody
    was.
    """
    from rich.console import Console

    from clio_assets.backup.reapply import erasures_of
    from clio_assets.backup.restore import restore as restore_home
    from clio_assets.cli.progress import RichProgress

    if (erasures is None) != nothing_erased:
        raise UsageError(
            "name the newest copy of the home's erasures with --erasures, so that nobody who was "
            "forgotten since comes back, or say --nothing-erased-since; not both"
        )
    home: Home = context.obj
    since = None if erasures is None else erasures_of(erasures)
    with RichProgress(Console(stderr=True)) as progress:
        head = restore_home(home, archive, since, progress)
    print(f"Restored from the backup of {head.made_at:%Y-%m-%d %H:%M} UTC; every digest agrees.")
    if not head.keys:
        print("The backup holds no keys: put private/keys back before the next `clio run`.")
