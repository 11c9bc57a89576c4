"""Batches against a real HTTP server: nothing lost, nothing paid for twice, whatever fails."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clio_assets.analyst.claude import batch_api, batch_journal
from clio_assets.analyst.claude.batch_api import BatchApi
from clio_assets.analyst.claude.batch_journal import Entry, Sender
from clio_assets.analyst.claude.batch_spool import Spool
from clio_assets.analyst.claude.batches import Batches
from clio_assets.analyst.claude.budget import Budget
from clio_assets.analyst.claude.client import open_client
from clio_assets.analyst.claude.exchange import Purpose, Request
from clio_assets.analyst.claude.prices import PriceTable
from clio_assets.analyst.claude.store import AnswerStore, Asked, Part
from clio_assets.config import ClaudeSettings
from clio_assets.errors import AnalystError, BudgetError
from tests.fakes.batch_sender import PURPOSE, request_of, requests, run_sender
from tests.fakes.messages_server import MessagesServer, Script

Failures = dict[str, str]


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


def settings_for(server: MessagesServer, **fields: Any) -> ClaudeSettings:
    return ClaudeSettings(**{"base_url": server.base_url, "batch_poll_seconds": 0.02, **fields})


async def sent(
    store: AnswerStore,
    settings: ClaudeSettings,
    outgoing: AsyncIterator[Request],
    grace: float = 0.1,
) -> tuple[Failures, Batches]:
    budget = Budget(store, settings, store.prices)
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
    return len(store.find_many(request_of(number).digest for number in range(count)))


def rows(store: AnswerStore, query: str) -> list[tuple[Any, ...]]:
    return store.read(lambda c: c.execute(query).fetchall())


def under_way(store: AnswerStore) -> tuple[int, int]:
    """Open batches, and requests without a result."""
    return (
        len(store.read(batch_journal.open_batches)),
        rows(store, "SELECT count(*) FROM batch_requests")[0][0],
    )


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


# --- results that are not what one hopes for ------------------------------------------------------


def test_results_are_stored_once_when_the_server_repeats_them(
    store: AnswerStore, server: MessagesServer
) -> None:
    server.script(Script(kind="duplicate", place="results"))
    send(store, server, 40)
    assert answered(store, 40) == 40
    assert rows(store, "SELECT count(*) FROM ledger") == [(40,)]


@pytest.mark.parametrize(
    "script",
    [
        Script(kind="truncate", place="results", times=2),
        Script(kind="short", place="results", times=2),
        Script(kind="reset", place="results", times=2),
        Script(status=500, place="results", times=2),
        Script(status=429, place="batch", times=2),
        Script(kind="reset", place="batch", times=2),
        Script(status=529, place="batches", times=2),
        Script(status=429, place="batches", times=2),
    ],
    ids=lambda script: f"{script.place} {script.status or script.kind}",
)
def test_everything_is_stored_and_paid_once_when_calls_fail_for_a_while(
    script: Script, store: AnswerStore, server: MessagesServer
) -> None:
    server.script(script)
    failures, _ = send(store, server, 40)
    counts = server.counts()
    assert failures == {}
    assert answered(store, 40) == 40
    assert (counts["billed"], counts["paid_twice"]) == (40, 0)


def test_run_stops_with_what_came_when_results_never_come_to_their_end(
    store: AnswerStore, server: MessagesServer
) -> None:
    server.script(Script(kind="short", place="results"))
    with pytest.raises(AnalystError, match="lack 20 of them"):
        send(store, server, 40)
    assert answered(store, 40) == 20
    server.clear()
    send(store, server, 40)
    assert answered(store, 40) == 40
    assert server.counts()["paid_twice"] == 0


@pytest.mark.parametrize("kind", ["expired", "canceled", "errored"])
def test_request_is_sent_again_when_its_result_says_that_nobody_worked_on_it(
    kind: Any, store: AnswerStore, server: MessagesServer
) -> None:
    unlucky = tuple(request_of(number).digest for number in range(5))
    server.script(Script(kind=kind, place="item", custom_ids=unlucky))
    failures, _ = send(store, server, 20)
    counts = server.counts()
    assert failures == {}
    assert answered(store, 20) == 20
    assert (counts["batches"], counts["billed"], counts["paid_twice"]) == (2, 20, 0)


def test_request_is_given_up_when_it_expires_every_time(
    store: AnswerStore, server: MessagesServer
) -> None:
    unlucky = request_of(3).digest
    server.script(Script(kind="expired", place="item", custom_ids=(unlucky,), each=99))
    failures, _ = send(store, server, 10)
    assert failures == {unlucky: "expired"}
    assert server.counts()["batches"] == 4
    assert under_way(store) == (0, 0)


def test_request_is_set_aside_at_once_when_the_server_calls_it_invalid(
    store: AnswerStore, server: MessagesServer
) -> None:
    bad = request_of(3).digest
    server.script(
        Script(status=400, kind="errored", place="item", custom_ids=(bad,), each=99),
    )
    failures, _ = send(store, server, 10)
    assert failures == {bad: "invalid_request"}
    assert server.counts()["batches"] == 1


@pytest.mark.parametrize(("status", "place"), [(401, "batches"), (403, "batch"), (404, "batches")])
def test_run_stops_when_no_call_can_succeed(
    status: int, place: Any, store: AnswerStore, server: MessagesServer
) -> None:
    server.script(Script(status=status, place=place))
    with pytest.raises(AnalystError, match=str(status)):
        send(store, server, 10)
    assert sum(server.counts()["scripts_played"].values()) == 1
    server.clear()
    send(store, server, 10)
    assert answered(store, 10) == 10
    assert server.counts()["paid_twice"] == 0


def test_run_stops_when_every_request_of_a_large_batch_is_invalid(
    store: AnswerStore, server: MessagesServer
) -> None:
    server.script(Script(status=400, kind="errored", place="item"))
    with pytest.raises(AnalystError, match=r"all 60 requests of a batch invalid.*max_tokens"):
        send(store, server, 60)
    assert under_way(store) == (0, 0)
    server.clear()
    send(store, server, 60)
    assert answered(store, 60) == 60


def test_run_stops_when_every_request_of_a_batch_is_refused(
    store: AnswerStore, server: MessagesServer
) -> None:
    server.script(Script(status=404, kind="errored", place="item"))
    with pytest.raises(AnalystError, match="not_found_error"):
        send(store, server, 10)


# --- batches whose name is not known --------------------------------------------------------------
# The server keeps the batches of earlier tests: sizes of their own, so that those are not found.


@pytest.mark.parametrize("processed", [True, False])
def test_batch_is_neither_lost_nor_repeated_when_the_answer_to_its_creation_is_lost(
    processed: bool, store: AnswerStore, server: MessagesServer
) -> None:
    server.set(batch_seconds=0.2)
    server.script(Script(kind="reset", place="batches", times=1, processed=processed))
    count = 31 if processed else 32
    failures, _ = send(store, server, count)
    counts = server.counts()
    assert failures == {}
    assert answered(store, count) == count
    assert (counts["billed"], counts["paid_twice"], counts["batches"]) == (count, 0, 1)


def test_batch_of_somebody_else_is_not_taken_when_it_has_the_same_size(
    store: AnswerStore, server: MessagesServer, tmp_path: Path
) -> None:
    async def others() -> AsyncIterator[Request]:
        for number in range(100, 133):
            yield request_of(number)

    with closing(AnswerStore(tmp_path / "elsewhere")) as elsewhere:
        asyncio.run(sent(elsewhere, settings_for(server), others()))
    server.script(Script(kind="reset", place="batches", times=1))
    failures, _ = send(store, server, 33)
    assert failures == {}
    assert answered(store, 33) == 33
    assert rows(store, "SELECT count(*) FROM answers") == [(33,)]


# --- crashes --------------------------------------------------------------------------------------


def test_no_request_is_paid_for_twice_when_three_processes_in_a_row_are_killed(
    server: MessagesServer, tmp_path: Path
) -> None:
    folder = tmp_path / "answers"
    for count, crash in zip((300, 600, 600), ("waiting", "posted", "collecting"), strict=True):
        server.set(batch_seconds=0.4 if crash == "waiting" else 0.0)
        died = run_sender(server.base_url, folder, "--requests", count, "--crash", crash)
        assert died.returncode == -signal.SIGKILL, died.stderr
    with closing(AnswerStore(folder)) as store:
        assert 0 < answered(store, 600) < 600  # the last one died half-way
    done = run_sender(server.base_url, folder, "--requests", 600)
    assert done.returncode == 0, done.stderr
    counts = server.counts()
    assert json.loads(done.stdout)["failed"] == 0
    assert (counts["billed"], counts["paid_twice"], counts["batches"]) == (600, 0, 2)
    with closing(AnswerStore(folder)) as store:
        assert answered(store, 600) == 600
        assert rows(store, "SELECT count(*) FROM ledger") == [(600,)]
        assert under_way(store) == (0, 0)


def test_batch_is_collected_when_its_process_was_killed_and_nobody_wants_it_any_more(
    server: MessagesServer, store: AnswerStore
) -> None:
    run_sender(server.base_url, store.database.folder, "--requests", 260, "--crash", "posted")
    failures, _ = send(store, server, 1)
    assert failures == {}
    assert answered(store, 260) == 260
    assert server.counts()["billed"] == 260


def test_request_is_sent_by_one_process_alone_when_two_ask_for_it(
    server: MessagesServer, tmp_path: Path
) -> None:
    server.set(batch_seconds=0.3)

    async def both() -> list[tuple[Failures, Batches]]:
        folder = tmp_path / "answers"
        with closing(AnswerStore(folder)) as one, closing(AnswerStore(folder)) as other:
            settings = settings_for(server, batch_requests=20)
            return await asyncio.gather(
                sent(one, settings, requests(60)), sent(other, settings, requests(60))
            )

    assert [failures for failures, _ in asyncio.run(both())] == [{}, {}]
    counts = server.counts()
    assert (counts["billed"], counts["paid_twice"]) == (60, 0)
    with closing(AnswerStore(tmp_path / "answers")) as store:
        assert answered(store, 60) == 60
        assert rows(store, "SELECT count(*) FROM ledger") == [(60,)]


def test_nameless_batch_is_left_alone_when_the_process_that_sends_it_is_alive(
    store: AnswerStore, server: MessagesServer
) -> None:
    settings = settings_for(server)
    sending = Budget(store, settings, store.prices)  # somebody else's till: a presence of its own
    entry = Entry(Asked.of(request_of(0)), 0)
    sender = Sender(sending.presence.name, server.base_url)
    store.database.do(lambda c: batch_journal.open_batch(c, [entry], sender, PURPOSE))

    async def look() -> None:
        budget = Budget(store, settings, store.prices)
        async with open_client(settings) as client:
            await Batches(client, store, budget, settings, grace_seconds=0.0).collect()

    asyncio.run(look())
    assert under_way(store) == (1, 1)
    sending.close()
    asyncio.run(look())
    assert under_way(store) == (0, 0)  # it never arrived


def test_batches_of_the_same_purpose_are_waited_for_when_nothing_is_asked(
    store: AnswerStore, server: MessagesServer
) -> None:
    server.set(batch_seconds=0.3)
    leave_under_way(store, server, 20)
    failures, _ = send(store, server, 0)
    assert failures == {}
    assert answered(store, 20) == 20


# --- old and forgotten ----------------------------------------------------------------------------


def leave_under_way(store: AnswerStore, server: MessagesServer, count: int) -> None:
    """A batch that was not looked at since it was sent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BatchApi, "retrieve", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            send(store, server, count)
    assert under_way(store) == (1, count)


