"""The Messages API server double, spoken to by the real SDK."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic.lib._parse._transform import transform_schema
from pydantic import BaseModel, Field

from clio_assets.analyst.claude.exchange import Request
from tests.fakes.messages.checks import LIVE_BYTES
from tests.fakes.messages_server import MessagesServer, Script

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = {
    "title": "Extraction",
    "type": "object",
    "properties": {
        "request": {"type": "string"},
        "concern": {"type": "integer", "enum": [1, 2, 3, 4, 5]},
    },
    "required": ["request", "concern"],
    "additionalProperties": False,
}


def parameters(text: str = "cheap flights to Lisbon", **changes: Any) -> dict[str, Any]:
    """Arguments of `messages.create`."""
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 500,
        "thinking": {"type": "disabled"},
        "messages": [{"role": "user", "content": text}],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    } | changes


@pytest.fixture(scope="module")
def running() -> Iterator[MessagesServer]:
    with MessagesServer() as server:
        yield server


@pytest.fixture
def server(running: MessagesServer) -> MessagesServer:
    running.clear()
    running.reset()
    running.set(
        latency=0,
        requests_per_minute=None,
        burst=None,
        input_tokens_per_minute=None,
        max_concurrent=None,
        batch_seconds=0,
        answer=None,
        obey=False,
        announce=True,
        models=(),
        record=200,
    )
    return running


@pytest.fixture
def client(server: MessagesServer) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(
        base_url=server.base_url, api_key=server.key, max_retries=0, timeout=10
    ) as made:
        yield made


def items(count: int, **changes: Any) -> list[Any]:
    """Requests of a batch."""
    return [
        {"custom_id": f"item-{n}", "params": parameters(f"flight number {n} words", **changes)}
        for n in range(count)
    ]


def ended(client: anthropic.Anthropic, name: str) -> Any:
    """The batch once it has ended."""
    for _ in range(500):
        batch = client.messages.batches.retrieve(name)
        if batch.processing_status == "ended":
            return batch
        time.sleep(0.01)
    raise AssertionError("the batch does not end")


def text(message: anthropic.types.Message) -> str:
    """Of the text blocks."""
    return "".join(block.text for block in message.content if block.type == "text")


def test_message_fits_the_schema_when_asked_by_the_sync_client(
    client: anthropic.Anthropic,
) -> None:
    message = client.messages.create(**parameters())
    answer = json.loads(text(message))
    assert answer.keys() == {"request", "concern"}
    assert "flights" in answer["request"]
    assert answer["concern"] in range(1, 6)
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens > 0
    assert message._request_id is not None


@pytest.mark.parametrize("pool", ["httpx", "aiohttp"])
def test_message_parses_when_asked_by_the_async_clients(server: MessagesServer, pool: str) -> None:
    async def ask() -> list[anthropic.types.Message]:
        http = anthropic.DefaultAioHttpClient() if pool == "aiohttp" else None
        async with anthropic.AsyncAnthropic(
            base_url=server.base_url, api_key=server.key, http_client=http
        ) as made:
            return await asyncio.gather(
                *(made.messages.create(**parameters(f"flight {n}")) for n in range(20))
            )

    messages = asyncio.run(ask())
    assert all(message.stop_reason == "end_turn" for message in messages)
    assert server.counts()["billed"] == 20


def test_answer_is_the_same_when_another_server_gives_it(client: anthropic.Anthropic) -> None:
    with MessagesServer() as other:
        again = anthropic.Anthropic(base_url=other.base_url, api_key=other.key)
        assert text(again.messages.create(**parameters())) == text(
            client.messages.create(**parameters())
        )


def test_thinking_comes_first_when_it_is_not_disabled(client: anthropic.Anthropic) -> None:
    given = parameters()
    del given["thinking"]
    message = client.messages.create(**given)
    assert [block.type for block in message.content] == ["thinking", "text"]


def test_parsed_message_follows_the_model_when_its_schema_is_transformed(
    client: anthropic.Anthropic,
) -> None:
    class Assigned(BaseModel):
        child: int = Field(ge=3, le=7)
        why: str = Field(max_length=20)

    class Reply(BaseModel):
        assigned: list[Assigned] = Field(min_length=2, max_length=2)

    given = parameters()
    given["output_config"] = {
        "format": {"type": "json_schema", "schema": transform_schema(Reply.model_json_schema())}
    }
    reply = Reply.model_validate_json(text(client.messages.create(**given)))
    assert len(reply.assigned) == 2


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"extra_body": {"temperature": 0.5}}, "temperature"),
        ({"extra_body": {"top_p": 0.5}}, "top_p"),
        ({"extra_body": {"top_k": 5}}, "top_k"),
        ({"extra_body": {"colour": "red"}}, "colour"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"thinking": {"type": "on"}}, "thinking"),
        (
            {
                "messages": [
                    {"role": "user", "content": "a"},
                    {"role": "assistant", "content": "{"},
                ]
            },
            "prefill",
        ),
        ({"messages": []}, "messages"),
        ({"output_config": {"effort": "huge"}}, "effort"),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            "additionalProperties",
        ),
        (
            {
                "output_config": {
                    "format": {
                        "type": "json_schema",
                        "schema": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"n": {"type": "integer", "maximum": 5}},
                        },
                    }
                }
            },
            "maximum",
        ),
    ],
)
def test_request_is_refused_when_current_models_do_not_take_it(
    client: anthropic.Anthropic, server: MessagesServer, changes: dict[str, Any], word: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=word) as raised:
        client.messages.create(**parameters(**changes))
    assert raised.value.type == "invalid_request_error"
    assert raised.value.request_id
    assert server.counts()["billed"] == 0


def test_request_is_refused_when_the_key_is_wrong(server: MessagesServer) -> None:
    stranger = anthropic.Anthropic(base_url=server.base_url, api_key="other", max_retries=0)
    with pytest.raises(anthropic.AuthenticationError):
        stranger.messages.create(**parameters())


def test_request_is_refused_when_it_has_no_version(server: MessagesServer) -> None:
    connection = HTTPConnection(server.base_url.removeprefix("http://"))
    connection.request("POST", "/v1/messages", "{}", {"x-api-key": server.key})
    response = connection.getresponse()
    assert response.status == 400
    assert "anthropic-version" in json.loads(response.read())["error"]["message"]


def test_request_is_refused_when_the_model_does_not_exist(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.set(models=["claude-sonnet-5-5"])
    with pytest.raises(anthropic.NotFoundError):
        client.messages.create(**parameters())


def test_request_is_refused_when_it_is_larger_than_allowed(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.APIStatusError) as raised:
        client.messages.create(**parameters("x" * (LIVE_BYTES + 1)))
    assert raised.value.status_code == 413
    assert text(client.messages.create(**parameters()))  # the connection is usable still


def test_chunked_body_is_read_when_a_client_streams_it(server: MessagesServer) -> None:
    body = json.dumps(parameters()).encode()
    connection = HTTPConnection(server.base_url.removeprefix("http://"))
    headers = {"x-api-key": server.key, "anthropic-version": "2023-06-01"}
    connection.request(
        "POST", "/v1/messages", iter([body[:100], body[100:]]), headers, encode_chunked=True
    )
    assert connection.getresponse().status == 200


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (413, "request_too_large"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (529, "overloaded_error"),
    ],
)
def test_error_has_the_documented_envelope_when_scripted(
    client: anthropic.Anthropic, server: MessagesServer, status: int, kind: str
) -> None:
    server.script(Script(status=status, headers={"retry-after": "7"}, times=1))
    with pytest.raises(anthropic.APIStatusError) as raised:
        client.messages.create(**parameters())
    error = raised.value
    assert (error.status_code, error.type) == (status, kind)
    assert error.response.headers["retry-after"] == "7"
    assert isinstance(error.body, dict)
    assert error.body["request_id"] == error.request_id
    assert text(client.messages.create(**parameters()))


def test_scripts_play_when_every_after_and_times_say(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.script(Script(status=500, after=1, every=2, times=2))
    seen = []
    for _ in range(8):
        try:
            client.messages.create(**parameters())
            seen.append(200)
        except anthropic.InternalServerError as error:
            seen.append(error.status_code)
    assert seen == [200, 200, 500, 200, 500, 200, 200, 200]


@pytest.mark.parametrize(
    ("script", "hit"),
    [
        (Script(status=500, verb="extraction"), True),
        (Script(status=500, verb="concern"), True),
        (Script(status=500, verb="naming"), False),
        (Script(status=500, contains="Lisbon"), True),
        (Script(status=500, contains="Porto"), False),
    ],
)
def test_script_chooses_requests_when_it_names_a_verb_or_text(
    client: anthropic.Anthropic, server: MessagesServer, script: Script, hit: bool
) -> None:
    server.script(script)
    if hit:
        with pytest.raises(anthropic.InternalServerError):
            client.messages.create(**parameters())
    else:
        client.messages.create(**parameters())


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "slow", "place": "results"},
        {"kind": "expired"},
        {"kind": "duplicate", "place": "batches"},
        {"status": 500, "place": "elsewhere"},
    ],
)
def test_script_is_refused_when_it_could_never_play(fields: Any) -> None:
    with pytest.raises(ValueError):
        Script(**fields)


@pytest.mark.parametrize(
    ("kind", "stop_reason"),
    [
        ("refusal", "refusal"),
        ("max_tokens", "max_tokens"),
        ("context", "model_context_window_exceeded"),
        ("empty", "end_turn"),
        ("not_json", "end_turn"),
        ("schema", "end_turn"),
    ],
)
def test_message_is_spoilt_when_a_script_says_so(
    client: anthropic.Anthropic, server: MessagesServer, kind: Any, stop_reason: str
) -> None:
    server.script(Script(kind=kind))
    message = client.messages.create(**parameters())
    assert message.stop_reason == stop_reason
    if kind == "schema":
        assert not isinstance(json.loads(text(message))["request"], str)
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text(message))
    assert server.counts()["billed"] == 1


@pytest.mark.parametrize(
    ("script", "billed"),
    [
        (Script(kind="truncate", times=1), 1),
        (Script(kind="reset", times=1), 0),
        (Script(kind="reset", processed=True, times=1), 1),
    ],
)
def test_connection_fails_when_a_script_cuts_it(
    client: anthropic.Anthropic, server: MessagesServer, script: Script, billed: int
) -> None:
    server.script(script)
    with pytest.raises(anthropic.APIConnectionError):
        client.messages.create(**parameters())
    assert server.counts()["billed"] == billed
    assert server.counts()["dropped"] == 1
    assert text(client.messages.create(**parameters()))


def test_reply_is_late_when_a_script_or_the_latency_says_so(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.set(latency=0.1)
    server.script(Script(kind="slow", seconds=0.2, times=1))
    started = time.monotonic()
    client.messages.create(**parameters())
    assert time.monotonic() - started >= 0.3


def test_text_is_cut_when_max_tokens_are_too_few(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**parameters(max_tokens=5))
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 5


def test_requests_are_limited_when_a_rate_is_set(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.set(requests_per_minute=60, burst=2)
    left = [
        client.messages.with_raw_response.create(**parameters()).headers[
            "anthropic-ratelimit-requests-remaining"
        ]
        for _ in range(2)
    ]
    with pytest.raises(anthropic.RateLimitError) as raised:
        client.messages.create(**parameters())
    headers = raised.value.response.headers
    assert left == ["1", "0"]
    assert headers["retry-after"] == "1"
    assert headers["anthropic-ratelimit-requests-limit"] == "60"
    assert headers["anthropic-ratelimit-requests-reset"].endswith("Z")
    time.sleep(1.05)
    assert text(client.messages.create(**parameters()))


def test_tokens_are_limited_when_a_rate_is_set(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.set(input_tokens_per_minute=1_000)
    client.messages.create(**parameters("flights " * 400))
    with pytest.raises(anthropic.RateLimitError) as raised:
        client.messages.create(**parameters("flights " * 400))
    assert int(raised.value.response.headers["retry-after"]) > 10


def test_limits_are_told_unless_the_server_announces_none(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    raw = client.messages.with_raw_response.create(**parameters())
    for name in ("requests", "input-tokens", "output-tokens"):
        for part in ("limit", "remaining", "reset"):
            assert f"anthropic-ratelimit-{name}-{part}" in raw.headers
    server.set(announce=False)
    raw = client.messages.with_raw_response.create(**parameters())
    assert not [name for name in raw.headers if name.startswith("anthropic-ratelimit")]


def test_concurrency_is_limited_and_counted_when_a_limit_is_set(server: MessagesServer) -> None:
    server.set(latency=0.2, max_concurrent=3)

    async def ask() -> list[Any]:
        async with anthropic.AsyncAnthropic(
            base_url=server.base_url, api_key=server.key, max_retries=0
        ) as made:
            return await asyncio.gather(
                *(made.messages.create(**parameters()) for _ in range(5)), return_exceptions=True
            )

    answers = asyncio.run(ask())
    assert sum(isinstance(each, anthropic.RateLimitError) for each in answers) == 2
    assert server.counts()["max_concurrent"] == 3


def test_bill_names_the_digest_when_requests_are_repeated(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    given = parameters()
    client.messages.create(**given)
    client.messages.create(**given)
    client.messages.create(**parameters("hotels"))
    counts = server.counts()
    assert counts["billed_by_digest"][Request("extract", given).digest] == 2
    assert counts["paid_twice"] == 1
    assert counts["requests"]["/v1/messages"] == {"200": 3}
    server.reset()
    assert server.counts()["billed"] == 0


def test_bodies_are_shown_unless_recording_is_off(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    client.messages.create(**parameters("first one"))
    client.messages.create(**parameters("second one"))
    assert [body["messages"][0]["content"] for body in server.requests(1)] == ["second one"]
    assert server.requests()[0] == parameters("first one")
    server.set(record=0)
    client.messages.create(**parameters())
    assert server.requests() == []


def test_cache_is_read_when_a_marked_prefix_comes_again(client: anthropic.Anthropic) -> None:
    system = [
        {"type": "text", "text": "guide " * 1000, "cache_control": {"type": "ephemeral"}},
    ]
    first = client.messages.create(**parameters(system=system)).usage
    again = client.messages.create(**parameters("hotels", system=system)).usage
    assert first.cache_creation_input_tokens == again.cache_read_input_tokens
    assert first.cache_read_input_tokens == again.cache_creation_input_tokens == 0
    assert (first.cache_creation_input_tokens or 0) >= 1024


def test_tokens_are_counted_as_they_are_billed(client: anthropic.Anthropic) -> None:
    given = parameters()
    billed = client.messages.create(**given).usage.input_tokens
    del given["max_tokens"]
    assert client.messages.count_tokens(**given).input_tokens == billed


def test_function_answers_when_one_is_named(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.set(answer="tests.fakes.messages.answers:user_text")
    assert text(client.messages.create(**parameters("echo"))) == "echo"


def test_batch_gives_every_request_a_result_in_another_order(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    batch = client.messages.batches.create(requests=items(30))
    assert batch.processing_status == "in_progress"
    assert batch.request_counts.processing == 30
    batch = ended(client, batch.id)
    assert batch.request_counts.succeeded == 30
    results = list(client.messages.batches.results(batch.id))
    names = [result.custom_id for result in results]
    assert sorted(names) == sorted(item["custom_id"] for item in items(30))
    assert names != [item["custom_id"] for item in items(30)]
    assert all(
        result.result.type == "succeeded"
        and result.result.message.usage.service_tier == "batch"
        and json.loads(text(result.result.message))
        for result in results
    )
    assert set(server.counts()["billed_by_custom_id"].values()) == {1}


def test_batch_results_wait_when_it_has_not_ended(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.set(batch_seconds=0.2)
    batch = client.messages.batches.create(requests=items(1))
    with pytest.raises(anthropic.AnthropicError, match="in_progress"):
        client.messages.batches.results(batch.id)
    assert server.counts()["billed"] == 0
    ended(client, batch.id)
    assert server.counts()["billed"] == 1


def test_batch_items_fail_when_scripted_by_share_and_succeed_when_sent_again(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.script(
        Script(kind="expired", place="item", custom_ids=("item-3",)),
        Script(kind="canceled", place="item", custom_ids=("item-4",)),
        Script(kind="refusal", place="item", custom_ids=("item-5",)),
        Script(kind="errored", place="item", share=0.3),
    )
    first = ended(client, client.messages.batches.create(requests=items(100)).id)
    counts = first.request_counts
    assert (counts.expired, counts.canceled) == (1, 1)
    assert 10 <= counts.errored <= 50
    assert counts.succeeded == 98 - counts.errored
    bad = {
        result.custom_id
        for result in client.messages.batches.results(first.id)
        if result.result.type != "succeeded"
    }
    again = [item for item in items(100) if item["custom_id"] in bad]
    second = ended(client, client.messages.batches.create(requests=again).id)
    assert second.request_counts.succeeded == len(bad)
    assert server.counts()["paid_twice"] == 0


def test_batch_item_errs_alone_when_its_parameters_are_refused(
    client: anthropic.Anthropic,
) -> None:
    batch = client.messages.batches.create(requests=[*items(1), *items(1, temperature=1)][1:])
    (result,) = client.messages.batches.results(ended(client, batch.id).id)
    assert result.result.type == "errored"
    assert result.result.error.error.type == "invalid_request_error"


def test_batch_expires_whole_when_scripted(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    server.script(Script(kind="expired", place="item"))
    batch = ended(client, client.messages.batches.create(requests=items(5)).id)
    assert batch.request_counts.expired == 5
    assert server.counts()["billed"] == 0


def test_batch_is_cancelled_when_asked(client: anthropic.Anthropic, server: MessagesServer) -> None:
    server.set(batch_seconds=60)
    batch = client.messages.batches.create(requests=items(5))
    assert client.messages.batches.cancel(batch.id).processing_status == "canceling"
    batch = ended(client, batch.id)
    assert batch.request_counts.canceled == 5
    assert batch.cancel_initiated_at is not None


@pytest.mark.parametrize(
    ("requests", "word"),
    [
        ([{"custom_id": "a b", "params": parameters()}], "custom_id"),
        ([{"custom_id": "a" * 65, "params": parameters()}], "custom_id"),
        ([{"custom_id": "a", "params": parameters()}] * 2, "unique"),
        ([{"custom_id": str(n), "params": {}} for n in range(100_001)], "100000"),
        ([], "at least one"),
    ],
)
def test_batch_is_refused_when_its_requests_break_a_rule(
    client: anthropic.Anthropic, requests: list[Any], word: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=word):
        client.messages.batches.create(requests=requests)


def test_batches_are_listed_newest_first_and_in_pages(client: anthropic.Anthropic) -> None:
    made = [client.messages.batches.create(requests=items(1)).id for _ in range(5)]
    first = client.messages.batches.list(limit=2)
    assert [batch.id for batch in first.data] == made[:-3:-1]
    assert first.has_more
    listed = [batch.id for batch in client.messages.batches.list(limit=2)]
    assert listed[:5] == made[::-1]
    newer = client.messages.batches.list(before_id=made[2], limit=20).data
    assert [batch.id for batch in newer] == [made[4], made[3]]


def test_batch_is_gone_when_deleted(client: anthropic.Anthropic) -> None:
    batch = ended(client, client.messages.batches.create(requests=items(1)).id)
    assert client.messages.batches.delete(batch.id).type == "message_batch_deleted"
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve(batch.id)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (Script(kind="reset", place="batches", processed=True, times=1), "APIConnectionError"),
        (Script(status=500, place="batches", processed=True, times=1), "InternalServerError"),
    ],
)
def test_batch_exists_when_the_answer_to_its_creation_is_lost(
    client: anthropic.Anthropic, server: MessagesServer, script: Script, error: str
) -> None:
    server.script(script)
    with pytest.raises(getattr(anthropic, error)):
        client.messages.batches.create(requests=items(2))
    assert server.counts()["batches"] == 1
    newest = client.messages.batches.list(limit=1).data[0]
    assert ended(client, newest.id).request_counts.succeeded == 2


def test_results_break_off_or_repeat_when_scripted(
    client: anthropic.Anthropic, server: MessagesServer
) -> None:
    batch = ended(client, client.messages.batches.create(requests=items(10)).id)
    server.script(
        Script(kind="truncate", place="results", times=1),
        Script(kind="short", place="results", times=1),
        Script(kind="duplicate", place="results", times=1),
    )
    with pytest.raises(httpx2.RemoteProtocolError, match="without sending complete"):
        list(client.messages.batches.results(batch.id))
    assert len(list(client.messages.batches.results(batch.id))) == 5
    assert len(list(client.messages.batches.results(batch.id))) == 20
    assert len(list(client.messages.batches.results(batch.id))) == 10


def test_unknown_paths_are_not_found(server: MessagesServer, client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError):
        client.models.list()
    with pytest.raises(RuntimeError, match="nonsense"):
        server._control("GET", "nonsense")


def test_server_ends_when_the_process_that_started_it_is_killed() -> None:
    code = (
        "import time\n"
        "from tests.fakes.messages_server import MessagesServer\n"
        "with MessagesServer() as server:\n"
        "    print(server.base_url, flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    address = parent.stdout.readline().strip().removeprefix("http://")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    for _ in range(300):
        try:
            socket.create_connection(address.split(":"), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.01)
    raise AssertionError("the server lives on")


def test_server_answers_when_started_by_hand() -> None:
    command = [sys.executable, "-m", "tests.fakes.messages_server", "--latency", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        client = anthropic.Anthropic(base_url=url, api_key=MessagesServer.key)
        assert text(client.messages.create(**parameters()))
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    assert process.returncode == 0


def test_server_says_so_when_it_cannot_start() -> None:
    with pytest.raises(RuntimeError, match="did not start"), MessagesServer(answer="nowhere:none"):
        pass
