"""Work in the background loop, item by item, as a plain iterator in the order of the items.

The items are pulled in the caller's thread, since what they come from may belong to it, and only as
many as the window holds: memory does not grow with their number.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")

#: Finished results that may wait for an earlier one, as a multiple of the items under way.
FINISHED_AHEAD = 8


@dataclass(frozen=True)
class Worker(Generic[T, R]):
    """What is done with an item, in the loop.

    `stop` is called once an item has failed: it may cancel what has not begun and has nothing new
    begin; the rest is let finish.
    """

    work: Callable[[T], Coroutine[Any, Any, R]]
    stop: Callable[[], None]


class _Slot(Generic[R]):
    """The place of an item's result."""

    __slots__ = ("done", "result")

    def __init__(self) -> None:
        self.result: R | None = None
        self.done = False


class _Window(Generic[T, R]):
    """State shared by the caller's thread, which pulls and waits, and the loop, which works.

    Each attribute is written by one of the two alone.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, worker: Worker[T, R], most: int) -> None:
        self._loop = loop
        self._worker = worker
        self._most = most
        self._chunk = max(1, min(32, most // 8))
        # written by the caller's thread
        self.slots: deque[_Slot[R]] = deque()
        self._pulled = 0
        self._exhausted = False
        self._awaited: Callable[[], bool] = _nothing
        # written by the loop
        self._tasks: set[asyncio.Task[R]] = set()
        self._finished = 0
        self._failure: BaseException | None = None
        self._wake = threading.Event()

    def fill(self, items: Iterator[T]) -> None:
        """Pull items until the window is full, and have them worked on."""
        while self._has_room() and self._failure is None:
            chunk = list(islice(items, self._chunk))
            slots: list[_Slot[R]] = [_Slot() for _ in chunk]
            self._exhausted = len(chunk) < self._chunk
            self.slots.extend(slots)
            self._pulled += len(chunk)
            self._loop.call_soon_threadsafe(self._begin, chunk, slots)

    def wait(self) -> None:
        """Return when the first slot is done or more can be pulled.

        Raises the first failure, after all that had begun has ended.
        """
        head = self.slots[0]
        self._wait_until(lambda: head.done or self._has_room() or self._failure is not None)
        if self._failure is not None:
            self._loop.call_soon_threadsafe(self._worker.stop)
            self._wait_until(self._idle)
            raise self._failure

    def close(self) -> None:
        """Cancel what is under way, and wait until it has ended."""
        if not self._idle() and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._cancel)
            self._wait_until(self._idle)

    def _has_room(self) -> bool:
        return (
            not self._exhausted
            and self._pulled - self._finished <= self._most - self._chunk
            and len(self.slots) <= FINISHED_AHEAD * self._most - self._chunk
        )

    def _idle(self) -> bool:
        return self._finished == self._pulled

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        self._awaited = condition
        self._wake.clear()
        while not condition():
            self._wake.wait()
            self._wake.clear()
        self._awaited = _nothing

    # in the loop

    def _begin(self, chunk: list[T], slots: list[_Slot[R]]) -> None:
        for item, slot in zip(chunk, slots, strict=True):
            task = self._loop.create_task(self._worker.work(item))
            self._tasks.add(task)
            task.add_done_callback(partial(self._end, slot))

    def _end(self, slot: _Slot[R], task: asyncio.Task[R]) -> None:
        self._tasks.discard(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            slot.result = task.result()
            slot.done = True
        elif self._failure is None:
            self._failure = error
        self._finished += 1
        if self._awaited():
            self._wake.set()

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()


def _nothing() -> bool:
    return False


def in_order(
    items: Iterable[T], worker: Worker[T, R], loop: asyncio.AbstractEventLoop, *, most: int
) -> Generator[R, None, None]:
    """The results of `worker` in the order of the items, at most about `most` under way at a time.

    The first failure ends the pulling; what had begun is let finish, then it is raised. Closing the
    iterator, or interrupting it, cancels what is under way.
    """
    stream = _Window(loop, worker, most)
    source = iter(items)
    try:
        stream.fill(source)
        while stream.slots:
            stream.wait()
            while stream.slots and stream.slots[0].done:
                yield cast(R, stream.slots.popleft().result)
            stream.fill(source)
    finally:
        stream.close()
