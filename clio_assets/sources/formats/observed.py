"""What shapes of gateways and tracing tools have in common beside the messages: who asked, in which
conversation, and what the record says about the request."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.exchange import Exchange
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record, Span

_LONGEST_LABEL: Final = 200
_USER_AND_SESSION = re.compile(r"(?P<user>.+)_session_(?P<session>[0-9a-f-]{36})")


class Who(NamedTuple):
    """What a record says of the user, the conversation and the tenant."""

    user: str | None = None
    conversation: str | None = None
    tenant: str | None = None

    def knows_any(self) -> bool:
        """Whether it says anything."""
        return self != Who()

    def else_(self, other: "Who") -> "Who":
        """With what another one says, where this one is silent."""
        return Who(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))


def who(
    record: Record, keys: Keys, users: Sequence[str] = (), conversations: Sequence[str] = ()
) -> Who:
    """What stands under the operator's own names, else under those that the shape knows."""
    user, session = user_and_session(fields.first_at(record, (*keys.user, *users)))
    named = fields.first_at(record, (*keys.conversation, *conversations))
    conversation = session if fields.is_missing(named) else fields.conversation_id(named)
    return Who(user, conversation, fields.user_id(fields.first_at(record, keys.tenant)))


def opened(record: Record, names: Iterable[str]) -> Record:
    """The record with fields that are JSON text read, once for all that look into them."""
    return {**record, **{key: fields.unwrapped(record[key]) for key in names if key in record}}


def user_and_session(value: object) -> tuple[str | None, str | None]:
    """Some clients put account and session into one user id: taken whole it would make each
    session a user, and the thresholds count users."""
    value = fields.unwrapped(value)
    if isinstance(value, Mapping):
        session = fields.user_id(value.get("session_id"))
        account = fields.first_present(value, ("account_uuid", "user_id", "device_id"))
        if account is not None:
            return fields.user_id(account), session
        value = json.dumps(dict(value), sort_keys=True, default=str)
    user = fields.user_id(value)
    match = _USER_AND_SESSION.fullmatch(user) if user else None
    return (match["user"], match["session"]) if match else (user, None)


def labels(named: Mapping[str, object]) -> dict[str, object]:
    """Attributes (`attributes.py`) of what is there and of a kind that an attribute may be: a
    short text, a number, a boolean, or a list of short texts."""
    found = {}
    for name, value in named.items():
        read = _label(value)
        if read is not None:
            found[name] = read
    return found


def _label(value: object) -> object:
    if isinstance(value, list):
        texts = [text for text in map(_label, value) if isinstance(text, str)]
        return texts or None
    if fields.is_missing(value):
        return None
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_LABEL and "\n" not in value else None
    return value if isinstance(value, bool) else number(value)


def number(value: object) -> float | int | None:
    """A number, also where a writer made text of it."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def seconds(at: datetime | None, latest_at: datetime | None) -> float | None:
    """How long an answer took."""
    return (latest_at - at).total_seconds() if at and latest_at and latest_at > at else None


class About(NamedTuple):
    """What a record says about a request, beside its messages and who asked."""

    at: datetime | None = None
    latest_at: datetime | None = None
    span: Span | None = None
    node: str | None = None
    attributes: Mapping[str, object] = {}


def request(said: Exchange, known: Who, about: About) -> Piece | Aside:
    """The piece of a request that repeats the conversation so far, or why there is none."""
    if not said.messages:
        return Aside("no_messages_logged", said.losses or ("content_not_logged",))
    return Piece(
        "cumulative",
        said.messages,
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=about.at,
        latest_at=about.latest_at,
        node=about.node,
        span=about.span,
        attributes=about.attributes,
        losses=said.losses,
    )


def telling(known: Who, span: Span, attributes: Mapping[str, object]) -> Piece:
    """A span without messages, which tells those below it what it knows."""
    return Piece(
        "delta",
        (),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        span=span,
        attributes=attributes,
    )
