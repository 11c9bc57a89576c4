"""Just enough HTTP/1.1 for one kind of client, at a few microseconds a request."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

_REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 413: "Payload Too Large",
    429: "Too Many Requests", 500: "Internal Server Error", 529: "Overloaded",
}  # fmt: skip


@dataclass(frozen=True)
class HttpRequest:
    """A whole request; names of headers are lower case."""

    method: str
    target: str
    headers: Mapping[bytes, bytes]
    body: bytes
    too_large: bool = False


class Handler(Protocol):
    """Answers requests, now or later."""

    def most_bytes(self, target: str) -> int:
        """Largest body of that target."""
        ...

    def handle(self, connection: "Connection", request: HttpRequest) -> None:
        """Answer by `connection.respond`, `truncate` or `reset`."""
        ...

    def opened(self) -> None:
        """A client has connected."""
        ...

    def closed(self) -> None:
        """A client has left."""
        ...


class Connection(asyncio.Protocol):
    """One client's connection; requests on it are answered one after another."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._head: tuple[str, str, dict[bytes, bytes]] | None = None
        self._busy = False
        self._skipped = 0  # bytes still to come of a body that is too large

    @property
    def lost(self) -> bool:
        """Whether the client is gone."""
        return self._transport is None or self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it
        self._handler.opened()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._handler.closed()

    def data_received(self, data: bytes) -> None:
        if self._skipped:
            passed = min(self._skipped, len(data))
            self._skipped -= passed
            data = data[passed:]
        self._received += data
        if not self._busy:
            self._next()

    def _next(self) -> None:
        """Handle the next request if it is all there."""
        if self._head is None:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            self._head = _parsed(bytes(self._received[:end]))
            del self._received[: end + 4]
        method, target, headers = self._head
        most = self._handler.most_bytes(target)
        if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            if self._received.endswith(b"0\r\n\r\n"):  # clients here do not pipeline
                whole = _dechunked(self._received)
                if whole is not None:
                    self._received.clear()
                    self._begin(HttpRequest(method, target, headers, whole, len(whole) > most))
            return
        size = int(headers.get(b"content-length", b"0"))
        if size > most:
            self._skipped = size - len(self._received)
            self._received.clear()
            self._begin(HttpRequest(method, target, headers, b"", too_large=True))
        elif len(self._received) >= size:
            body = bytes(self._received[:size])
            del self._received[:size]
            self._begin(HttpRequest(method, target, headers, body))

    def _begin(self, request: HttpRequest) -> None:
        self._head = None
        self._busy = True
        self._handler.handle(self, request)

    def respond(self, status: int, headers: str, body: bytes) -> None:
        """Send a response and go on with the next request."""
        if self._transport is None:
            return
        self._transport.write(_head(status, headers, len(body)) + body)
        self._busy = False
        if self._received:
            self._next()

    def truncate(self, status: int, headers: str, body: bytes) -> None:
        """Send half of a response and close."""
        if self._transport is not None:
            half = body[: len(body) // 2]
            self._transport.write(_head(status, headers, len(body)) + half)
            self._transport.close()

    def reset(self) -> None:
        """Drop the connection without a word."""
        if self._transport is not None:
            self._transport.abort()


def _head(status: int, headers: str, length: int) -> bytes:
    return (
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}\r\n"
        f"content-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n"
    ).encode("latin-1")


def _parsed(head: bytes) -> tuple[str, str, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return method, target, headers


def _dechunked(received: bytearray) -> bytes | None:
    """The body of a chunked request; none while it is not all there."""
    body, at = bytearray(), 0
    while True:
        end = received.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(received[at:end].split(b";")[0], 16)
        start = end + 2
        if len(received) < start + size + 2:
            return None
        if size == 0:
            return bytes(body)
        body += received[start : start + size]
        at = start + size + 2
