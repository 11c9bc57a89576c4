"""What every shape of source record offers, and how it says that a record is malformed.

There are two kinds. A `ConversationFormat` makes one conversation of one record. A `PieceFormat`
makes *pieces* of it: a request, a message or a span, of which `sources/grouping` makes
conversations once all files of the source were read, whatever order they lay in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

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
    "messages_cut_off",
    "messages_missing",
    "messages_not_a_list",
    "metadata_not_an_object",
    "nested_too_deeply",
    "not_an_object",
    "of_another_shape",
    "record_too_long",
    "request_not_an_object",
    "role_unknown",
    "row_of_other_width",
    "started_at_implausible",
    "started_at_in_the_future",
    "started_at_missing",
    "started_at_unreadable",
    "user_id_missing",
    "user_id_of_wrong_type",
    "value_out_of_range",
]


#: What the logger itself lost, where that can be seen; it is counted, and is no fault of the data.
Loss = Literal[
    "answer_missing",  # a request was logged and what came back was not
    "answer_not_text",  # a streamed answer stands there as the text of a program's object
    "content_not_logged",  # the logger was told to keep no messages, or is by default
    "content_redacted",  # words of the logger's stand where the messages were
    "content_truncated",  # the logger cut messages off at a length
    "message_left_empty",  # the logger kept that a message was sent, and nothing of it
    "oldest_turns_dropped",  # the logger keeps so many fields and dropped those of the first turns
]

#: Why a record, or a part of one, holds nothing of a conversation. No fault, and no reject.
LeftOut = Literal[
    "deleted_at_the_source",  # what somebody deleted, and an archive still lists
    "not_of_the_user",  # an agent's words to another, and a program's under the user's name
    "not_a_conversation",  # a tool's span, an embedding, a file's own description
    "no_messages_logged",  # a request whose messages the logger did not keep
    "side_call",  # what an application asked for itself: a title of the chat, a search query
]


#: How the elements of an array are read where their record is too long: each as a record of its
#: own, or as the record would be if it was the only one.
Parted = Literal["alone", "within"]


class Malformed(Exception):  # noqa: N818 - a signal within this package, caught record by record
    """A record cannot be used; the reason is a fixed word, never content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class ParsedConversation:
    """A record as its shape tells it; what the shape or the record does not say is None.

    `messages` are normalised turns with placeholders; there may be none. `root` is what all
    versions of the conversation share where the shape stores a tree (the id of its first node);
    elsewhere the first turn of the user shows which records are versions of one another.
    `metadata` is a JSON object as text. `attributes` are what the source says about the
    conversation under the names of `attributes.py`, never free text.
    """

    conversation_id: str
    user_id: str | None
    started_at: datetime | None
    latest_at: datetime | None
    messages: tuple[Message, ...]
    flagged: bool | None = None
    metadata: str | None = None
    root: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    tenant: str | None = None
    vector: object = None  # as it stands in the record, where one is asked for


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a trace something lies; a parent may come later, in another file, or never."""

    trace: str
    id: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a conversation: a request with its answer, a message, a span.

    A `cumulative` piece repeats the conversation so far: `messages` are all that was sent, and the
    answer. A `delta` piece holds what was new. Without a `conversation_id` the pieces of a user, or
    those that begin alike, are searched for what continues what.

    `node` and `parent` are ids of a message and of the one that it answers, where the source has a
    tree; `is_current` marks a node of the branch that the source calls current. A piece with no
    messages and a `span` tells the user and the conversation to the spans below it; one with a
    `node` holds the tree together where nobody spoke.
    """

    kind: Literal["cumulative", "delta"]
    messages: tuple[Message, ...]
    conversation_id: str | None = None
    user_id: str | None = None
    tenant: str | None = None
    at: datetime | None = None  # when it was sent: pieces are ordered by it
    latest_at: datetime | None = None  # when the answer came, where that is known
    node: str | None = None
    parent: str | None = None
    is_current: bool = False
    span: Span | None = None
    flagged: bool | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of a record that makes no piece: malformed, or left out as no part of a talk."""

    reason: Reason | LeftOut
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """Fields that hold user, conversation and tenant, where the operator says so (`[source]`).

    Names of a record's fields, dotted where nested (`metadata.account`), or of a span's
    attributes. The first that is there counts, before those that the shape knows by itself.
    `vector` is the field of a conversation's embedding; a piece of one has none.
    """

    user: tuple[str, ...] = ()
    conversation: tuple[str, ...] = ()
    tenant: tuple[str, ...] = ()
    vector: str = ""


@dataclass(frozen=True, slots=True)
class Database:
    """How a shape lies in an SQLite file: tables with the columns that tell it, and the query
    whose rows are its records (SQL, usually a file beside the shape)."""

    tables: Mapping[str, frozenset[str]]
    query: str


class _Shape(Protocol):
    """What both kinds have; each module of this package beside this one is a shape."""

    @property
    def name(self) -> Format:
        """What `--format` calls it."""
        ...

    @property
    def users_are_accounts(self) -> bool:
        """Whether user ids are those of the accounts an export was made for."""
        ...

    def recognises(self, record: Record) -> bool:
        """Whether the record looks like this shape and no other, by more than one key."""
        ...


class ConversationFormat(_Shape, Protocol):
    """A shape whose record is a conversation."""

    def parse(self, record: Record) -> ParsedConversation:
        """The conversation of a record. Raises Malformed."""
        ...


@runtime_checkable
class PieceFormat(_Shape, Protocol):
    """A shape whose record is a piece of a conversation, or holds several."""

    def pieces(self, record: Record, keys: Keys) -> Iterable[Piece | Aside]:
        """The pieces of a record, or why there are none. Raises Malformed where all is unusable."""
        ...


SourceFormat = ConversationFormat | PieceFormat
