"""The calls of the Message Batches API, with patience: what passes is tried again after a while.

Nothing that the server wrote is repeated in a message (see sending/responses.py).
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx2
from anthropic import APIConnectionError, APIStatusError, AsyncAnthropic, NotFoundError

from clio_assets.analyst.claude.batches.journal import Result
from clio_assets.analyst.claude.sending.responses import (
    Trouble,
    lacks_credit,
    read_failure,
    reply_from,
)
from clio_assets.errors import AnalystError

if TYPE_CHECKING:
    from anthropic.types.messages import MessageBatch

T = TypeVar("T")

_ATTEMPTS: Final = 8
_LONGEST_PAUSE: Final = 60.0
_LONGEST_WAIT: Final = 3_600.0  # that a server may ask for
_AT_A_TIME: Final = 250  # results that are stored in one transaction
#: Clocks of two machines differ by less, one hopes; what is found is verified by its content.
_SKEW: Final = timedelta(minutes=15)

#: Why a request of a batch was errored, where sending it again would not help.
_FINAL: Final = {
    "invalid_request_error": "invalid_request",
    "request_too_large": "too_large",
}
#: Where all requests would be: the run has to stop.
_STOPPING: Final = (
    "authentication_error",
    "billing_error",
    "not_found_error",
    "permission_error",
)

Take = Callable[[list[Result]], Awaitable[None]]


class BatchApi:
    """The endpoints of batches. `pause` is the first one, in seconds, after a failed call."""

    def __init__(self, client: AsyncAnthropic, pause: float) -> None:
        self._client = client.with_options(max_retries=0)
        self._pause = min(pause, 5.0)

    async def create(self, body: Callable[[], Iterator[bytes]], size: int) -> str | None:
        """The server's name for a new batch; None where nobody knows whether it was made.

        Only a refusal that says so is tried again: after anything else the batch may be at work.
        """
        attempt = 0
        while True:
            try:
                made: MessageBatch = await self._client.post(
                    "/v1/messages/batches",
                    content=_in_pieces(body()),
                    cast_to=_batch_type(),
                    options={"headers": {"Content-Length": str(size)}},
                )
                return made.id if isinstance(made.id, str) else None
            except APIConnectionError:
                return None
            except APIStatusError as error:
                trouble = _trouble(error)
                if error.status_code == 408 or 500 <= error.status_code < 529:
                    return None
                if error.status_code in (400, 413, 422):
                    raise _unfit(trouble) from None
                await self._wait(trouble, attempt)
                attempt += 1

    async def retrieve(self, api_id: str) -> "MessageBatch | None":
        """How the batch stands; None where the server knows no such batch."""

        async def look() -> "MessageBatch | None":
            try:
                return await self._client.messages.batches.retrieve(api_id)
            except NotFoundError:
                return None

        return await self._patiently(look)

    async def made_since(self, opened_at: int) -> "list[MessageBatch]":
        """Batches that were made since that time, newest first."""
        start = datetime.fromtimestamp(opened_at, UTC) - _SKEW

        async def look() -> "list[MessageBatch]":
            found: list[MessageBatch] = []
            async for batch in self._client.messages.batches.list(limit=100):
                if batch.created_at < start:
                    break
                found.append(batch)
            return found

        return await self._patiently(look)

    async def results(self, api_id: str, take: Take) -> bool:
        """Pass on all results of an ended batch, some at a time; whether they came to their end.

        They may come in any order, and more than once.
        """

        async def read() -> bool:
            some: list[Result] = []
            whole = True
            try:
                async for line in self._lines(api_id):
                    result = _result_of(line)
                    if result is None:
                        whole = False
                        continue
                    some.append(result)
                    if len(some) >= _AT_A_TIME:
                        await take(some)
                        some = []
            except httpx2.TransportError:
                whole = False
            if some:
                await take(some)
            return whole

        return await self._patiently(read)

    async def pause(self, attempt: int) -> None:
        """Wait before trying something for the next time."""
        await asyncio.sleep(self._seconds(attempt))

    async def _lines(self, api_id: str) -> AsyncIterator[bytes]:
        batches = self._client.messages.batches
        async with batches.with_streaming_response.results(api_id) as response:
            rest = b""
            async for piece in response.iter_bytes():
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield line
            if rest.strip():
                yield rest

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        attempt = 0
        while True:
            try:
                return await call()
            except APIConnectionError:
                trouble = Trouble("no connection", "again")
            except APIStatusError as error:
                trouble = _trouble(error)
            await self._wait(trouble, attempt)
            attempt += 1

    async def _wait(self, trouble: Trouble, attempt: int) -> None:
        """Wait until trying again makes sense; AnalystError where it makes none."""
        if trouble.remedy not in ("again", "slower"):
            raise _stop(trouble)
        if attempt + 1 >= _ATTEMPTS or (trouble.retry_after or 0) > _LONGEST_WAIT:
            raise AnalystError(
                f"the server keeps failing ({trouble.what}); batches under way go on without this "
                "run, and the next one collects them: run again later"
            )
        await asyncio.sleep(max(trouble.retry_after or 0.0, self._seconds(attempt)))

    def _seconds(self, attempt: int) -> float:
        longest = min(self._pause * 2.0**attempt, _LONGEST_PAUSE)
        return longest * (1 + random.random()) / 2


async def _in_pieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _batch_type() -> "type[MessageBatch]":
    from anthropic.types.messages import MessageBatch

    return MessageBatch


def _trouble(error: APIStatusError) -> Trouble:
    return read_failure(error.status_code, error.body, error.response.headers)


def _stop(trouble: Trouble) -> AnalystError:
    advice = {
        401: "the key is wrong: set the right one",
        403: "the key may not use batches: use another, or set [claude] mode to `live`",
        404: "it has no batches: set [claude] mode to `live`, or look at base_url",
    }.get(trouble.status, "look at the settings under [claude]")
    return AnalystError(f"the server refuses ({trouble.what}); {advice}, then run again")


def _unfit(trouble: Trouble) -> AnalystError:
    return AnalystError(
        f"the server refuses a whole batch ({trouble.what}): lower `batch_bytes` or "
        "`batch_requests` under [claude], or set mode to `live` to see which request it is"
    )


def _result_of(line: bytes) -> Result | None:
    """A line of the results; None for one that was cut off or is none."""
    try:
        value = json.loads(line)
        digest = bytes.fromhex(value["custom_id"])
        return _judged(digest, value["result"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _judged(digest: bytes, result: Any) -> Result | None:
    kind = result["type"]
    if kind == "succeeded":
        message = result["message"]
        reply = reply_from(message, batch=True)
        return None if reply is None else Result(digest, reply, model=str(message.get("model")))
    if kind == "errored":
        error = result["error"]
        found = error.get("error", error)
        word = "billing_error" if lacks_credit(found.get("message")) else found["type"]
        if word in _STOPPING:
            return Result(digest, reason=word)
        return Result(digest, reason=_FINAL.get(word, "server_error"))
    if kind in ("canceled", "expired"):
        return Result(digest, reason=kind)
    return None


#: Reasons after which a request is sent again.
PASSING: Final = frozenset(("canceled", "expired", "server_error"))
#: Reasons that every request would have.
STOPPING: Final = frozenset(_STOPPING)
