"""Batches against a real HTTP server, as it usually goes: what is sent, and what it may cost."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clio_assets.analyst.claude.batches import journal
from clio_assets.analyst.claude.batches.api import BatchApi
from clio_assets.analyst.claude.batches.journal import Origin, OutgoingRequest
from clio_assets.analyst.claude.batches.spool import Spool
from clio_assets.analyst.claude.exchange import Purpose, Request
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.analyst.claude.store.answers import AnswerStore, Asked
from clio_assets.errors import BudgetError
from tests.fakes.batch_sender import request_of
from tests.fakes.batches import (
    answered,
    leave_under_way,
    rows,
    send,
    sent,
    settings_for,
    under_way,
)
from tests.fakes.messages_server import MessagesServer, Script

# --- the way it usually goes ---------------------------------------------------------------------


def test_every_reply_is_stored_when_requests_make_several_batches(
    store: AnswerStore, server: MessagesServer
) -> None:
    failures, _ = send(store, server, 250, batch_requests=100)
    counts = server.counts()
    assert failures == {}
    assert answered(store, 250) == 250
    assert (counts["batches"], counts["billed"], counts["paid_twice"]) == (3, 250, 0)
    assert under_way(store) == (0, 0)
    assert store.find(request_of(0).digest).batch  # type: ignore[union-attr]
    assert rows(store, "SELECT count(*), sum(batch) FROM ledger") == [(250, 250)]


def test_nothing_is_sent_when_everything_is_answered(
    store: AnswerStore, server: MessagesServer
) -> None:
    send(store, server, 20)
    send(store, server, 20)
    assert server.counts()["batches"] == 1


def test_batches_stay_below_the_limit_when_they_are_cut_by_bytes(
    store: AnswerStore, server: MessagesServer, tmp_path: Path
) -> None:
    with closing(Spool(tmp_path)) as spool:
        spool.add(request_of(1), 0)
        one = spool.size([bytes.fromhex(request_of(1).digest)])
    send(store, server, 30, batch_bytes=one * 10)
    counts = server.counts()
    assert counts["batches"] == 3 or counts["batches"] == 4
    assert answered(store, 30) == 30


def test_request_is_set_aside_when_no_batch_may_be_that_large(
    store: AnswerStore, server: MessagesServer
) -> None:
    async def two() -> AsyncIterator[Request]:
        yield request_of(0)
        yield request_of(1, characters=2_000)

    failures, _ = asyncio.run(sent(store, settings_for(server, batch_bytes=1_000), two()))
    assert failures == {request_of(1, characters=2_000).digest: "too_large"}


def test_body_is_the_json_of_its_requests_when_it_is_read_from_the_spool(tmp_path: Path) -> None:
    with closing(Spool(tmp_path)) as spool:
        digests = [spool.add(request_of(n, characters=90_000), 0) for n in range(7)]
        body = b"".join(spool.body(digests))
        assert len(body) == spool.size(digests)
        assert [each["custom_id"] for each in json.loads(body)["requests"]] == [
            digest.hex() for digest in digests
        ]
        assert json.loads(b"".join(spool.body([]))) == {"requests": []}
        assert list(tmp_path.iterdir()) == []  # the file has no name


# --- money ----------------------------------------------------------------------------------------


def test_budget_is_used_up_batch_by_batch_when_not_all_fits_at_once(
    store: AnswerStore, server: MessagesServer
) -> None:
    most = PriceTable.load().most(request_of(0), True)
    dollars = most * 11 / 1_000_000
    failures, _ = send(store, server, 40, budget_usd=dollars)
    assert failures == {}
    assert answered(store, 40) == 40
    assert server.counts()["batches"] > 1
    assert store.read(ledger.spent) <= dollars * 1_000_000


def test_run_stops_with_answers_kept_when_the_rest_would_pass_the_budget(
    store: AnswerStore, server: MessagesServer
) -> None:
    most = PriceTable.load().most(request_of(0), True)
    dollars = most * 3 / 1_000_000
    with pytest.raises(BudgetError, match="raise `budget_usd`"):
        send(store, server, 200, budget_usd=dollars)
    some = answered(store, 200)
    assert 0 < some < 200
    assert store.read(ledger.spent) <= dollars * 1_000_000
    assert under_way(store) == (0, 0)
    send(store, server, 200, budget_usd=1.0)
    counts = server.counts()
    assert (counts["billed"], counts["paid_twice"]) == (200, 0)


def test_what_a_batch_may_cost_stays_set_aside_when_its_process_was_killed(
    store: AnswerStore, server: MessagesServer
) -> None:
    settings = settings_for(server, budget_usd=1.0)
    budget = Budget(store.database, settings, store.prices)
    outgoing = [OutgoingRequest(Asked.of(request_of(n)), 250_000) for n in range(2)]
    origin = Origin("a process that was killed", server.base_url)
    store.database.do(lambda c: journal.open_batch(c, outgoing, origin, Purpose("", "")))
    assert store.database.do(budget.room) == 500_000


# --- the calls ------------------------------------------------------------------------------------


def test_lines_are_told_apart_when_a_text_holds_what_unicode_calls_line_ends(
    store: AnswerStore, server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.set(answer="tests.fakes.odd_reply:answer")
    try:
        send(store, server, 5)
    finally:
        server.set(answer=None)
    reply = store.find(request_of(0).digest)
    assert reply is not None
    assert "\u2028" in reply.text


def test_batch_is_not_created_twice_when_the_server_fails_without_saying_why(
    store: AnswerStore, server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _counted(monkeypatch, BatchApi, "made_since")
    server.script(Script(status=500, place="batches", times=1))
    failures, _ = send(store, server, 34)
    assert failures == {}
    assert len(calls) > 1  # it looked whether the batch was made before it sent it again
    assert server.counts()["batches"] == 1


def _counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[None]:
    calls: list[None] = []
    original: Callable[..., Any] = getattr(owner, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        calls.append(None)
        return original(*arguments, **named)

    monkeypatch.setattr(owner, name, counted)
    return calls


def test_nothing_is_stored_when_a_transaction_of_results_fails(
    store: AnswerStore, server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_under_way(store, server, 20)

    def failing(*_: Any) -> None:
        raise sqlite3.OperationalError("made to fail")

    with monkeypatch.context() as patch:
        patch.setattr("clio_assets.analyst.claude.money.ledger.add", failing)
        with pytest.raises(sqlite3.OperationalError):
            send(store, server, 20)
    assert under_way(store) == (1, 20)
    send(store, server, 20)
    assert (answered(store, 20), server.counts()["billed"]) == (20, 20)
