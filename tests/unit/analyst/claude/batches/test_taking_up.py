"""Batches of an earlier process: nothing lost, nothing paid for twice, whatever became of it."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from clio_assets.analyst.claude.batches import api, journal
from clio_assets.analyst.claude.batches.journal import Origin, OutgoingRequest
from clio_assets.analyst.claude.batches.sender import Batches
from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.money.budget import Budget
from clio_assets.analyst.claude.sending.client import open_client
from clio_assets.analyst.claude.store.answers import AnswerStore, Asked
from clio_assets.analyst.claude.store.erasing import PartitionErasure
from clio_assets.errors import AnalystError
from tests.fakes.batch_sender import PURPOSE, request_of, requests, run_sender
from tests.fakes.batches import (
    Failures,
    answered,
    leave_under_way,
    rows,
    send,
    sent,
    settings_for,
    under_way,
)
from tests.fakes.messages_server import MessagesServer, Script

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
    sending = Budget(store.database, settings, store.prices)  # that of another process
    one = OutgoingRequest(Asked.of(request_of(0)), 0)
    origin = Origin(sending.processes.own_name, server.base_url)
    store.database.do(lambda c: journal.open_batch(c, [one], origin, PURPOSE))

    async def look() -> None:
        budget = Budget(store.database, settings, store.prices)
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
    found = api._result_of(json.dumps(line).encode())
    assert found is not None
    assert found.reason == "billing_error"
    assert found.reason in api.STOPPING


def test_answers_about_the_forgotten_are_not_stored_when_their_batch_is_collected(
    store: AnswerStore, server: MessagesServer
) -> None:
    leave_under_way(store, server, 20)
    gone = [request_of(number).subject for number in range(3)]
    store.erase("an erasure", [PartitionErasure("2020-01-01", gone)])
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
