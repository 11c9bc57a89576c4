"""Facets against the conversations they are about, judged again from the stored bytes."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
import pyarrow as pa

from privacy_checks.detectors import Registry, registry_of
from privacy_checks.language.pieces import holds_piece
from privacy_checks.language.quoting import shares_run
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import indices_in, whole
from privacy_checks.recount.paragraphs import pieces_by_row
from privacy_checks.rules.judging import CountRule, counting
from privacy_checks.stored.declared import Declared

#: Conversations in memory as Python texts at a time.
_AT_ONCE = 4_096


class AboutConversations(Protocol):
    """Facets by an analyst, and the conversations they are about, with their transcripts."""

    @property
    def facets(self) -> pa.Table:
        """With a column `conversation` and the declared facets."""
        ...

    @property
    def conversations(self) -> pa.Table:
        """With columns `conversation` and `transcript`."""
        ...

    @property
    def analyst(self) -> str:
        """Name of the analyst that wrote the facets."""
        ...

    @property
    def policy(self) -> PrivacyPolicy:
        """The policy in force."""
        ...

    @property
    def declared(self) -> Declared:
        """What the operator declared: which facets are texts."""
        ...


def shared_words() -> CountRule[AboutConversations]:
    """No text facet shares more consecutive words with its conversation than the policy allows.

    Facets of an extractive analyst may quote, and are not read.
    """

    def count(evidence: AboutConversations) -> Mapping[str, int]:
        quotes = evidence.analyst in evidence.policy.extractive_analysts
        facets = _read(evidence).slice(0, 0) if quotes else _read(evidence)
        longest = evidence.policy.max_shared_words
        return {
            "texts": _texts(facets),
            "quoting": _quoting(facets, evidence.conversations, longest),
            "without_conversation": _alone(facets, evidence.conversations),
            "may_quote": evidence.facets.num_rows - facets.num_rows,
        }

    return counting(count, "quoting", "without_conversation")


def conversation_personal_data() -> CountRule[AboutConversations]:
    """No text facet holds a piece of personal data that a detector finds in its conversation."""

    def count(evidence: AboutConversations) -> Mapping[str, int]:
        registry = registry_of(evidence.policy)
        facets = _read(evidence)
        watched, holding = _holding(facets, evidence.conversations, registry)
        return {
            "texts": _texts(facets),
            "holding": holding,
            "without_conversation": _alone(facets, evidence.conversations),
            "conversations_with_personal_data": watched,
        }

    return counting(count, "holding", "without_conversation")


def _read(evidence: AboutConversations) -> pa.Table:
    """The text facets, and which conversation each row is about."""
    return evidence.facets.select(["conversation", *evidence.declared.texts])


def _quoting(facets: pa.Table, conversations: pa.Table, longest: int) -> int:
    """Texts with a longer run of their conversation's words."""
    return sum(
        shares_run(text, transcript, longest + 1)
        for some, transcripts in _pairs(facets, conversations)
        for written, transcript in zip(_written(some), transcripts.to_pylist(), strict=True)
        for text in written
    )


def _holding(facets: pa.Table, conversations: pa.Table, registry: Registry) -> tuple[int, int]:
    """Facets whose conversation has personal data, and how many of their texts hold some of it."""
    watched = holding = 0
    for some, transcripts in _pairs(facets, conversations):
        with_data = pieces_by_row(transcripts, registry)
        rows = sorted(with_data)
        watched += len(rows)
        for row, written in zip(rows, _written(some.take(pa.array(rows, pa.int64()))), strict=True):
            holding += sum(holds_piece(text, with_data[row], registry) for text in written)
    return watched, holding


def _alone(facets: pa.Table, conversations: pa.Table) -> int:
    """Texts whose conversation is not there."""
    at = indices_in(facets["conversation"], conversations["conversation"])
    return _texts(facets.filter(pa.array(at < 0)))


def _pairs(facets: pa.Table, conversations: pa.Table) -> Iterator[tuple[pa.Table, pa.Array]]:
    """Facets with a conversation, and the transcript of each; some conversations at a time.

    All transcripts of a day may be too long for one array.
    """
    at = indices_in(facets["conversation"], conversations["conversation"])
    order = np.argsort(at, kind="stable")
    at = at[order]
    for start in range(0, conversations.num_rows, _AT_ONCE):
        first, last = np.searchsorted(at, [start, start + _AT_ONCE])
        transcripts = whole(conversations["transcript"].slice(start, _AT_ONCE))
        rows, said = order[first:last], at[first:last] - start
        yield facets.take(pa.array(rows)), transcripts.take(pa.array(said))


def _written(facets: pa.Table) -> list[list[str]]:
    """The distinct texts of each row, without empty ones."""
    texts = facets.drop_columns(["conversation"])
    rows = zip(*(column.to_pylist() for column in texts.columns), strict=True)
    return [[text for text in dict.fromkeys(texts) if text] for texts in rows]


def _texts(facets: pa.Table) -> int:
    return sum(map(len, _written(facets)))
