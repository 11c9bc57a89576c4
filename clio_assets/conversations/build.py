"""The `conversations` stage: from a day's landed rows to pseudonymous transcripts (paper, G.1-3).

Every landed row ends in exactly one of two tables: kept, or set aside with a reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clio_assets.conversations.attributes import Labels
from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.conversations.sampling import sample
from clio_assets.conversations.schema import (
    CONVERSATIONS,
    CONVERSATIONS_SET_ASIDE,
    attributes_schema,
    numbers_schema,
)
from clio_assets.conversations.vectors import vector_tables
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.transcript import (
    Message,
    decode_messages,
    has_user_text,
    render_transcript,
    user_turn_count,
)
from clio_assets.errors import LakeError
from clio_assets.home.settings import ConversationSettings

#: Where a kept row has its labels and numbers, beside the columns of the table.
_TOLD, _NUMBERS = " labels", " numbers"
#: And where its vector of the source.
_VECTOR = " vector"

Screen = Callable[[Sequence[Conversation]], Sequence[bool]]


@dataclass(frozen=True)
class ConversationTables:
    """The stage's tables: CONVERSATIONS, CONVERSATIONS_SET_ASIDE, and what is declared beside them.

    A conversation that was landed more than once has one row for each record, so that its
    pseudonym may stand several times in `set_aside`, and once in `conversations` too.
    """

    conversations: pa.Table
    set_aside: pa.Table
    attributes: pa.Table | None = None  # labels, where attributes are declared
    numbers: pa.Table | None = None  # and numbers of those that have a mean
    vectors: pa.Table | None = None  # of the source, where they are declared
    without_vector: pa.Table | None = None

    def by_name(self) -> dict[str, pa.Table]:
        """Table name -> table, of those there are."""
        return {name: table for name, table in vars(self).items() if table is not None}


@dataclass(frozen=True)
class ConversationRules:
    """What the result depends on besides the landed rows.

    `key` is that of the pseudonyms; `screen` answers for each conversation whether it stays;
    `labels` reads declared attributes; `dimension` is that of the source's vectors, if any.
    """

    key: bytes
    settings: ConversationSettings
    seed: int
    screen: Screen | None = None
    labels: Labels | None = None
    dimension: int | None = None


def build(landed: pa.Table, left_out: pa.Table, rules: ConversationRules) -> ConversationTables:
    """De-duplicate, sample, screen and pseudonymise the rows of one day.

    `landed` has schema LANDED (with vectors where they are declared) and a `source` column;
    `left_out` comes from `landing/duplicates.py`. Rows come out ordered by start, then by source,
    file and line. LakeError where `left_out` names a row that is not there.
    """
    key, labels, screen = rules.key, rules.labels, rules.screen
    reasons = {(r["source"], r["file"], r["line"]): r["reason"] for r in left_out.to_pylist()}
    order = [(name, "ascending") for name in ("started_at", "source", "file", "line")]
    kept: list[dict[str, Any]] = []
    aside: list[tuple[int, str, str]] = []  # place in the order, pseudonym, reason
    places: list[int] = []
    for place, row in enumerate(_rows(landed.sort_by(order))):
        conversation = pseudonym(key, "conversation", row["conversation_id"])
        reason = reasons.pop((row["source"], row["file"], row["line"]), None)
        found = reason or _kept(row, rules.settings, rules.seed)
        if isinstance(found, str):
            aside.append((place, conversation, found))
            continue
        user = pseudonym(key, "user", row["user_id"])
        beside = _told(row, labels)
        if rules.dimension is not None:
            beside[_VECTOR] = {name: row[name] for name in ("vector", "vector_fault")}
        kept.append({"conversation": conversation, "user": user, **found, **beside})
        places.append(place)
    if reasons:
        raise LakeError(
            f"{len(reasons)} of the records to leave out were not landed for this day: the "
            "landed copy was changed from outside; remove it and run again"
        )
    if screen is not None and kept:
        staying = _screened(kept, screen)
        pairs = list(zip(places, kept, staying, strict=True))
        aside += [(place, row["conversation"], "screened_out") for place, row, s in pairs if not s]
        kept = [row for _, row, stays in pairs if stays]
    return ConversationTables(
        pa.Table.from_pylist(kept, CONVERSATIONS),
        pa.Table.from_pylist(
            [{"conversation": c, "reason": reason} for _, c, reason in sorted(aside)],
            CONVERSATIONS_SET_ASIDE,
        ),
        _beside(kept, _TOLD, attributes_schema(labels.attributes)) if labels else None,
        _beside(kept, _NUMBERS, numbers_schema(labels.averaged))
        if labels and labels.averaged
        else None,
        *_vectors(kept, rules.dimension),
    )


def _told(row: Mapping[str, Any], labels: Labels | None) -> dict[str, Any]:
    """What a landed row says beside the words, of what is declared."""
    if labels is None:
        return {}
    said = row["attributes"], row["metadata"]
    return {_TOLD: labels.of(*said), _NUMBERS: labels.numbers(*said)}


def _beside(kept: Sequence[Mapping[str, Any]], what: str, schema: pa.Schema) -> pa.Table:
    rows = [{"conversation": row["conversation"], **row[what]} for row in kept]
    return pa.Table.from_pylist(rows, schema)


def _vectors(
    kept: Sequence[Mapping[str, Any]], dimension: int | None
) -> tuple[pa.Table | None, pa.Table | None]:
    if dimension is None:
        return None, None
    names = [row["conversation"] for row in kept]
    return vector_tables(names, [row[_VECTOR] for row in kept], dimension)


def what_stays(
    messages: Sequence[Message], conversation_id: str, settings: ConversationSettings, seed: int
) -> Sequence[Message] | str:
    """What is sampled of a conversation, or the reason why it is set aside."""
    if not has_user_text(messages):
        return "no_user_text"
    sampled = sample(messages, conversation_id, settings, seed)
    if sampled is None:
        return "not_sampled"
    return sampled if has_user_text(sampled) else "no_user_text"


def _rows(landed: pa.Table) -> Iterator[dict[str, Any]]:
    """Row by row, without all of them as Python objects at once."""
    for batch in landed.to_batches(max_chunksize=1024):
        yield from batch.to_pylist()


def _kept(
    row: Mapping[str, Any], settings: ConversationSettings, seed: int
) -> dict[str, Any] | str:
    """What becomes of a row, or the reason why it is set aside."""
    sampled = what_stays(decode_messages(row["messages"]), row["conversation_id"], settings, seed)
    if isinstance(sampled, str):
        return sampled
    return {
        "started_at": row["started_at"],
        "turns": user_turn_count(sampled),
        "flagged": row["flagged"],
        "transcript": render_transcript(sampled, settings.transcript_budget),
    }


def _screened(kept: Sequence[Mapping[str, Any]], screen: Screen) -> Sequence[bool]:
    answers = screen([Conversation(row["transcript"], row["turns"]) for row in kept])
    if len(answers) != len(kept):
        raise ValueError("the screener must answer once for each conversation")
    return answers
