"""Listening on an address, and answering until somebody stops it."""

import errno
import socket

from starlette.types import ASGIApp

from clio_assets.errors import UsageError
from clio_assets.explorer.security import is_wildcard

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8765
_TRIED = 50


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that accepts connections. Without a port: the default one, or the next free one."""
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _TRIED) if port is None else (port,):
        listener = _bound(host, candidate)
        if listener is not None:
            listener.listen(128)
            return listener
    taken = f"port {port} is" if port is not None else "the usual ports are"
    raise UsageError(f"{taken} taken; choose another one with --port")


def _bound(host: str, port: int) -> socket.socket | None:
    """A bound socket, or None where the port is taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise UsageError("--host is no address or name of this machine") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise UsageError("this machine cannot listen on that --host and --port") from None
    return listener


def url_of(host: str, port: int) -> str:
    """Where a browser on this machine finds the explorer."""
    name = socket.gethostname() if is_wildcard(host) else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Answer requests until interrupted. Nothing is logged of them."""
    import uvicorn

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return
