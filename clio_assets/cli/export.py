"""`clio export`: everything published as one page that works from disk."""

from pathlib import Path
from typing import Annotated

import typer

from clio_assets.errors import UsageError
from clio_assets.home.home import Home


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The HTML file to write.", metavar="FILE.html")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it exists already.")
    ] = False,
) -> None:
    """Write the explorer and all published maps into one file. It works with the network off.

    An export is a publication: it is recorded in the release log.
    """
    from clio_assets.explorer.export import export_page
    from clio_assets.ground.files import write_whole
    from clio_assets.lake.public import PublicDatabase
    from clio_assets.lake.publications import record_export

    home: Home = context.obj
    require_writable(home, file, force)
    exported = export_page(PublicDatabase(home.release_folders.database))
    record_export(home.release_folders, exported.windows, exported.release, exported.page)
    write_whole(file.absolute(), exported.page)
    file.chmod(0o644)  # whatever the mask: a publication
    print(f"wrote {file} ({len(exported.page) / 1e6:.1f} MB)", flush=True)


def require_writable(home: Home, file: Path, force: bool) -> None:
    """Refuse a place where the page cannot or should not lie."""
    target = file.absolute()
    if target.is_dir() or not target.parent.is_dir():
        raise UsageError("name a file in a folder that exists")
    if target.resolve().is_relative_to(home.private.resolve()):
        raise UsageError("the page is for others to read, so it cannot go into the private folder")
    if target.exists() and not force:
        raise UsageError("the file exists already; --force replaces it")
