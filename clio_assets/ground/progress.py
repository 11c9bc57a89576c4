"""How long work reports progress: glue wraps what it iterates over, algorithms know nothing."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Passes items on and tells somebody how many have gone by."""

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """The items, unchanged and in order; `total` where it is known beforehand."""
        ...


class Silent:
    """Tells nobody: under Dagster, where counts are metadata."""

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """The items as they come."""
        del label, total
        yield from items