async def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def test_requests_are_sent_again_and_that_is_said_when_results_are_no_longer_kept(
    store: AnswerStore, server: MessagesServer
) -> None:
    leave_under_way(store, server, 20)
    store.database.do(lambda c: c.execute("UPDATE batches SET opened_at = opened_at - 30 * 86400"))
    failures, batches = send(store, server, 20)
    assert failures == {}
    assert answered(store, 20) == 20
    assert batches.lost == 1
    assert under_way(store) == (0, 0)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(status=404, place="batch"), "does not know a batch of 20 requests"),
        (Script(kind="short", place="results"), "lack 10 of them"),
    ],
    ids=["unknown", "incomplete"],
)
def test_batch_is_given_up_when_the_operator_says_so_by_mode_live(
    script: Script, words: str, store: AnswerStore, server: MessagesServer
) -> None:
    leave_under_way(store, server, 20)
    server.script(script)
    with pytest.raises(AnalystError, match=f"{words}.* mode `live`"):
        send(store, server, 20)
    assert under_way(store)[0] == 1
    _, batches = send(store, server, 0, mode="live")
    assert batches.lost == 1
    assert under_way(store) == (0, 0)
    server.clear()
    send(store, server, 20)
    assert answered(store, 20) == 20


@pytest.mark.parametrize(("seconds", "collected"), [(0.0, 20), (60.0, 0)])
def test_batch_is_collected_if_it_ended_and_never_waited_for_when_mode_is_live(
    seconds: float, collected: int, store: AnswerStore, server: MessagesServer
) -> None:
    server.set(batch_seconds=seconds)
    leave_under_way(store, server, 20)
    _, batches = send(store, server, 0, mode="live")
    assert answered(store, 20) == collected
    assert under_way(store)[1] == 20 - collected
    assert batches.lost == 0


