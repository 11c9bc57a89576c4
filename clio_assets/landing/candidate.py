"""A conversation as a source holds it, and by what it is known.

A conversation is known by the source's namespace, tenant and user where they are known, its id, and
how it begins: a source may use an id twice (per user, per file, per content), so only records that
begin alike are versions of one conversation. Example, ids that count up in every file:

    user  id  begins with      identity
    u     1   "Describe a"     H(u, 1, a)
    u     1   "Describe a"     H(u, 1, a)    the same: the newer record supersedes the other
    u     1   "What is b"      H(u, 1, b)    another conversation: both stay, and it is counted
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from clio_assets.domain.transcript import encode_messages, storable, user_turn_count
from clio_assets.landing.vectors import NO_VECTOR, FoundVector, VectorField, read_vector
from clio_assets.sources.formats.protocol import Loss, ParsedConversation
from clio_assets.sources.grouping.grouper import Grouped

_UNUSED_BITS: Final = 128 - 62  # of an identity, in the number of a line


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation before it is known whether it can be landed.

    `file` and `line` are its place in the source; one made of pieces has file 0 and a number that
    its identity decides, so that no other conversation that comes or goes changes it.
    `name` is all that tells conversations apart but how they begin, None where the source has no
    id. `pieces` is 1 for a record that is a conversation. `vector` is None where none are declared.
    """

    file: int
    line: int
    conversation_id: str
    name: str | None
    source_id: str | None
    user_id: str | None
    started_at: datetime | None
    latest_at: datetime | None
    messages: bytes
    turns: int
    flagged: bool | None
    metadata: str | None
    attributes: str | None
    losses: tuple[Loss, ...]
    pieces: int = 1
    vector: FoundVector | None = None


def of_record(
    namespace: str,
    place: tuple[int, int],
    parsed: ParsedConversation,
    vectors: VectorField | None = None,
) -> Candidate:
    """The candidate of a record that is a conversation, with its vector where one is wanted."""
    messages = encode_messages(parsed.messages).encode()
    first = next((m.content for m in parsed.messages if m.role == "user"), "")
    beginning = parsed.root or blake2b(first.encode(), digest_size=8).hexdigest()
    name = _digest(namespace, parsed.tenant, parsed.user_id, parsed.conversation_id)
    return Candidate(
        *place,
        conversation_id=_digest(name, beginning),
        name=name,
        source_id=parsed.conversation_id,
        user_id=_user(parsed.tenant, parsed.user_id),
        started_at=parsed.started_at,
        latest_at=parsed.latest_at,
        messages=messages,
        turns=user_turn_count(parsed.messages),
        flagged=parsed.flagged,
        metadata=parsed.metadata,
        attributes=_text(parsed.attributes),
        losses=parsed.losses,
        vector=None if vectors is None else read_vector(parsed.vector, vectors.dimension),
    )


class OfGroups:
    """Makes candidates of conversations that were made of pieces, and numbers them by identity:
    two of a million meet once in ten million landings.

    A vector of a piece is not one of its conversation, so those have none.
    """

    def __init__(self, namespace: str, vectors: VectorField | None = None) -> None:
        self._namespace = namespace
        self._vector = None if vectors is None else NO_VECTOR
        self._unnamed: Counter[str] = Counter()

    def candidate(self, grouped: Grouped) -> Candidate:
        """The next candidate. One without an id is known by when it began, too."""
        name = _digest(
            self._namespace, grouped.tenant, grouped.user_id, grouped.conversation_id or ""
        )
        identity = _digest(name, grouped.beginning)
        if grouped.conversation_id is None:
            identity = _digest(identity, str(grouped.started_at))
            self._unnamed[identity] += 1
            identity = _digest(identity, str(self._unnamed[identity]))
        return Candidate(
            0,
            (int(identity, 16) >> _UNUSED_BITS) + 1,
            conversation_id=identity,
            name=None if grouped.conversation_id is None else name,
            source_id=grouped.conversation_id,
            user_id=_user(grouped.tenant, grouped.user_id),
            started_at=grouped.started_at,
            latest_at=grouped.latest_at,
            messages=grouped.messages,
            turns=grouped.turns,
            flagged=grouped.flagged,
            metadata=None,
            attributes=_text(grouped.attributes),
            losses=grouped.losses,
            pieces=grouped.pieces,
            vector=self._vector,
        )


def _user(tenant: str | None, user: str | None) -> str | None:
    """Users of two tenants are two, whatever they are called; `tenant/user` names one of them."""
    return user if tenant is None or user is None else f"{tenant}/{user}"


def _digest(*parts: str | None) -> str:
    """32 hexadecimal digits over parts, of which none can be taken for another's end."""
    return blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def _text(attributes: Mapping[str, object]) -> str | None:
    if not attributes:
        return None
    return storable(json.dumps(attributes, ensure_ascii=False, separators=(",", ":"), default=str))
