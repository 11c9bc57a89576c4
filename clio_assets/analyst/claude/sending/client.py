"""The SDK's client as this project uses it: nothing but what the settings name reaches it.

Left to itself the SDK would also read a token, a profile, a base URL, headers, proxies, tracing and
debug logging (which prints whole requests) from the environment. Retries, limits and deadlines are
those of live.py.
"""

import logging
import os

import httpx2
from anthropic import AsyncAnthropic, DefaultAioHttpClient
from anthropic._models import FinalRequestOptions

from clio_assets.errors import UsageError
from clio_assets.home.settings import ClaudeSettings

PUBLIC_SERVER = "https://api.anthropic.com"

#: Seconds to open a connection. Reading may take half of a call's deadline, so that a connection
#: that went silent leaves time for another attempt.
CONNECT_SECONDS = 15.0
#: Seconds that an idle connection is kept; servers close theirs after 15 to 120.
KEEP_ALIVE_SECONDS = 30.0


class _Client(AsyncAnthropic):
    """The SDK's client, which makes URL and headers of messages once: only their bodies differ.

    Half a millisecond for each, otherwise; the SDK is pinned, and a test compares the requests.
    """

    _first: httpx2.Request | None = None

    def _build_request(
        self, options: FinalRequestOptions, *, retries_taken: int = 0
    ) -> httpx2.Request:
        if options.url != "/v1/messages" or not isinstance(options.content, bytes):
            return super()._build_request(options, retries_taken=retries_taken)
        if self._first is None:
            self._first = super()._build_request(options, retries_taken=retries_taken)
            return self._first
        headers = httpx2.Headers(self._first.headers)
        headers["Content-Length"] = str(len(options.content))
        return httpx2.Request(
            self._first.method,
            self._first.url,
            headers=headers,
            content=options.content,
            extensions=dict(self._first.extensions),
        )


def open_client(settings: ClaudeSettings) -> AsyncAnthropic:
    """A client of the configured server, to be used in one event loop and closed there.

    UsageError where the key's variable or the base URL cannot be used.
    """
    client = _Client(
        api_key=_key(settings),
        base_url=_base_url(settings),
        max_retries=0,
        open_telemetry=False,
        webhook_key="",
        http_client=DefaultAioHttpClient(
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(
                settings.call_deadline_seconds / 2, connect=CONNECT_SECONDS, pool=None
            ),
            limits=httpx2.Limits(
                max_connections=settings.max_concurrent,
                max_keepalive_connections=settings.max_concurrent,
                keepalive_expiry=KEEP_ALIVE_SECONDS,
            ),
        ),
    )
    client._custom_headers = {}  # what ANTHROPIC_CUSTOM_HEADERS put there
    for name in ("anthropic", "httpx2"):
        logging.getLogger(name).setLevel(logging.WARNING)  # debug logs hold conversations
    return client


def server_of(settings: ClaudeSettings) -> str:
    """The server's address as messages may show it."""
    url = httpx2.URL(_base_url(settings))
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}"


def _key(settings: ClaudeSettings) -> str:
    variable = settings.api_key_variable
    key = os.environ.get(variable, "").strip()
    if not key:
        raise UsageError(
            f"the environment variable {variable} holds no key for the analyst `claude`; set it "
            "(to any value for a server that asks for none), or name another variable in "
            "[claude] api_key_variable"
        )
    if not (key.isascii() and key.isprintable()):
        raise UsageError(
            f"the key in {variable} holds characters that no header can carry; set it anew"
        )
    return key


def _base_url(settings: ClaudeSettings) -> str:
    text = settings.base_url or PUBLIC_SERVER
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
        raise UsageError(
            "[claude] base_url has to look like http://localhost:8000: a web address without "
            "user, password, query, and /v1/messages at its end"
        )
    return text
