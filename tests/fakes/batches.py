"""Requests sent by batch with the real sender, and what is then found in the store."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clio_assets.analyst.claude.batches import journal
from clio_assets.analyst.claude.batches.api import BatchApi
from clio_assets.analyst.claude.batches.sender import Batches
from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.sending.client import open_client
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.batch_sender import PURPOSE, request_of, requests
from tests.fakes.messages_server import MessagesServer

#: Digest of a request -> why it has no reply.
Failures = dict[str, str]


def settings_for(server: MessagesServer, **fields: Any) -> ClaudeSettings:
    return ClaudeSettings(**{"base_url": server.base_url, "batch_poll_seconds": 0.02, **fields})


async def sent(
    store: AnswerStore,
    settings: ClaudeSettings,
    outgoing: AsyncIterator[Request],
    grace: float = 0.1,
) -> tuple[Failures, Batches]:
    budget = Budget(store.database, settings, store.prices)
    async with open_client(settings) as client:
        batches = Batches(client, store, budget, settings, grace_seconds=grace)
        failures = {d: why.reason async for d, why in batches.send(outgoing, PURPOSE)}
    budget.close()
    return failures, batches


def send(
    store: AnswerStore, server: MessagesServer, count: int, **fields: Any
) -> tuple[Failures, Batches]:
    return asyncio.run(sent(store, settings_for(server, **fields), requests(count)))


def answered(store: AnswerStore, count: int) -> int:
    return sum(store.find(request_of(number).digest) is not None for number in range(count))


def rows(store: AnswerStore, query: str) -> list[tuple[Any, ...]]:
    return store.read(lambda c: c.execute(query).fetchall())


def under_way(store: AnswerStore) -> tuple[int, int]:
    """Open batches, and requests without a result."""
    return (
        len(store.read(journal.open_batches)),
        rows(store, "SELECT count(*) FROM batch_requests")[0][0],
    )


def leave_under_way(store: AnswerStore, server: MessagesServer, count: int) -> None:
    """A batch that was not looked at since it was sent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BatchApi, "retrieve", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            send(store, server, count)
    assert under_way(store) == (1, count)


async def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt
