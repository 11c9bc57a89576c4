"""The gate of `conversations`: pseudonyms only, and every landed record accounted for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.detectors import registry_of
from privacy_checks.expectations.expected import (
    Expected,
    between,
    one_of,
    unique,
)
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.attributes import LONGEST_LABEL, landed_labels, landed_numbers
from privacy_checks.recount.counting import (
    ColumnValues,
    alike,
    codes,
    indices_in,
    matrix,
    numbers,
    whole,
)
from privacy_checks.recount.source_vectors import (
    FAULTS,
    landed_vectors,
    stored_vectors,
    width_of,
)
from privacy_checks.rules.judging import (
    Rule,
    RuleResult,
    all_of,
    counting,
    expecting,
    judge_tables,
    suite_of,
)
from privacy_checks.rules.shared import (
    accounted,
    conversations_are_pseudonyms,
    distinct,
    lengths_of,
    places,
    unit_length,
    users_are_pseudonyms,
)
from privacy_checks.stored import columns
from privacy_checks.stored.declared import OTHER, Declared, DeclaredAttribute
from privacy_checks.stored.protocol import StoredPartition, Verdict

#: Reasons for records beside which another record of the conversation, or its equal, was kept.
_DUPLICATES = ("exact_duplicate", "superseded")
_REASONS = (*_DUPLICATES, "not_sampled", "screened_out", "no_user_text")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class ConversationsEvidence:
    """The stage's tables, and what was landed for the day; `unreadable` landed tables."""

    key: str
    conversations: pa.Table
    set_aside: pa.Table
    landed: pa.Table
    unreadable: int
    policy: PrivacyPolicy
    declared: Declared
    attributes: pa.Table | None = None
    vectors: pa.Table | None = None
    without_vector: pa.Table | None = None
    numbers: pa.Table | None = None


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `conversations` by its bytes and what was landed for it."""

    def gather(stored: StoredPartition, tables: Mapping[str, pa.Table]) -> ConversationsEvidence:
        landed, unreadable = _landed(stored)
        return ConversationsEvidence(
            key=stored.key,
            **tables,
            landed=landed,
            unreadable=unreadable,
            policy=policy,
            declared=stored.declared,
        )

    allowed = columns.conversations_tables(partition.declared)
    rules = {**RULES, **OF_VECTORS} if partition.declared.source_vectors else RULES
    return judge_tables(partition, policy, allowed, gather, rules)


def _landed(partition: StoredPartition) -> tuple[pa.Table, int]:
    """Ids that were landed for the day, what was said beside the words where attributes are
    declared, and how many tables could not be read."""
    read = ["conversation_id", "user_id"]
    read += ["metadata", "attributes"] if partition.declared.attributes else []
    read += [c.name for c in columns.LANDED_VECTORS] if partition.declared.source_vectors else []
    landed = (*columns.LANDED, *columns.LANDED_VECTORS)
    parts, unreadable = [columns.empty(landed).select(read)], 0
    for source in partition.inputs("landing"):
        name = f"landed_{partition.key}"
        if name in source.tables:
            table = source.table(name)
            known = (columns.LANDED, columns.LANDED_BEFORE, landed)
            if all(columns.differences(table, one) for one in known):
                unreadable += 1
            else:
                parts.append(_selected(table, read))
    return pa.concat_tables(parts), unreadable


def _selected(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Columns of a landed table; an earlier version's has no attributes, and one that was landed
    before vectors were declared none of those."""
    for column in (*columns.LANDED, *columns.LANDED_VECTORS):
        if column.name in names and column.name not in table.column_names:
            table = table.append_column(column.name, pa.nulls(table.num_rows, column.type))
    return table.select(names)


def _decided(evidence: ConversationsEvidence) -> Frame:
    """Conversations that were kept or, apart from duplicates of their records, set aside."""
    kept, aside = evidence.conversations["conversation"], evidence.set_aside["conversation"]
    duplicates = pc.is_in(evidence.set_aside["reason"], value_set=pa.array(_DUPLICATES))
    decided = [whole(kept), whole(aside.filter(pc.invert(duplicates)))]
    return {"conversation": codes(pa.concat_arrays(decided))[0]}


def _records(evidence: ConversationsEvidence) -> Frame:
    """How many records each conversation has, and each landed id: both in order of number."""
    kept, aside = evidence.conversations["conversation"], evidence.set_aside["conversation"]
    found = _records_of_each(pa.concat_arrays([whole(kept), whole(aside)]))
    landed = _records_of_each(evidence.landed["conversation_id"])
    rows = max(len(found), len(landed))
    return {"records": _filled_up(found, rows), "landed": _filled_up(landed, rows)}


