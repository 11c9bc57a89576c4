"""`clio metrics`: how the home stands, for Prometheus."""

from typing import TYPE_CHECKING, Annotated

import typer

from clio_assets.home.home import Home

if TYPE_CHECKING:
    from prometheus_client.registry import Collector


def metrics(
    context: typer.Context,
    serve: Annotated[
        int | None,
        typer.Option(min=1, max=65_535, help="Serve them on this port until Ctrl-C."),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to serve on. Anyone who reaches it sees the numbers.")
    ] = "127.0.0.1",
) -> None:
    """Print metrics of this home in Prometheus' text form: counts and ages, never content.

    They are of the private zone, and exact: keep them from whoever may see the map alone.
    """
    from clio_assets.metrics.collect import HomeCollector, exposition

    home: Home = context.obj
    home.require()
    if serve is None:
        print(exposition(home), end="")
        return
    _serve(HomeCollector(home), serve, host)


def _serve(collector: "Collector", port: int, host: str) -> None:
    from prometheus_client import CollectorRegistry, start_http_server

    from clio_assets.errors import UsageError

    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    try:
        _, thread = start_http_server(port, addr=host, registry=registry)
    except OSError:
        raise UsageError(
            f"port {port} of {host} cannot be opened; choose another one with --serve"
        ) from None
    print(f"http://{host}:{port}/metrics", flush=True)
    thread.join()
