"""Handover between threads: an asynchronous generator of the loop, fed and drained by a caller."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Items made at a time.
CHUNK = 64


@dataclass(frozen=True)
class _MoreWanted(Generic[T]):
    """The loop wants more items; none left is an empty list."""

    items: "asyncio.Future[list[T]]"


@dataclass(frozen=True)
class _Yielded(Generic[R]):
    """The generator yielded something."""

    value: R


def handed_over(
    items: Iterable[T],
    work: Callable[[AsyncIterator[T]], AsyncIterator[R]],
    loop: asyncio.AbstractEventLoop,
) -> Iterator[R]:
    """What `work` yields in the loop. Items are pulled in the caller's thread, when wanted.

    Closing or interrupting the iterator cancels `work`.
    """
    news: SimpleQueue[_MoreWanted[T] | _Yielded[R] | None] = SimpleQueue()

    async def pulled() -> AsyncIterator[T]:
        while True:
            chunk: asyncio.Future[list[T]] = loop.create_future()
            news.put(_MoreWanted(chunk))
            some = await chunk
            if not some:
                return
            for item in some:
                yield item

    async def worked() -> None:
        try:
            async for value in work(pulled()):
                news.put(_Yielded(value))
        finally:
            news.put(None)

    source = iter(items)
    ended = asyncio.run_coroutine_threadsafe(worked(), loop)
    try:
        while (message := news.get()) is not None:
            if isinstance(message, _Yielded):
                yield message.value
            else:
                loop.call_soon_threadsafe(_give, message.items, list(islice(source, CHUNK)))
        ended.result()
    finally:
        ended.cancel()


def _give(wanted: "asyncio.Future[list[T]]", some: list[T]) -> None:
    if not wanted.done():
        wanted.set_result(some)
