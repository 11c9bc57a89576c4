"""Calls that wait until a `Limiter` lets them leave: first come, first served, in the event loop.

One timer, whatever the length of the line.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable

from clio_assets.analyst.claude.sending.limiter import Leave, Limiter


class WaitingLine:
    """Where the calls of one model wait until they may leave, or until they are withdrawn."""

    def __init__(self, limiter: Limiter, clock: Callable[[], float]) -> None:
        self.limiter = limiter
        self._clock = clock
        self._queue: deque[asyncio.Future[Leave]] = deque()
        self._waiting: dict[Hashable, asyncio.Future[Leave] | asyncio.Future[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, key: Hashable, *, again: bool = False) -> Leave:
        """Wait until the call may leave; calls that try again go first.

        `leave` has to follow. Cancelled by `withdraw`.
        """
        limiter, now = self.limiter, self._clock()
        if not self._queue and limiter.wait(now) <= 0:
            return limiter.left(now)
        future: asyncio.Future[Leave] = asyncio.get_running_loop().create_future()
        if again:
            self._queue.appendleft(future)
        else:
            self._queue.append(future)
        self._waiting[key] = future
        self.let_out()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():  # let out and cancelled at the same time
                self.leave()
            raise
        finally:
            self._waiting.pop(key, None)

    async def sleep(self, key: Hashable, seconds: float) -> None:
        """Wait before another attempt. Cancelled by `withdraw`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _finish, future)
        self._waiting[key] = future
        try:
            await future
        finally:
            timer.cancel()
            self._waiting.pop(key, None)

    def leave(self) -> None:
        """A call that entered has ended."""
        self.limiter.came_back()
        if self._queue:
            self.let_out()

    def withdraw(self, key: Hashable) -> None:
        """Cancel the call of that key if it waits here."""
        future = self._waiting.get(key)
        if future is not None:
            future.cancel()

    def let_out(self) -> None:
        """Let out those who may leave now, and set the timer for the next."""
        queue, limiter, now = self._queue, self.limiter, self._clock()
        wait = 0.0
        while queue:
            if queue[0].done():  # withdrawn
                queue.popleft()
                continue
            wait = limiter.wait(now)
            if wait > 0:
                break
            queue.popleft().set_result(limiter.left(now))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if queue and wait < float("inf"):
            self._timer = asyncio.get_running_loop().call_later(wait, self.let_out)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
