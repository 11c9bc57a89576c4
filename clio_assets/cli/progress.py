"""Progress bars on the terminal, for what takes longer than a moment."""

import os
from collections.abc import Iterable, Iterator
from typing import IO, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

T = TypeVar("T")


class RichProgress:
    """Shows what is tracked as bars on standard error, plain lines where that is no terminal."""

    def __init__(self, console: Console) -> None:
        console.file = _of_its_own(console.file)
        self._live = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            # the streams belong to `muted` (privacy_checks.ground.faults)
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> "RichProgress":
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """The items, counted on a bar that goes away at the end."""
        self._live.start()  # only now: a command that fails at once draws nothing
        task = self._live.add_task(label, total=total)
        try:
            for item in items:
                yield item
                self._live.advance(task)
        finally:
            self._live.remove_task(task)

    def say(self, message: str) -> None:
        """A line that stays."""
        self._live.console.print(message, highlight=False)

    def step(self, label: str) -> "_Step":
        """A spinner for work without a count: `with progress.step("Clusters"): ...`."""
        return _Step(self._live, label)


class _Step:
    def __init__(self, live: Progress, label: str) -> None:
        self._live = live
        self._label = label

    def __enter__(self) -> None:
        self._live.start()
        self._task = self._live.add_task(self._label, total=None)

    def __exit__(self, *_: object) -> None:
        self._live.remove_task(self._task)


def _of_its_own(stream: IO[str]) -> IO[str]:
    """The stream on a descriptor of its own, so that bars show while libraries are muted."""
    try:
        return os.fdopen(os.dup(stream.fileno()), "w", encoding="utf-8")
    except OSError:  # not a file: a test's or a notebook's
        return stream
