"""Have the server count the tokens of some requests, without asking for answers."""

import asyncio
import json
from collections.abc import Sequence

import httpx2
from anthropic import APIError, AsyncAnthropic

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.loop.background import BACKGROUND
from clio_assets.analyst.claude.sending.client import open_client
from clio_assets.home.settings import ClaudeSettings

#: Seconds for all of them; an estimate is not worth a longer wait.
_SECONDS = 20.0
_AT_ONCE = 8
#: Parameters of a message that the counting takes, too.
_COUNTED = ("model", "messages", "system", "output_config", "thinking")


def count_tokens(settings: ClaudeSettings, requests: Sequence[Request]) -> list[int] | None:
    """Input tokens of each request as the server counts them.

    None where it cannot be had: the key is refused, nobody answers, or the server does not count.
    UsageError where there is no key or no usable address.
    """
    try:
        counted = BACKGROUND.run(_counted(settings, requests))
    except (APIError, TimeoutError):
        return None
    return [count for count in counted if count is not None] if all(counted) else None


async def _counted(settings: ClaudeSettings, requests: Sequence[Request]) -> list[int | None]:
    turns = asyncio.Semaphore(_AT_ONCE)
    async with open_client(settings) as client, asyncio.timeout(_SECONDS):
        return await asyncio.gather(*(_count(client, turns, one) for one in requests))


async def _count(client: AsyncAnthropic, turns: asyncio.Semaphore, request: Request) -> int | None:
    """None where the answer holds no count."""
    asked = {name: request.parameters[name] for name in _COUNTED if name in request.parameters}
    async with turns:
        response = await client.post(
            "/v1/messages/count_tokens", body=asked, cast_to=httpx2.Response
        )
    try:
        count = json.loads(response.content)["input_tokens"]
    except (ValueError, TypeError, KeyError):
        return None
    return count if isinstance(count, int) and count > 0 else None
