"""What every shape of the sample offers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol

from clio_assets.home.settings import Format

#: A conversation of the sample, in the plain shape (sources/formats/plain.py).
Plain = Mapping[str, Any]

#: What a shape has no place for; `clio run` then needs an option, or shows less.
Lack = Literal["users", "times", "answers", "flags"]

_BETWEEN: Final = timedelta(seconds=30)


class Shape(Protocol):
    """One shape; each module of this package beside this one is one."""

    @property
    def name(self) -> Format:
        """What `--format` calls it."""
        ...

    @property
    def lacks(self) -> frozenset[Lack]:
        """What the shape has no place for."""
        ...

    def records(self, conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
        """The records that a logger would have written of the conversations, in their order."""
        ...


def moment(conversation: Plain, message: int) -> datetime:
    """When a message was sent, by its place: the sample tells the first one's alone."""
    started = datetime.fromisoformat(conversation["started_at"])
    return started + message * _BETWEEN


def requests(conversation: Plain) -> Iterator[tuple[int, list[Mapping[str, Any]], str | None]]:
    """What a logger of requests sees: for each turn of the user its place among the messages, all
    messages so far, and the answer, None where there was none."""
    messages = conversation["messages"]
    for place, message in enumerate(messages):
        if message["role"] == "user":
            answer = messages[place + 1] if place + 1 < len(messages) else None
            said = answer["content"] if answer and answer["role"] == "assistant" else None
            yield place, messages[: place + 1], said