def test_run_stops_when_requests_are_under_way_at_another_server(
    store: AnswerStore, server: MessagesServer
) -> None:
    leave_under_way(store, server, 20)
    server.reset()
    elsewhere = settings_for(server, base_url=server.base_url.replace("127.0.0.1", "localhost"))

    async def ask() -> None:
        async with asyncio.timeout(10):
            await sent(store, elsewhere, requests(20))

    with pytest.raises(AnalystError, match=f"20 of the requests .* at {server.base_url}: set"):
        asyncio.run(ask())
    assert server.counts()["batches"] == 0
    send(store, server, 20)
    assert answered(store, 20) == 20


def test_run_stops_when_a_batch_never_arrives(store: AnswerStore, server: MessagesServer) -> None:
    server.script(Script(kind="reset", place="batches"))
    with pytest.raises(AnalystError, match=r"sent 4 times.*batch_bytes"):
        asyncio.run(sent(store, settings_for(server), requests(37), grace=0.0))
    assert under_way(store) == (0, 0)


def test_run_stops_when_requests_of_a_batch_say_that_the_account_has_no_credit() -> None:
    words = "Your credit balance is too low to access the API."
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": words}}
    line = {"custom_id": "0" * 64, "result": {"type": "errored", "error": error}}
    found = batch_api._result_of(json.dumps(line).encode())
    assert found is not None
    assert found.reason == "billing_error"
    assert found.reason in batch_api.STOPPING


