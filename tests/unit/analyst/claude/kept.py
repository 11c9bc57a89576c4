"""Answers kept in a store, for the tests of the rooms that keep them."""

import asyncio

from clio_assets.analyst.claude.exchange import Purpose, Reply, Request, Usage
from clio_assets.analyst.claude.store.answers import AnswerStore

DAY = Purpose("facets", "2026-10-05")
REPLY = Reply("an answer", "end_turn", Usage(100, 10, 1, 2))


def request_of(number: int, subject: str = "") -> Request:
    parameters = {"model": "claude-haiku-5-5", "max_tokens": 5, "messages": [number]}
    return Request("extract", parameters, subject)


def keep(store: AnswerStore, request: Request, reply: Reply = REPLY, where: Purpose = DAY) -> None:
    asyncio.run(store.keep(request, reply, where))
