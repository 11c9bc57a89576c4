"""A span or a log record, the same whatever it was written as."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats.protocol import Loss, Record, Span

_MOST_ATTRIBUTES: Final = 128


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened within a span: of conventions until 1.36, a message of the call."""

    name: str
    attributes: Record
    body: object = None


@dataclass(frozen=True, slots=True)
class Item:
    """A span, or the log records of one.

    `dropped` is how many attributes the exporter says it left out.
    """

    kind: Literal["span", "log"]
    attributes: Record
    span: Span | None = None
    at: datetime | None = None
    latest: datetime | None = None
    events: tuple[Event, ...] = ()
    resource: Record = field(default_factory=dict)
    dropped: int = 0
    failed: bool = False

    @property
    def is_full(self) -> bool:
        """Whether attributes were dropped, or as many are there as the SDKs keep."""
        return self.dropped > 0 or len(self.attributes) == _MOST_ATTRIBUTES


@dataclass(frozen=True, slots=True)
class Told:
    """What one dialect tells of a call.

    `asked` are the messages sent, `answer` those that came back. `is_part`: the rest of the call's
    messages may stand in another record.
    """

    asked: tuple[Message, ...] = ()
    answer: tuple[Message, ...] = ()
    losses: frozenset[Loss] = frozenset()
    is_part: bool = False


def text_at(record: Record, key: str) -> str:
    """The text of a field; empty where there is none."""
    value = record.get(key)
    return value if isinstance(value, str) else ""


def objects(values: object) -> Iterable[Record]:
    """The objects of a list; nothing where it is none."""
    found = values if isinstance(values, list) else []
    return (value for value in found if isinstance(value, Mapping))
