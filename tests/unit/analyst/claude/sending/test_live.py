"""Single calls through the real SDK to a server that fails on a script."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from clio_assets.analyst.claude.exchange import Reply, Request
from clio_assets.analyst.claude.sending import live
from clio_assets.analyst.claude.sending.client import open_client
from clio_assets.analyst.claude.sending.limiter import Limiter
from clio_assets.analyst.claude.sending.live import LiveClient
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.errors import AnalystError
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.messages_server import MessagesServer, Script

SECRET = "the user's secret"
SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def running() -> Iterator[MessagesServer]:
    with MessagesServer() as server:
        yield server


@pytest.fixture
def server(running: MessagesServer, monkeypatch: pytest.MonkeyPatch) -> MessagesServer:
    monkeypatch.setenv("ANTHROPIC_API_KEY", running.key)
    monkeypatch.setattr(live, "FIRST_BACKOFF", 0.02)
    monkeypatch.setattr("clio_assets.analyst.claude.sending.limiter.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("clio_assets.analyst.claude.sending.limiter.SPREAD_SECONDS", 0.2)
    running.clear()
    running.set(latency=0.0, max_concurrent=None, requests_per_minute=None, announce=True)
    running.reset()
    return running


def request(number: int = 0) -> Request:
    content = f"{number}: {SECRET}"
    return Request(
        "extract",
        {
            "model": "claude-haiku-5-5",
            "max_tokens": 100,
            "messages": [{"role": "user", "content": content}],
            "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
        },
    )


def settings_for(server: MessagesServer, **changes: Any) -> ClaudeSettings:
    return ClaudeSettings(**{"base_url": server.base_url, "call_deadline_seconds": 20, **changes})


def send(
    settings: ClaudeSettings, requests: Sequence[Request], failing_seconds: float = 60
) -> list[Reply | NotAnswered]:
    """The outcomes of requests that are sent at the same time."""

    async def all_of_them() -> list[Reply | NotAnswered]:
        client = open_client(settings)
        sender = LiveClient(client, settings, failing_seconds=failing_seconds)
        try:
            return await asyncio.gather(*(sender.send(each) for each in requests))
        finally:
            await client.close()

    return asyncio.run(all_of_them())


def asked(server: MessagesServer) -> dict[str, int]:
    """Status -> answers so far."""
    statuses: dict[str, int] = server.counts()["requests"].get("/v1/messages", {})
    return statuses


def test_reply_comes_with_text_and_tokens_when_all_is_well(server: MessagesServer) -> None:
    (reply,) = send(settings_for(server), [request()])
    assert isinstance(reply, Reply)
    assert reply.text.startswith('{"word"')
    assert reply.stop_reason == "end_turn"
    assert reply.usage.input_tokens > 0
    assert reply.usage.output_tokens > 0


@pytest.mark.parametrize(
    "script",
    [
        Script(status=408, times=2),
        Script(status=409, times=2),
        Script(status=429, times=2),
        Script(status=429, times=2, headers={"retry-after": "0.1"}),
        Script(status=500, times=2),
        Script(status=503, times=2),
        Script(status=529, times=2),
        Script(status=529, times=2, headers={"retry-after": "0.1"}),
        Script(kind="truncate", times=2),
        Script(kind="reset", times=2),
    ],
    ids=lambda script: f"{script.kind}-{script.status}-{len(script.headers)}",
)
def test_reply_comes_at_last_when_trouble_passes(server: MessagesServer, script: Script) -> None:
    server.script(script)
    (reply,) = send(settings_for(server), [request()])
    assert isinstance(reply, Reply)
    assert server.counts()["billed"] - server.counts()["dropped"] <= 1


def test_reply_comes_at_last_when_the_server_stalls(server: MessagesServer) -> None:
    server.script(Script(kind="slow", seconds=60, times=1))
    (reply,) = send(settings_for(server, call_deadline_seconds=2), [request()])
    assert isinstance(reply, Reply)


@pytest.mark.parametrize(
    ("script", "reason"),
    [(Script(status=400, times=1), "invalid_request"), (Script(status=413, times=1), "too_large")],
)
def test_request_is_set_aside_when_it_is_to_blame(
    server: MessagesServer, script: Script, reason: str
) -> None:
    server.script(script)
    assert send(settings_for(server), [request()]) == [NotAnswered(reason)]
    assert sum(asked(server).values()) == 1


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_run_stops_after_one_attempt_when_no_retry_can_help(
    server: MessagesServer, status: int
) -> None:
    server.script(Script(status=status))
    with pytest.raises(AnalystError, match=f"answered {status}") as caught:
        send(settings_for(server), [request()])
    assert SECRET not in str(caught.value)
    assert asked(server) == {str(status): 1}


def test_run_stops_when_the_key_is_wrong(
    server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "wrong")
    with pytest.raises(AnalystError, match=r"401 .* ANTHROPIC_API_KEY; check") as caught:
        send(settings_for(server), [request()])
    assert "wrong" not in str(caught.value)


def test_run_stops_when_all_requests_are_invalid(server: MessagesServer) -> None:
    server.script(Script(status=400))
    settings = settings_for(server, max_concurrent=1)
    with pytest.raises(AnalystError, match="5 requests in a row invalid"):
        send(settings, [request(n) for n in range(20)])
    assert asked(server) == {"400": 5}


def test_run_stops_when_the_server_is_down_for_long(server: MessagesServer) -> None:
    server.script(Script(status=529))
    with pytest.raises(AnalystError, match="attempts failed in a row, the last with 529"):
        send(settings_for(server), [request(n) for n in range(12)], failing_seconds=0.2)


def test_run_stops_when_nobody_listens(server: MessagesServer) -> None:
    settings = settings_for(server, base_url="http://127.0.0.1:9")
    with pytest.raises(AnalystError, match=r"http://127.0.0.1:9 gave no reply .* no connection"):
        send(settings, [request(n) for n in range(12)], failing_seconds=0.2)


def test_run_stops_when_the_server_asks_to_wait_beyond_the_deadline(
    server: MessagesServer,
) -> None:
    server.script(Script(status=429, headers={"retry-after": "3600"}))
    with pytest.raises(AnalystError, match="asks to wait 3600 s"):
        send(settings_for(server), [request()])


def test_run_stops_when_the_server_never_lets_anybody_in(server: MessagesServer) -> None:
    server.script(Script(status=429))
    settings = settings_for(server, call_deadline_seconds=1)
    with pytest.raises(AnalystError, match="the last with 429 rate_limit_error"):
        send(settings, [request(n) for n in range(30)], failing_seconds=0.4)


def test_call_is_given_up_when_its_deadline_passes(server: MessagesServer) -> None:
    server.script(Script(status=500))
    settings = settings_for(server, call_deadline_seconds=0.5)
    assert send(settings, [request()]) == [NotAnswered("no_reply")]


def test_deadline_does_not_run_when_calls_wait_for_their_turn(server: MessagesServer) -> None:
    server.set(latency=0.3)
    settings = settings_for(server, max_concurrent=1, call_deadline_seconds=0.9)
    replies = send(settings, [request(n) for n in range(5)])
    assert all(isinstance(reply, Reply) for reply in replies)


def test_other_calls_wait_and_spread_when_one_is_told_to_wait(server: MessagesServer) -> None:
    server.set(announce=False)
    server.script(Script(status=429, headers={"retry-after": "1"}, times=8))
    left: list[float] = []
    settings = settings_for(server)

    async def measured() -> None:
        client = open_client(settings)
        sender = LiveClient(client, settings)
        post = client.post

        async def timed(*args: Any, **options: Any) -> Any:
            left.append(asyncio.get_running_loop().time())
            return await post(*args, **options)

        client.post = timed  # type: ignore[method-assign]
        replies = await asyncio.gather(*(sender.send(request(n)) for n in range(60)))
        assert all(isinstance(reply, Reply) for reply in replies)
        await client.close()

    asyncio.run(measured())
    late = [at for at in left if at > left[0] + 0.9]
    assert len(late) >= 60 - 32
    assert late[0] - left[0] >= 1.0
    assert late[8] - late[0] > 0.02  # not all at once


def test_calls_under_way_stay_within_what_the_server_takes_when_it_refuses_more(
    server: MessagesServer,
) -> None:
    server.set(latency=0.02, max_concurrent=10)
    replies = send(settings_for(server), [request(n) for n in range(150)])
    assert all(isinstance(reply, Reply) for reply in replies)
    assert asked(server)["429"] < 100


def test_fewer_calls_leave_when_some_got_no_answer_in_time(
    server: MessagesServer,
) -> None:
    server.script(Script(kind="slow", seconds=30, times=20))  # longer than an attempt may take
    settings = settings_for(server, call_deadline_seconds=2)
    limiters: list[Limiter] = []

    async def asked_all() -> list[Reply | NotAnswered]:
        client = open_client(settings)
        sender = LiveClient(client, settings)
        replies = await asyncio.gather(*(sender.send(request(n)) for n in range(40)))
        limiters.extend(line.limiter for line in sender._lines.values())
        await client.close()
        return list(replies)

    assert all(isinstance(reply, Reply) for reply in asyncio.run(asked_all()))
    assert [limiter.allowed < 40 for limiter in limiters] == [True]


def test_request_is_cancelled_when_it_is_withdrawn_before_it_left(server: MessagesServer) -> None:
    server.set(latency=0.3)
    settings = settings_for(server, max_concurrent=1)

    async def withdrawn() -> list[Reply | BaseException | NotAnswered]:
        client = open_client(settings)
        sender = LiveClient(client, settings)
        tasks = [asyncio.create_task(sender.send(request(n))) for n in range(3)]
        await asyncio.sleep(0.1)
        for n in (0, 1):
            sender.withdraw(request(n).digest)
        found = await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()
        return list(found)

    first, second, third = asyncio.run(withdrawn())
    assert isinstance(first, Reply)  # had left
    assert isinstance(second, asyncio.CancelledError)
    assert isinstance(third, Reply)
    assert asked(server) == {"200": 2}
