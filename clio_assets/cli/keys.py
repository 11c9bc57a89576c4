"""`clio keys`: the key that seals are signed with, for auditors; and how one follows another."""

from pathlib import Path
from typing import Annotated

import typer

from clio_assets.home.home import Home


def keys(
    context: typer.Context,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Replace the key by a new one that vouches for it.")
    ] = False,
    retire: Annotated[
        Path | None,
        typer.Option(help="An earlier public key, in PEM, whose seals stay believed."),
    ] = None,
) -> None:
    """Print the public key that this home's seals are signed with, in PEM, and put it, with the
    earlier ones, into the public folder.
    """
    from clio_assets.errors import UsageError
    from clio_assets.lake.signing import pem_of, public_key_of
    from clio_assets.run.declared import signing_of

    home: Home = context.obj
    home.require()
    home.check_access()
    signing = signing_of(home)
    if rotate or retire is not None:
        with home.only_run():
            if rotate:
                signing.rotate()
            if retire is not None:
                try:
                    earlier = public_key_of(retire.read_bytes())
                except OSError:
                    raise UsageError("the file that --retire names cannot be read") from None
                signing.retire(earlier)
    signing.publish(home.release_folders.public)
    print(pem_of(signing.public_key).decode("ascii"), end="")
