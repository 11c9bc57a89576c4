"""One request to one reply, now: attempts, backoff and a deadline.

The SDK makes the connection, the headers and the errors; its own retries are off, because calls
that retry each for itself stampede a server that is short of capacity.
"""

import asyncio
import json
import random

import httpx2
from anthropic import APIConnectionError, APIStatusError, APITimeoutError, AsyncAnthropic

from clio_assets.analyst.claude.exchange import Reply, Request
from clio_assets.analyst.claude.sending.breaker import FAILING_SECONDS, Breaker
from clio_assets.analyst.claude.sending.client import server_of
from clio_assets.analyst.claude.sending.limiter import SLOW_SECONDS, Leave, Limiter
from clio_assets.analyst.claude.sending.responses import Trouble, read_failure, read_success
from clio_assets.analyst.claude.sending.waiting_line import WaitingLine
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.home.settings import ClaudeSettings

#: Seconds before the second attempt; doubles up to the longest.
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 30.0

#: Part of `call_deadline_seconds` from which a reply counts as slow, at most `SLOW_SECONDS`.
SLOW_SHARE = 0.1
#: What is said of an attempt that ran out of time.
LATE = "no answer in time"

#: No reply within `call_deadline_seconds`, while other calls got one.
NO_REPLY = NotAnswered("no_reply")


class LiveClient:
    """Sends requests through the SDK's client, in one event loop. Implements LiveSender.

    One is to be shared by all who ask the same server: it holds what was learned of its limits.
    """

    def __init__(
        self,
        client: AsyncAnthropic,
        settings: ClaudeSettings,
        *,
        seed: int = 0,
        failing_seconds: float = FAILING_SECONDS,
    ) -> None:
        self._client = client
        self._settings = settings
        self._random = random.Random(seed)
        self._breaker = Breaker(server_of(settings), settings, failing_seconds=failing_seconds)
        self._lines: dict[str, WaitingLine] = {}

    async def send(self, request: Request) -> Reply | NotAnswered:
        """The reply, or why there is none: `no_reply` (deadline), `invalid_request`, `too_large`,
        `context_overflow`. AnalystError where no request can succeed.

        The deadline runs from when the call first leaves: waiting for one's turn is no failure.
        """
        line = self._line(request.model)
        body = json.dumps(request.parameters, separators=(",", ":")).encode()
        self._breaker.check()
        leave = await line.enter(request.digest)
        deadline = leave.at + self._settings.call_deadline_seconds
        attempt = 0
        while True:
            try:
                result = await self._attempt(body, line, leave, deadline)
            finally:
                line.leave()
            if isinstance(result, Reply):
                return result
            if result.remedy in ("aside", "doubtful"):
                return result.outcome
            pause = self._pause(result, attempt)
            attempt += 1
            if _now() + pause >= deadline:
                return self._given_up(result)
            try:
                async with asyncio.timeout_at(deadline):
                    leave = await self._next_turn(line, request.digest, pause)
            except TimeoutError:
                return self._given_up(result)

    def withdraw(self, digest: str) -> None:
        """Cancel the `send` of that request if it is waiting to leave, be it once more."""
        for line in self._lines.values():
            line.withdraw(digest)

    def _line(self, model: str) -> WaitingLine:
        line = self._lines.get(model)
        if line is None:
            seed = self._random.getrandbits(64)
            slow = min(SLOW_SECONDS, SLOW_SHARE * self._settings.call_deadline_seconds)
            limiter = Limiter(self._settings.max_concurrent, random.Random(seed), slow)
            line = self._lines[model] = WaitingLine(limiter, _now)
        return line

    async def _next_turn(self, line: WaitingLine, digest: str, pause: float) -> Leave:
        if pause > 0:
            await line.sleep(digest, pause)
        leave = await line.enter(digest, again=True)
        try:
            self._breaker.check()
        except BaseException:
            line.leave()
            raise
        return leave

    async def _attempt(
        self, body: bytes, line: WaitingLine, leave: Leave, deadline: float
    ) -> Reply | Trouble:
        """One HTTP request; the limiter and the breaker hear how it went."""
        self._breaker.check()
        response: httpx2.Response | None = None
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._client.post(
                    "/v1/messages", content=body, cast_to=httpx2.Response
                )
            result = read_success(response.content)
        except APIStatusError as error:
            response = error.response
            result = read_failure(response.status_code, error.body, response.headers)
        except (APITimeoutError, TimeoutError):
            result = Trouble(LATE, "again")
        except APIConnectionError as error:
            result = Trouble(_kind(error), "again")
        now = _now()
        limiter = line.limiter
        if response is not None:
            limiter.learn(response.headers.raw, now)
        if isinstance(result, Reply):
            self._breaker.succeeded()
            limiter.succeeded(leave, result.usage, now)
        else:
            self._heed(result, limiter, leave, now)
        return result

    def _heed(self, trouble: Trouble, limiter: Limiter, leave: Leave, now: float) -> None:
        if trouble.remedy == "slower":
            limiter.overrun(leave.at, now, trouble.retry_after)
            self._breaker.put_off()
            deadline = self._settings.call_deadline_seconds
            if trouble.retry_after is not None and trouble.retry_after > deadline:
                self._breaker.too_long_a_wait(trouble.retry_after, deadline)
        elif trouble.remedy == "again":
            if trouble.status in (503, 529):
                limiter.overloaded(leave.at, now)
            elif trouble.what == LATE:
                limiter.timed_out(leave.at, now)
            self._breaker.failed(trouble)
        elif trouble.remedy == "doubtful":
            self._breaker.invalid(trouble)
        elif trouble.remedy == "stop":
            self._breaker.must_stop(trouble)
        self._breaker.check()

    def _pause(self, trouble: Trouble, attempt: int) -> float:
        """Seconds before the next attempt; where the limiter pauses all calls, its pause is it."""
        if trouble.remedy == "slower":
            return 0.0
        longest = min(FIRST_BACKOFF * 2.0 ** min(attempt, 16), LONGEST_BACKOFF)
        return max(longest * self._random.uniform(0.5, 1.0), trouble.retry_after or 0.0)

    def _given_up(self, trouble: Trouble) -> NotAnswered:
        self._breaker.failed(trouble)
        self._breaker.check()
        return NO_REPLY


def _now() -> float:
    """The event loop's time, in seconds."""
    return asyncio.get_running_loop().time()


def _kind(error: APIConnectionError) -> str:
    """The kind of a connection's failure, in words; its message may hold addresses."""
    return {
        "ConnectError": "no connection",
        "ReadError": "an answer that broke off",
        "ConnectTimeout": "no connection in time",
    }.get(type(error.__cause__).__name__, "a broken connection")
