"""Batches against a real HTTP server: results that are not what one hopes for."""

from typing import Any

import pytest

from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.errors import AnalystError
from tests.fakes.batch_sender import request_of
from tests.fakes.batches import answered, rows, send, under_way
from tests.fakes.messages_server import MessagesServer, Script


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
