"""The event loop of a process's calls, in a thread of its own.

Verbs are called from synchronous code, and a caller that is busy with answers must not keep
replies waiting. One loop serves all: connections and learned limits belong to it.
"""

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

_log: Final = logging.getLogger(__name__)

T = TypeVar("T")
Closer = Callable[[], Awaitable[None]]

#: Seconds that closing connections may take when the process ends.
CLOSING_SECONDS = 5.0


class Background:
    """An event loop that starts when first needed and stops with the process."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = os.getpid()
        self._closers: list[Closer] = []

    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop; a forked child gets one of its own."""
        with self._starting:
            if self._loop is None or self._process != os.getpid():
                self._start()
            assert self._loop is not None
            return self._loop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work` in the loop and wait for it; cancelled where the waiting is interrupted."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def at_stop(self, closer: Closer) -> None:
        """Await `closer` in the loop before it stops."""
        self._closers.append(closer)

    def stop(self) -> None:
        """Cancel what is under way, close what is open, end the thread."""
        with self._starting:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None or self._process != os.getpid():
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(2 * CLOSING_SECONDS)

    def _start(self) -> None:
        if self._process != os.getpid():  # what a parent opened is the parent's to close
            self._closers = []
        self._process = os.getpid()
        self._loop = loop = _new_loop()
        self._thread = threading.Thread(
            target=self._serve, args=(loop,), name="claude-calls", daemon=True
        )
        self._thread.start()

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(_tell)
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(self._wind_up())
            loop.close()

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        closing = asyncio.gather(*(c() for c in self._closers), return_exceptions=True)
        await asyncio.wait([closing], timeout=CLOSING_SECONDS)


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say of an error that reached nobody what kind it is; its message, its traceback and what it
    was called with may quote a conversation (rule 3)."""
    kind = type(context.get("exception")).__name__
    _log.error("an error in the background of a model's calls reached nobody: %s", kind)


def _new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed, as it costs less CPU for each call; else Python's own."""
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


#: The loop of this process.
BACKGROUND = Background()
atexit.register(BACKGROUND.stop)
