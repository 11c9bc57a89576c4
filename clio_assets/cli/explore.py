"""`clio explore`: the analysts' web page over what is published."""

from typing import TYPE_CHECKING, Annotated

import typer

from clio_assets.errors import HomeError
from clio_assets.home.home import Home

if TYPE_CHECKING:
    from clio_assets.explorer.app import Traces


def explore(
    context: typer.Context,
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; another than this machine's asks for a token."),
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65_535, help="Port. Default: 8765, or the next free one.", show_default=False
        ),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser as well.")
    ] = False,
) -> None:
    """Serve the explorer until Ctrl-C. Reads the public database and nothing else."""
    import secrets
    import webbrowser

    from clio_assets.explorer.app import create_app
    from clio_assets.explorer.releases import Releases
    from clio_assets.explorer.security import Access, is_loopback
    from clio_assets.explorer.serve import listen, serve, url_of
    from clio_assets.lake.public import PublicDatabase

    home: Home = context.obj
    database = PublicDatabase(home.release_folders.database)
    traces = traces_of(home)
    releases = Releases(database, traces=traces is not None)
    index = releases.index()
    if not index.maps:
        raise HomeError("nothing is published in this home at the moment; run `clio run` first")
    releases.map(*index.maps[0], index.digest)  # encoded before anybody waits for it
    token = None if is_loopback(host) else secrets.token_urlsafe(24)
    listener = listen(host, port)
    bound = int(listener.getsockname()[1])
    address = url_of(host, bound) + (f"?token={token}" if token else "")
    print(f"explorer: {address}  (Ctrl-C to stop)", flush=True)
    if open_browser:
        webbrowser.open(address)
    serve(create_app(releases, Access(host, bound, token), traces), listener)


def traces_of(home: Home) -> "Traces | None":
    """Example conversations where the policy declares the data non-sensitive, else None.

    Otherwise nothing of what reads the private zone is even imported.
    """
    if not home.policy.example_conversations:
        return None
    from clio_assets.explorer.traces import Traces

    home.check_access()
    return Traces(home)
