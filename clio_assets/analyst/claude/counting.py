"""Have the server count the tokens of some requests, without asking for answers."""

import asyncio
from collections.abc import Sequence

from anthropic import APIError, AsyncAnthropic

from clio_assets.analyst.claude.background import BACKGROUND
from clio_assets.analyst.claude.client import open_client
from clio_assets.analyst.claude.exchange import Request
from clio_assets.config import ClaudeSettings
from clio_assets.errors import UsageError

#: Seconds for all of them; an estimate is not worth a longer wait.
_SECONDS = 20.0
_AT_ONCE = 8
#: Parameters of a message that the counting takes, too.
_COUNTED = ("model", "messages", "system", "output_config", "thinking")


def count_tokens(settings: ClaudeSettings, requests: Sequence[Request]) -> list[int] | None:
    """Input tokens of each request as the server counts them.

    None where it cannot be had: no key, nobody answers, or a server that does not count.
    """
    try:
        return BACKGROUND.run(_counted(settings, requests))
    except (APIError, TimeoutError, UsageError):
        return None


async def _counted(settings: ClaudeSettings, requests: Sequence[Request]) -> list[int]:
    client = open_client(settings)
    turns = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.timeout(_SECONDS):
        return await asyncio.gather(*(_count(client, turns, one) for one in requests))


async def _count(client: AsyncAnthropic, turns: asyncio.Semaphore, request: Request) -> int:
    asked = {name: request.parameters[name] for name in _COUNTED if name in request.parameters}
    async with turns:
        return (await client.messages.count_tokens(**asked)).input_tokens
