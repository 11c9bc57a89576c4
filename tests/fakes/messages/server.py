"""The endpoints, put together: checks, limits, scripts, answers, counts."""

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.messages import checks, replies
from tests.fakes.messages.batches import Batch, listing
from tests.fakes.messages.calls import Call
from tests.fakes.messages.http import Connection, HttpRequest
from tests.fakes.messages.scripts import Met, Script
from tests.fakes.messages.state import Behaviour, State

KEY = "test-key"
_BATCHES = "/v1/messages/batches"


class Server:
    """The whole server behind its sockets."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._state = State(behaviour)
        self._counts = self._state.counts
        self._batches = self._state.batches
        self._number = 0
        self._loop = asyncio.get_running_loop()

    # Handler of connections

    def most_bytes(self, target: str) -> int:
        """256 MB for batches, 32 MB otherwise."""
        return checks.BATCH_BYTES if target.startswith(_BATCHES) else checks.LIVE_BYTES

    def opened(self) -> None:
        """Count a connection."""
        self._counts.connections += 1
        connections = max(self._counts.most_connections, self._counts.connections)
        self._counts.most_connections = connections

    def closed(self) -> None:
        """Count it off."""
        self._counts.connections -= 1

    def handle(self, connection: Connection, request: HttpRequest) -> None:
        """Answer a request, or arrange for it to be answered after the latency."""
        path, _, query = request.target.partition("?")
        if path.startswith("/_control/"):
            self._control(connection, request, path[10:], query)
            return
        self._number += 1
        call = Call(self._state, connection, request, path, f"req_{self._number:024x}")
        refused = self._refused(request)
        if refused is not None:
            call.error(*refused)
        elif request.too_large:
            call.error(413)
        elif path == "/v1/messages" and request.method == "POST":
            self._message(call)
        elif path == "/v1/messages/count_tokens" and request.method == "POST":
            self._count_tokens(call)
        elif path == _BATCHES or path.startswith(_BATCHES + "/"):
            self._batch(call, path[len(_BATCHES) + 1 :], parse_qs(query))
        else:
            call.error(404)

    def _refused(self, request: HttpRequest) -> tuple[int, str] | None:
        headers = request.headers
        key = headers.get(b"x-api-key", b"")
        bearer = headers.get(b"authorization", b"")
        if key != KEY.encode() and bearer != b"Bearer " + KEY.encode():
            return 401, "invalid x-api-key"
        if b"anthropic-version" not in headers:
            return 400, "anthropic-version: header is required"
        return None

    # Live messages

    def _message(self, call: Call) -> None:
        body = call.parameters()
        if body is None:
            return
        self._counts.saw(body)
        digest = replies.digest(body)
        script = self._state.play("messages", Met(digest, body))
        if call.failed_by(script):
            return
        behaviour = self._state.behaviour
        if not self._state.limits.none_set:
            wait = self._state.limits.admit(replies.input_tokens(body), self._loop.time())
            if wait:
                call.error(429, extra=f"retry-after: {max(1, math.ceil(wait))}\r\n")
                return
        most = behaviour.max_concurrent
        if most is not None and self._counts.concurrent >= most:
            call.error(429, "Number of concurrent connections has exceeded your rate limit.")
            return
        self._counts.begin()
        seconds = behaviour.latency + (script.seconds if script else 0.0)
        if seconds:
            self._loop.call_later(seconds, self._finish, call, body, digest, script)
        else:
            self._finish(call, body, digest, script)

    def _finish(self, call: Call, body: dict[str, Any], digest: str, script: Script | None) -> None:
        self._counts.end()
        if call.connection.lost:
            self._counts.abandoned += 1
            return
        made = None
        try:
            made = self._state.model.reply(body, script)
        finally:
            if made is None:  # a mistake in a test's answer function: its traceback is printed
                call.connection.reset()
        self._counts.bill(digest, made)
        if self._state.limits.output_tokens.limit is not None:
            self._state.limits.output_tokens.take(made.output_tokens)
        call.answer(made.message, script)

    def _count_tokens(self, call: Call) -> None:
        body = call.parameters({"max_tokens": 1})
        if body is None:
            return
        script = self._state.play("count_tokens", Met(replies.digest(body), body))
        if not call.failed_by(script):
            call.answer({"input_tokens": replies.input_tokens(body)}, script)

    # Batches

    def _batch(self, call: Call, rest: str, query: Mapping[str, list[str]]) -> None:
        name, _, action = rest.partition("/")
        method = call.request.method
        if not name and method == "POST":
            self._create(call)
            return
        if not name and method == "GET":
            self._list(call, query)
            return
        call.path = f"{_BATCHES}/{{id}}" + (f"/{action}" if action else "")
        batch = self._batches.find(name)
        if batch is None:
            call.error(404, "There is no message batch of that id.")
            return
        if (method, action) == ("GET", ""):
            script = self._state.play("batch", Met())
            if not call.failed_by(script):
                call.answer(batch.as_json(call.base_url), script)
        elif (method, action) == ("POST", "cancel"):
            script = self._state.play("cancel", Met())
            if not call.failed_by(script):
                self._batches.cancel(batch)
                call.answer(batch.as_json(call.base_url), script)
        elif (method, action) == ("GET", "results"):
            self._results(call, batch)
        elif (method, action) == ("DELETE", ""):
            if batch.ended is None:
                call.error(400, "Only ended batches can be deleted.")
            else:
                self._batches.delete(batch)
                call.answer({"id": batch.name, "type": "message_batch_deleted"})
        else:
            call.error(405)

    def _create(self, call: Call) -> None:
        body = call.json()
        why = None if body is None else checks.batch_problem(body)
        if body is None or why is not None:
            call.error(400, why or "The request body is not valid JSON.")
            return
        script = self._state.play("batches", Met("", body))
        if call.failed_by(script):
            return
        batch = self._batches.create(body["requests"])
        call.answer(batch.as_json(call.base_url), script)

    def _list(self, call: Call, query: Mapping[str, list[str]]) -> None:
        script = self._state.play("list", Met())
        if call.failed_by(script):
            return
        first = {name: values[0] for name, values in query.items()}
        limit = int(first.get("limit", "20"))
        if not 1 <= limit <= 1000:
            call.error(400, "limit: from 1 to 1000")
            return
        page, more = self._batches.page(limit, first.get("after_id"), first.get("before_id"))
        call.answer(listing(page, more, lambda batch: batch.as_json(call.base_url)), script)

    def _results(self, call: Call, batch: Batch) -> None:
        if batch.ended is None:
            call.error(404, "The results are available once the batch has ended.")
            return
        script = self._state.play("results", Met())
        if not call.failed_by(script):
            call.send(batch.results(script), script)

    # Control

    def _control(
        self, connection: Connection, request: HttpRequest, action: str, query: str
    ) -> None:
        given = json.loads(request.body) if request.body else {}
        answer: Any = {}
        status = 200
        match request.method, action:
            case "POST", "script":
                self._state.player.add(Script.from_json(each) for each in given["scripts"])
            case "DELETE", "script":
                self._state.player.clear()
            case "POST", "set":
                given["models"] = tuple(given.get("models", self._state.behaviour.models))
                self._state.put(replace(self._state.behaviour, **given))
            case "POST", "reset":
                self._counts.reset()
            case "GET", "counts":
                answer = self._counts.as_json()
            case "GET", "requests":
                limit = int(parse_qs(query).get("limit", ["100"])[0])
                answer = list(self._counts.bodies)[-limit:]
            case _:
                status = 404
        connection.respond(status, "", json.dumps(answer).encode())


async def serve(behaviour: Behaviour, port: int) -> tuple[asyncio.Server, int]:
    """Listen on loopback; the port that was asked for, or for 0 one that is free."""
    server = Server(behaviour)
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(server), "127.0.0.1", port, backlog=4096
    )
    return listener, int(listener.sockets[0].getsockname()[1])
