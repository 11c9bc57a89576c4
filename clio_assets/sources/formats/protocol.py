"""What every shape of source record offers, and how it says that a record is malformed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format

Record = Mapping[str, object]

#: Why a record is set aside: fixed words that quote nothing of it.
Reason = Literal[
    "broken_json",
    "content_of_wrong_type",
    "conversation_id_missing",
    "conversation_id_of_wrong_type",
    "flagged_not_boolean",
    "invalid_utf8",
    "message_not_an_object",
    "message_order_unclear",
    "messages_missing",
    "messages_not_a_list",
    "metadata_not_an_object",
    "nested_too_deeply",
    "not_an_object",
    "of_another_shape",
    "record_too_long",
    "request_not_an_object",
    "role_unknown",
    "started_at_implausible",
    "started_at_in_the_future",
    "started_at_missing",
    "started_at_unreadable",
    "user_id_missing",
    "user_id_of_wrong_type",
]


class Malformed(Exception):  # noqa: N818 - a signal within this package, caught record by record
    """A record cannot be used; the reason is a fixed word, never content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class ParsedConversation:
    """A record as its shape tells it; what the shape or the record does not say is None.

    `messages` are normalised turns with placeholders; there may be none. `metadata` is a JSON
    object as text.
    """

    conversation_id: str
    user_id: str | None
    started_at: datetime | None
    latest_at: datetime | None
    messages: tuple[Message, ...]
    flagged: bool | None = None
    metadata: str | None = None


class SourceFormat(Protocol):
    """One shape of source record; each module of this package beside this one is one."""

    @property
    def name(self) -> Format:
        """What `--format` calls it."""
        ...

    @property
    def users_are_accounts(self) -> bool:
        """Whether user ids are those of the accounts an export was made for."""
        ...

    def recognises(self, record: Record) -> bool:
        """Whether the record looks like this shape and no other."""
        ...

    def parse(self, record: Record) -> ParsedConversation:
        """The conversation of a record. Raises Malformed."""
        ...