def _row_counts(evidence: ConversationsEvidence) -> Mapping[str, int]:
    return {
        "rows_in": evidence.landed.num_rows,
        "rows_kept": evidence.conversations.num_rows,
        "rows_set_aside": evidence.set_aside.num_rows,
        "unreadable_inputs": evidence.unreadable,
    }


def _not_more_users(evidence: ConversationsEvidence, policy: PrivacyPolicy) -> RuleResult:
    """There are as many users as ids of users were landed, or fewer."""
    del policy
    users: int = pc.count_distinct(evidence.conversations["user"]).as_py()
    landed: int = pc.count_distinct(evidence.landed["user_id"]).as_py()
    return RuleResult(int(users > landed), {"users": users, "users_landed": landed})


def _days(evidence: ConversationsEvidence) -> Frame:
    """How many days off the partition's day conversations began, in UTC."""
    started = pc.unique(evidence.conversations["started_at"].cast(pa.date32()))
    try:
        day = date.fromisoformat(evidence.key)
    except ValueError:
        return {"days_off": np.array([np.nan])}  # no day at all
    return {"days_off": numbers(started.cast(pa.int32())) - (day - _EPOCH).days}


def _written(evidence: ConversationsEvidence) -> Frame:
    return {
        "turns": evidence.conversations["turns"],
        "transcript": numbers(pc.binary_length(evidence.conversations["transcript"])),
    }


def _labelled(evidence: ConversationsEvidence) -> Frame:
    """The conversations, and those that have labels: the same, in the same order."""
    return _in_step(evidence.conversations, evidence.attributes)


def _numbered(evidence: ConversationsEvidence) -> Frame:
    """The same of those that have numbers."""
    return _in_step(evidence.conversations, evidence.numbers)


def _in_step(conversations: pa.Table, beside: pa.Table | None) -> Frame:
    if beside is None:
        return {"conversation": np.zeros(0, np.int64), "beside": np.zeros(0, np.int64)}
    rows = max(conversations.num_rows, beside.num_rows)
    ids = [whole(table["conversation"]).to_pylist() for table in (conversations, beside)]
    padded = [pa.array(found + [None] * (rows - len(found)), pa.string()) for found in ids]
    ours, theirs = alike(*padded)
    return {"conversation": ours, "beside": theirs}


def _lengths(evidence: ConversationsEvidence) -> Frame:
    """Characters of every distinct label."""
    table, names = evidence.attributes, [one.name for one in evidence.declared.attributes]
    labels = [] if table is None else [pc.unique(whole(table[name])) for name in names]
    found = pa.concat_arrays([pa.array([], pa.string()), *labels]).drop_null()
    return {"characters": pc.utf8_length(found)}


def _labels(evidence: ConversationsEvidence) -> Mapping[str, int]:
    """Labels that are stored more often than a landed record has them.

    Which record is whose the gate cannot see. `other`, and no label, say nothing.
    """
    invented = stored = 0
    personal = registry_of(evidence.policy).has_hit
    for attribute in evidence.declared.attributes:
        landed = landed_labels(attribute, evidence.landed, personal)
        table = evidence.attributes
        labels = [] if table is None else table[attribute.name].to_pylist()
        found = Counter(label for label in labels if label not in (None, OTHER))
        stored += sum(found.values())
        invented += sum((found - landed).values())
    return {"labels": stored, "labels_invented": invented}


def _vectors(evidence: ConversationsEvidence) -> tuple[pa.Table, pa.Table]:
    if evidence.vectors is None or evidence.without_vector is None:
        raise AssertionError("only judged where vectors of the source are declared")
    return evidence.vectors, evidence.without_vector


def _vector_places(evidence: ConversationsEvidence) -> Frame:
    kept, without = (table["conversation"] for table in _vectors(evidence))
    return places(evidence.conversations["conversation"], kept, without)


def _vector_lengths(evidence: ConversationsEvidence) -> Frame:
    return {"length": lengths_of(matrix(_vectors(evidence)[0]["vector"]))}


def _vector_reasons(evidence: ConversationsEvidence) -> ColumnValues:
    return _vectors(evidence)[1]["reason"]


def _vector_counts(evidence: ConversationsEvidence) -> Mapping[str, int]:
    """Vectors, and reasons for having none, that are stored more often than they were landed."""
    stored, declared = stored_vectors(*_vectors(evidence)), evidence.declared.source_vectors
    dimension = declared.dimension if declared else 0
    invented = stored - landed_vectors(evidence.landed, dimension)
    vectors, without = _vectors(evidence)
    return {
        "vectors": vectors.num_rows,
        "without_vector": without.num_rows,
        "vectors_invented": sum(invented.values()),
        "other_dimension": int(width_of(vectors["vector"]) != dimension),
    }


