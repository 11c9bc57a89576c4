"""`clio verify`: what is published, held against the bytes, seals and signatures behind it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from clio_assets.cli.options import JsonOption
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from clio_assets.audit.verify import Verified
    from clio_assets.lake.lake import Lake

#: What the command ends with where something does not hold.
WRONG: Final = 4


def verify(
    context: typer.Context,
    window: Annotated[
        str | None, typer.Option(help="Only this published window. Default: all of them.")
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", help="The key that has to have signed, in PEM."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Work out every digest, seal and link behind what is published, from the bytes on disk.

    Ends with 4 where anything does not hold, and names it. Changes nothing.
    """
    from clio_assets.audit.verify import verify as look
    from clio_assets.errors import UsageError
    from clio_assets.lake.release import released
    from clio_assets.run.declared import lake_of

    home: Home = context.obj
    home.require()
    lake = lake_of(home)
    published = sorted(released(home.release_folders))
    if window is not None and window not in published:
        raise UsageError("no such window is published; `clio status` lists those that are")
    if public_key is not None:
        _require_key(lake, public_key)
    found = look(lake, home.release_folders, [window] if window else published)
    if as_json:
        print(json.dumps(_as_json(found), indent=1))
    else:
        _print(found)
    raise typer.Exit(0 if found.holds else WRONG)


def _require_key(lake: "Lake", file: Path) -> None:
    """Refuse a home whose key is another one: then no seal of it says anything to the auditor."""
    from clio_assets.errors import UsageError
    from clio_assets.lake.signing import public_key_of

    try:
        given = public_key_of(file.read_bytes())
    except OSError:
        raise UsageError("the file that --public-key names cannot be read") from None
    if not lake.signing.is_in_force(given):
        print("The given key is not the one that this home signs with; `clio keys` prints that.")
        raise typer.Exit(WRONG)


def _as_json(found: "Verified") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md)."""
    return {
        "holds": found.holds,
        "windows": list(found.windows),
        "partitions": found.partitions,
        "findings": [{**asdict(one), "wrong": one.wrong} for one in found.findings],
    }


def _print(found: "Verified") -> None:
    for one in found.findings:
        print(f"{one.kind}: {one.stage} {one.key}: {one.says}")
    looked_at = f"{len(found.windows):,} windows and the {found.partitions:,} partitions behind"
    print(f"{looked_at}: {'all holds.' if found.holds else 'not all holds; see above.'}")
