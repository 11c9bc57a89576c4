"""Who may talk to the explorer, and what its answers tell a browser."""

import hashlib
import hmac
import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing but the explorer's own files, no inline script or style, no text parsed as HTML.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "display-capture=(), browsing-topics=()",
}
_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\[\]:/@]+)(?::(?P<port>[0-9]+))?")
_LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Access:
    """Where the explorer listens, and the token it asks for; no token on a loopback address."""

    host: str
    port: int
    token: str | None = None

    @property
    def cookie(self) -> str:
        """Name of the cookie that holds the token: one of its own for each server of a host."""
        return "clio-" + hashlib.sha256((self.token or "").encode()).hexdigest()[:12]

    def names(self, host: str) -> bool:
        """Whether a Host header names this server, and not another name that leads to it."""
        parts = _split(host)
        if parts is None or parts[1] not in ("", str(self.port)):
            return False
        name = parts[0]
        if name in _LOOPBACK_NAMES or name == self.host.lower():
            return True
        return is_wildcard(self.host) and (
            _is_address(name) or name == socket.gethostname().lower()
        )

    def knows(self, token: str) -> bool:
        """Whether this is the token, compared in constant time."""
        return hmac.compare_digest(token.encode(), (self.token or "").encode())


class Guard:
    """Answers only the right host, method and token, with the headers above on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        answer = self._refusal(scope) or self._app
        await answer(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._access.names(headers.get("host", "")):
            return PlainTextResponse("This server does not answer to that name.", 421)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse(
                "The explorer only reads: use GET.", 405, {"Allow": "GET, HEAD"}
            )
        if self._access.token is None:
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if given and scope["path"] == "/" and self._access.knows(given[0]):
            return self._welcome()
        if self._access.knows(
            cookie_parser(headers.get("cookie", "")).get(self._access.cookie, "")
        ):
            return None
        return PlainTextResponse(
            "This explorer asks for a token: open the address that `clio explore` printed.", 401
        )

    def _welcome(self) -> Response:
        """Keep the token in a cookie that no script sees, and take it out of the address."""
        response = RedirectResponse("/", 303)
        response.set_cookie(
            self._access.cookie, self._access.token or "", httponly=True, samesite="strict"
        )
        return response


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def is_wildcard(host: str) -> bool:
    """Whether the address stands for all of this machine's."""
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _split(host: str) -> tuple[str, str] | None:
    """Name and port of a Host header, an IPv6 address without its brackets; None for no host."""
    match = _HOST.fullmatch(host.lower())
    return None if match is None else (match["name"].strip("[]"), match["port"] or "")
