"""`clio forget`: remove users' conversations from everything private."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.errors import UsageError
from clio_assets.ground.windows import listed_by_map
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from clio_assets.erasure.forget import Forgotten


def forget(
    context: typer.Context,
    user_id: Annotated[
        list[str] | None,
        typer.Option(
            help="A user's id as the source gives it; may be repeated. It stays in your shell's "
            "history: --from-file does not.",
            show_default=False,
        ),
    ] = None,
    from_file: Annotated[
        str | None,
        typer.Option(help="File of user ids, one a line; - reads standard input."),
    ] = None,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Make and release the maps that counted them again, now."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove users' conversations from every private table, and keep them out from now on.

    Published maps that counted them change with their next release: --rebuild, or the next
    `clio run`. The source files are yours: nothing is deleted there.
    """
    from rich.console import Console

    from clio_assets.erasure import forget as erasure
    from clio_assets.erasure.awaiting import awaiting_release
    from clio_assets.home.erasures import pending_intent
    from clio_assets.run.declared import partitions_of

    home: Home = context.obj
    _ = home.record  # no home, nobody to forget
    users = [*(user_id or ()), *(_read(from_file) if from_file else ())]
    if not any(user.strip() for user in users) and pending_intent(home.private) is None:
        raise UsageError("name users with --user-id or --from-file")
    home.check_access()
    _ = home.policy  # one that cannot be read is refused
    with home.only_run():
        # no seal is asked: facets that cannot be used must not stop an erasure
        done = erasure.forget(home, partitions_of(home), users)
        withdrawn = _rebuild(home) if rebuild else []
    waiting = awaiting_release(home)
    if as_json:
        print(json.dumps(_document(done, waiting, withdrawn), indent=1))
    else:
        _print(Console(), done, waiting, withdrawn)


def _read(source: str) -> list[str]:
    """User ids of a file or of standard input."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"the file of user ids cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError("the file of user ids is not UTF-8") from None


def _rebuild(home: Home) -> list[str]:
    """Make and release what is stale, as `clio run` does; windows without a day are withdrawn."""
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.cli.run import _materialize, use_home

    use_home(home)
    with RichProgress(Console(stderr=True)) as progress:
        with progress.step("Starting"):
            from clio_assets.definitions import build_workbench
            from clio_assets.erasure.awaiting import withdraw_emptied
            from clio_assets.workbench.landing import refresh_landing

            bench = build_workbench(home, progress)
        withdrawn = withdraw_emptied(home, bench.lake)
        refresh_landing(bench, settle=False)
        _materialize(bench, progress)
    return withdrawn


def _document(done: "Forgotten", waiting: list[str], withdrawn: list[str]) -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    return {
        "users": done.users,
        "users_found": done.users_found,
        "users_known": done.users_known,
        "records": done.records,
        "conversations": done.conversations,
        "days": list(done.days),
        "windows": list(done.windows),
        "awaiting_release": waiting,
        "withdrawn": withdrawn,
    }


def _print(console: "Console", done: "Forgotten", waiting: list[str], withdrawn: list[str]) -> None:
    lines = []
    if done.finished_earlier:
        lines.append("An erasure that had been interrupted was finished first.")
    if done.users:
        earlier = f" ({done.users_known:,} forgotten earlier)" if done.users_known else ""
        lines.append(
            f"{_count(done.users, 'user')} named{earlier}, {done.users_found:,} found: "
            f"{_count(done.conversations, 'conversation')} removed."
        )
    if done.days or done.windows:
        lines.append(
            f"All that was made of {_count(len(done.days), 'day')} and "
            f"{_count(len(done.windows), 'window')} is deleted; the next run makes it again "
            "without them."
        )
    if withdrawn:
        lines.append(f"Withdrawn, because nothing is left of them: {listed_by_map(withdrawn)}.")
    if waiting:
        lines.append(
            f"[bold]Published maps that are older than an erasure[/]: {listed_by_map(waiting)}. "
            "They change with their next release: run `clio run`."
        )
    lines.append(
        "Who is forgotten is not landed again. The source files are yours: delete the "
        "conversations there too."
    )
    console.print("\n".join(lines), highlight=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
