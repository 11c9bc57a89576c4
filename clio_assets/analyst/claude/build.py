"""Put the Claude analyst of a home together.

Nothing is opened before it is needed: the store at the first question, the connection, and with it
the key and the SDK, at the first request that the store has no reply to.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from clio_assets.analyst.claude.analyst import ClaudeAnalyst
from clio_assets.analyst.claude.batches.journal import open_batches
from clio_assets.analyst.claude.exchange import Purpose, Reply, Request
from clio_assets.analyst.claude.loop.background import BACKGROUND
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.analyst.claude.sending.asking import Asker
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.home.home import Home
from clio_assets.home.settings import ClaudeSettings

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

    from clio_assets.analyst.claude.batches.sender import Batches
    from clio_assets.analyst.claude.sending.live import LiveClient


def build_claude(settings: ClaudeSettings, home: Home) -> ClaudeAnalyst:
    """The analyst with the home's key, stored answers and budget; writes and sends nothing yet."""
    return ClaudeAnalyst(settings, HomeOffice(settings, home))


class HomeOffice:
    """What all analysts of one home share (store, budget, connection); see analyst.Office."""

    def __init__(self, settings: ClaudeSettings, home: Home) -> None:
        self.settings = settings
        self._home = home

    @property
    def key(self) -> bytes:
        """The home's key of delimiters and subjects."""
        return self._home.delimiter_key

    def asker(self, purpose: Purpose) -> Asker:
        """An asker that shares store, budget and connection with all others."""
        return Asker(
            self.store,
            self.budget,
            _LiveWhenNeeded(self),
            _BatchesWhenNeeded(self),
            self.settings,
            purpose,
            self.prices.microdollars,
        )

    @cached_property
    def prices(self) -> PriceTable:
        """The operator's prices (a path relative to the home) over those that are built in."""
        own = self.settings.prices
        return PriceTable.load(self._home.path / own if own else None)

    @cached_property
    def store(self) -> AnswerStore:
        """The home's stored answers."""
        return AnswerStore(self._home.answers, self.prices)

    @cached_property
    def budget(self) -> Budget:
        """The home's budget."""
        return Budget(self.store.database, self.settings, self.prices)

    @cached_property
    def live(self) -> "LiveClient":
        """Sends one by one."""
        from clio_assets.analyst.claude.sending.live import LiveClient

        return LiveClient(self._client, self.settings)

    @cached_property
    def batches(self) -> "Batches":
        """Sends by batch."""
        from clio_assets.analyst.claude.batches.sender import Batches

        return Batches(self._client, self.store, self.budget, self.settings)

    @cached_property
    def _client(self) -> "AsyncAnthropic":
        from clio_assets.analyst.claude.sending.client import open_client

        client = open_client(self.settings)
        BACKGROUND.at_stop(client.close)
        return client


@dataclass(frozen=True)
class _LiveWhenNeeded:
    """The live sender, opened when something is sent."""

    office: HomeOffice

    async def send(self, request: Request) -> Reply | NotAnswered:
        """As of LiveClient."""
        return await self.office.live.send(request)

    def withdraw(self, digest: str) -> None:
        """As of LiveClient; nothing where no client could be opened."""
        opened: Mapping[str, object] = vars(self.office)
        if "live" in opened:
            self.office.live.withdraw(digest)


@dataclass(frozen=True)
class _BatchesWhenNeeded:
    """The sender of batches, opened when something is sent."""

    office: HomeOffice

    @property
    def lost(self) -> int:
        """As of Batches."""
        opened: Mapping[str, object] = vars(self.office)
        return self.office.batches.lost if "batches" in opened else 0

    async def send(
        self, requests: AsyncIterator[Request], purpose: Purpose
    ) -> AsyncIterator[tuple[str, NotAnswered]]:
        """As of Batches; opens no client in mode live where no batch is under way."""
        settings, store = self.office.settings, self.office.store
        if settings.mode != "live" or store.read(open_batches):
            async for failure in self.office.batches.send(requests, purpose):
                yield failure