def _numbers(evidence: ConversationsEvidence) -> Mapping[str, int]:
    """Numbers that are stored more often than landed, each drawn into the range of its attribute;
    and those that are not of the label beside them.
    """
    if evidence.numbers is None or evidence.attributes is None:
        return {"numbers_invented": 0, "numbers_of_another_label": 0}
    invented = misplaced = 0
    for attribute in evidence.declared.attributes:
        if attribute.has_mean:
            stored = Counter(evidence.numbers[attribute.name].drop_null().to_pylist())
            invented += sum((stored - landed_numbers(attribute, evidence.landed)).values())
            misplaced += _of_another_label(
                attribute, evidence.attributes[attribute.name], evidence.numbers[attribute.name]
            )
    return {"numbers_invented": invented, "numbers_of_another_label": misplaced}


def _of_another_label(
    attribute: DeclaredAttribute, labels: ColumnValues, stored: ColumnValues
) -> int:
    """Rows whose number is not in the range that the label names; with no range there is none."""
    rows = min(len(labels), len(stored))
    bins = np.array(attribute.bins, dtype=np.float64)
    label = indices_in(labels, pa.array(attribute.labels, pa.string()))[:rows]
    value = np.asarray(whole(stored).fill_null(np.nan).to_numpy(False), np.float64)[:rows]
    has_range = (label >= 0) & (label <= len(bins))  # `other` comes last
    # the lowest range has only numbers under the first edge, all drawn up to it
    inside = np.where(
        label == 0, value == bins[0], np.searchsorted(bins, value, side="right") == label
    )
    right = np.where(has_range, inside & ~np.isnan(value), np.isnan(value))
    return int(np.count_nonzero(~right))


def _kept_ids(evidence: ConversationsEvidence) -> ColumnValues:
    return evidence.conversations["conversation"]


def _ids_set_aside(evidence: ConversationsEvidence) -> ColumnValues:
    return evidence.set_aside["conversation"]


def _users_kept(evidence: ConversationsEvidence) -> ColumnValues:
    return evidence.conversations["user"]


def _reasons(evidence: ConversationsEvidence) -> ColumnValues:
    return evidence.set_aside["reason"]


RULES: dict[str, Rule[ConversationsEvidence]] = {
    # Every landed record is kept or set aside. The gate cannot see which pseudonym stands for which
    # id. But one pseudonym stands for one id, so conversations must have as many records, one by
    # one, as the ids that were landed; and each is kept once, or set aside, and not both.
    "accounting": all_of(
        expecting(_decided, unique("conversation")),
        expecting(_records, same=[("records", "landed")]),
        counting(_row_counts, "unreadable_inputs"),
    ),
    "pseudonyms": all_of(
        conversations_are_pseudonyms(_kept_ids, _ids_set_aside), users_are_pseudonyms(_users_kept)
    ),
    # Not more users than ids of users were landed: thresholds count them.
    "users": _not_more_users,
    "reasons": expecting(distinct("reason", _reasons), one_of("reason", _REASONS)),
    "day": expecting(_days, between("days_off", at_least=0, at_most=0)),
    # The user wrote at least once, and something of it is there.
    "turns": expecting(_written, between("turns", at_least=1), between("transcript", at_least=1)),
    # Of what a source says beside the words, only labels of declared attributes are here, each no
    # more often than it was landed; personal data and long texts have none. Numbers that are
    # averaged are those that were landed, within the declared range, beside their own label.
    "attributes": all_of(
        expecting(_labelled, same=[("conversation", "beside")]),
        expecting(_lengths, between("characters", at_least=1, at_most=LONGEST_LABEL)),
        counting(_labels, "labels_invented"),
        expecting(_numbered, same=[("conversation", "beside")]),
        counting(_numbers, "numbers_invented", "numbers_of_another_label"),
    ),
}


#: Judged besides where vectors of the source are declared. Each conversation has one, or a known
#: reason for having none; they are finite, of unit length and of the declared dimension, and none
#: is there more often than it was landed.
OF_VECTORS: dict[str, Rule[ConversationsEvidence]] = {
    "vectors": all_of(
        accounted(_vector_places),
        expecting(_vector_lengths, unit_length("length")),
        expecting(distinct("reason", _vector_reasons), one_of("reason", FAULTS)),
        counting(_vector_counts, "vectors_invented", "other_dimension"),
    ),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.CONVERSATIONS, RULES, policy)


def _records_of_each(ids: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """How many rows each id has, in order of size."""
    return np.sort(np.bincount(codes(ids)[0]))


def _filled_up(counts: np.ndarray, rows: int) -> np.ndarray:
    """The counts, smallest first, after as many zeros as are missing to so many rows."""
    return np.concatenate([np.zeros(rows - len(counts), dtype=np.int64), counts])
