"""One request of the API on its way through the server."""

import json
import time
from collections.abc import Mapping
from typing import Any

from tests.fakes.messages import checks, replies
from tests.fakes.messages.http import Connection, HttpRequest
from tests.fakes.messages.scripts import Script
from tests.fakes.messages.state import State


class Call:
    """One request of the API on its way."""

    __slots__ = ("connection", "path", "request", "request_id", "state")

    def __init__(
        self,
        state: State,
        connection: Connection,
        request: HttpRequest,
        path: str,
        request_id: str,
    ) -> None:
        self.state = state
        self.connection = connection
        self.request = request
        self.path = path
        self.request_id = request_id

    @property
    def base_url(self) -> str:
        """As the client addressed the server."""
        return f"http://{self.request.headers[b'host'].decode('latin-1')}"

    def json(self) -> Any:
        """The body as JSON; none where it is not."""
        try:
            return json.loads(self.request.body)
        except ValueError:
            return None

    def parameters(self, usual: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The body as a message's parameters; none when it was refused."""
        body = self.json()
        if isinstance(body, dict) and body.get("stream") is False:
            del body["stream"]
        why = checks.problem({**usual, **body} if usual and isinstance(body, dict) else body)
        if why is not None:
            self.error(400, why)
            return None
        models = self.state.behaviour.models
        if models and body["model"] not in models:
            self.error(404, f"model: {body['model']}")
            return None
        return body  # type: ignore[no-any-return]

    def failed_by(self, script: Script | None) -> bool:
        """Whether a script ends the request before it is worked on."""
        if script is None or script.processed or script.kind not in ("status", "reset"):
            return False
        self._fail(script)
        return True

    def _fail(self, script: Script) -> None:
        if script.kind == "status":
            extra = "".join(f"{name}: {value}\r\n" for name, value in script.headers.items())
            self.error(script.status or 500, kind=script.error, extra=extra)
        else:
            self.state.counts.dropped += 1
            self.connection.reset()

    def error(
        self, status: int, message: str | None = None, *, kind: str | None = None, extra: str = ""
    ) -> None:
        """Respond with the error envelope."""
        envelope = replies.error(status, self.request_id, message, kind)
        self._respond(status, json.dumps(envelope).encode(), extra)

    def answer(self, value: Any, script: Script | None = None) -> None:
        """Respond with JSON."""
        self.send(json.dumps(value, ensure_ascii=False).encode(), script)

    def send(self, body: bytes, script: Script | None = None) -> None:
        """Respond with those bytes, or as the script would have it."""
        if script is not None and script.kind in ("status", "reset"):
            self._fail(script)  # though the work is done
        elif script is not None and script.kind == "truncate":
            self.state.counts.dropped += 1
            self.connection.truncate(200, self._headers(), body)
        else:
            self._respond(200, body)

    def _headers(self) -> str:
        limits = self.state.limits.headers(time.time())
        return f"request-id: {self.request_id}\r\n{limits}"

    def _respond(self, status: int, body: bytes, extra: str = "") -> None:
        self.state.counts.answered[(self.path, status)] += 1
        self.connection.respond(status, self._headers() + extra, body)
