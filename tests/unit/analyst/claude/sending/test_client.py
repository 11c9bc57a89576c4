"""What reaches the SDK's client, and what must not."""

import asyncio
import logging

import httpx2
import pytest
from anthropic import AsyncAnthropic
from anthropic._models import FinalRequestOptions

from clio_assets.analyst.claude.sending.client import open_client, server_of
from clio_assets.errors import UsageError
from clio_assets.home.settings import ClaudeSettings

SETTINGS = ClaudeSettings(api_key_variable="MY_KEY", base_url="http://localhost:99/x")


def headers_sent(settings: ClaudeSettings) -> httpx2.Headers:
    """Headers of a request to a server that only looks at them."""
    seen: list[httpx2.Request] = []

    async def send() -> None:
        client = open_client(settings)

        async def take(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(200, json={})

        client._client = httpx2.AsyncClient(transport=httpx2.MockTransport(take))
        await client.post("/v1/messages", content=b"{}", cast_to=httpx2.Response)

    asyncio.run(send())
    return seen[0].headers


def test_key_comes_from_the_named_variable_when_others_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", " mine \n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "other")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "other")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "other")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x-other: other\nauthorization: other")
    sent = headers_sent(SETTINGS)
    assert "mine" in " ".join((sent.get("authorization", ""), sent.get("x-api-key", "")))
    assert "other" not in str(sent.raw)


def test_server_is_the_public_one_when_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "mine")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://elsewhere:1")
    client = open_client(ClaudeSettings())
    assert client.base_url.host == "api.anthropic.com"
    assert not client._client._mounts


def test_requests_are_neither_logged_nor_traced_when_debugging_is_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", "mine")
    monkeypatch.setenv("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content")
    logging.getLogger("anthropic").setLevel(logging.DEBUG)
    client = open_client(SETTINGS)
    assert not logging.getLogger("anthropic._base_client").isEnabledFor(logging.INFO)
    assert not client.open_telemetry["traces"]["enabled"]
    assert client.max_retries == 0


@pytest.mark.parametrize("value", [None, "", "  "])
def test_variable_is_named_when_it_holds_no_key(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "other")
    if value is None:
        monkeypatch.delenv("MY_KEY", raising=False)
    else:
        monkeypatch.setenv("MY_KEY", value)
    with pytest.raises(UsageError, match=r"MY_KEY .*any value"):
        open_client(SETTINGS)


def test_key_is_not_repeated_when_no_header_can_carry_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "geheim\u00fc")
    with pytest.raises(UsageError, match="MY_KEY") as caught:
        open_client(SETTINGS)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "ftp://host", "http://", "x y", "http://me:pw@host", "http://host?x=1"],
)
def test_base_url_is_refused_when_it_is_no_web_address(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("MY_KEY", "mine")
    with pytest.raises(UsageError, match="base_url"):
        open_client(ClaudeSettings(api_key_variable="MY_KEY", base_url=url))


def test_server_is_shown_without_its_path_when_it_has_one() -> None:
    assert server_of(SETTINGS) == "http://localhost:99"


def test_requests_are_those_of_the_sdk_when_they_are_made_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", "mine")

    async def built() -> tuple[httpx2.Request, httpx2.Request]:
        client = open_client(SETTINGS)
        options = [
            FinalRequestOptions.construct(method="post", url="/v1/messages", content=body)
            for body in (b"{}", b'{"longer": true}')
        ]
        client._build_request(options[0])
        return client._build_request(options[1]), AsyncAnthropic._build_request(client, options[1])

    ours, theirs = asyncio.run(built())
    assert ours.headers == theirs.headers
    assert (ours.method, ours.url, ours.content) == (theirs.method, theirs.url, theirs.content)
    assert ours.extensions == theirs.extensions
