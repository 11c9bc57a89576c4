"""Questions to answers through the live sender, against a server that fails often."""

import json
from collections.abc import Iterator

import pytest

from clio_assets.analyst.claude.exchange import (
    Question,
    Repeatable,
    Request,
    Unusable,
)
from clio_assets.analyst.claude.sending.asking import Asker
from clio_assets.analyst.claude.sending.client import open_client
from clio_assets.analyst.claude.sending.live import LiveClient
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.asking import (
    PURPOSE,
    Line,
    Post,
    Purse,
    Shelf,
)
from tests.fakes.messages_server import MessagesServer, Script


def words(number: int) -> list[str]:
    return [f"w{n}" for n in range(number)]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MessagesServer]:
    monkeypatch.setattr("clio_assets.analyst.claude.sending.live.FIRST_BACKOFF", 0.02)
    monkeypatch.setattr("clio_assets.analyst.claude.sending.limiter.FIRST_PAUSE", 0.05)
    with MessagesServer() as running:
        monkeypatch.setenv("ANTHROPIC_API_KEY", running.key)
        yield running


def test_every_question_is_answered_through_the_sdk_when_the_server_fails_often(
    server: MessagesServer,
) -> None:
    server.script(
        Script(kind="reset", every=23),
        Script(kind="truncate", every=29),
        Script(status=529, every=11),
        Script(status=429, every=31, headers={"retry-after": "0.2"}),
        Script(status=500, every=13),
        Script(kind="refusal", contains="w7 "),
        Script(kind="schema", contains="w8 ", times=1),
        Script(kind="max_tokens", contains="w9 ", times=1),
        Script(kind="empty", contains="w10 "),
    )
    schema = {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
        "additionalProperties": False,
    }

    def ask_for(content: str) -> Request:
        return Request(
            "extract",
            {
                "model": "claude-haiku-5-5",
                "max_tokens": 100,
                "messages": [{"role": "user", "content": content}],
                "output_config": {"format": {"type": "json_schema", "schema": schema}},
            },
        )

    def read(text: str) -> bool:
        value = json.loads(text)
        if not isinstance(value, dict) or not isinstance(value.get("word"), str):
            raise Unusable("wrong form")
        return True

    def make() -> Iterator[Question[bool]]:
        for word in words(100):
            yield Question(
                ask_for(f"{word} "), read, lambda problem, word=word: ask_for(f"{word}: {problem}")
            )

    settings = ClaudeSettings(base_url=server.base_url, mode="live", max_concurrent=50)
    shelf = Shelf()
    sender = LiveClient(open_client(settings), settings)
    asker = Asker(shelf, Purse(), sender, Post(shelf), settings, PURPOSE)
    answers = list(asker.ask(Repeatable(make)))
    assert answers[7] == NotAnswered("refused")
    assert answers[10] is True  # asked again in other words
    assert sum(answer is True for answer in answers) == 99
    again = Asker(shelf, Purse(), Line(), Post(shelf), settings, PURPOSE)
    assert list(again.ask(Repeatable(make))) == answers
    assert again.usage == asker.usage