def test_answers_about_the_forgotten_are_not_stored_when_their_batch_is_collected(
    store: AnswerStore, server: MessagesServer
) -> None:
    leave_under_way(store, server, 20)
    gone = [request_of(number).subject for number in range(3)]
    store.erase("an erasure", [Part("2020-01-01", gone)])
    assert under_way(store) == (1, 17)
    server.script(Script(kind="duplicate", place="results"))

    async def rest() -> AsyncIterator[Request]:
        for number in range(3, 20):
            yield request_of(number)

    failures, _ = asyncio.run(sent(store, settings_for(server), rest()))
    assert failures == {}
    assert server.counts()["batches"] == 1
    assert answered(store, 20) == 17
    assert store.find(request_of(0).digest) is None
    assert rows(store, "SELECT count(*) FROM ledger") == [(20,)]  # what was paid for stays known
    assert rows(store, "SELECT count(*) FROM ledger WHERE verb = 'forgotten'") == [(3,)]


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
    assert store.spent() <= dollars * 1_000_000


def test_run_stops_with_answers_kept_when_the_rest_would_pass_the_budget(
    store: AnswerStore, server: MessagesServer
) -> None:
    most = PriceTable.load().most(request_of(0), True)
    dollars = most * 3 / 1_000_000
    with pytest.raises(BudgetError, match="raise `budget_usd`"):
        send(store, server, 200, budget_usd=dollars)
    some = answered(store, 200)
    assert 0 < some < 200
    assert store.spent() <= dollars * 1_000_000
    assert under_way(store) == (0, 0)
    send(store, server, 200, budget_usd=1.0)
    counts = server.counts()
    assert (counts["billed"], counts["paid_twice"]) == (200, 0)


def test_what_a_batch_may_cost_stays_set_aside_when_its_process_was_killed(
    store: AnswerStore, server: MessagesServer
) -> None:
    settings = settings_for(server, budget_usd=1.0)
    budget = Budget(store, settings, store.prices)
    entries = [Entry(Asked.of(request_of(n)), 250_000) for n in range(2)]
    sender = Sender("a process that was killed", server.base_url)
    store.database.do(lambda c: batch_journal.open_batch(c, entries, sender, Purpose("", "")))
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
        patch.setattr("clio_assets.analyst.claude.ledger.add", failing)
        with pytest.raises(sqlite3.OperationalError):
            send(store, server, 20)
    assert under_way(store) == (1, 20)
    send(store, server, 20)
    assert (answered(store, 20), server.counts()["billed"]) == (20, 20)
