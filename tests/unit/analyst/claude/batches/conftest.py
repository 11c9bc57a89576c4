"""A server that takes batches, and an empty store of answers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clio_assets.analyst.claude.store.answers import AnswerStore
from tests.fakes.messages_server import MessagesServer


@pytest.fixture(scope="module")
def shared_server() -> Iterator[MessagesServer]:
    with MessagesServer() as server:
        yield server


@pytest.fixture
def server(
    shared_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MessagesServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", shared_server.key)
    yield shared_server
    shared_server.clear()
    shared_server.set(batch_seconds=0.0)
    shared_server.reset()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with closing(AnswerStore(tmp_path / "answers")) as store:
        yield store
