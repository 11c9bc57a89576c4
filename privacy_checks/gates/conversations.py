"""The gate of `conversations`: pseudonyms only, and every landed record accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import columns
from privacy_checks.gates.counting import codes, repeated, whole
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import malformed_pseudonyms, unknown_values
from privacy_checks.policy import PrivacyPolicy

#: Reasons for records beside which another record of the conversation, or its equal, was kept.
_DUPLICATES = ("exact_duplicate", "superseded")
_REASONS = (*_DUPLICATES, "not_sampled", "screened_out", "no_user_text")


@dataclass(frozen=True)
class Evidence:
    """The stage's tables, and the ids that were landed for the day; `unreadable` landed tables."""

    key: str
    conversations: pa.Table
    set_aside: pa.Table
    landed: pa.Table
    unreadable: int


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `conversations` by its bytes and what was landed for it."""
    return judge_tables(partition, policy, columns.CONVERSATIONS, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    ids = ("conversation_id", "user_id")
    parts, unreadable = [columns.empty(columns.LANDED).select(ids)], 0
    for source in partition.inputs("landing"):
        name = f"landed_{partition.key}"
        if name in source.tables:
            table = source.table(name)
            if columns.differences(table, columns.LANDED):
                unreadable += 1
            else:
                parts.append(table.select(ids))
    landed = pa.concat_tables(parts)
    return Evidence(partition.key, tables["conversations"], tables["set_aside"], landed, unreadable)


def accounting(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every landed record is kept or set aside.

    The gate cannot see which pseudonym stands for which id. But one pseudonym stands for one id,
    so conversations must have as many records, one by one, as the ids that were landed. A
    conversation is kept at most once, and apart from duplicates of its records set aside only
    where it is not kept.
    """
    kept, aside = evidence.conversations["conversation"], evidence.set_aside["conversation"]
    duplicates = pc.is_in(evidence.set_aside["reason"], value_set=pa.array(_DUPLICATES))
    decided = [whole(kept), whole(aside.filter(pc.invert(duplicates)))]
    twice = repeated(pa.concat_arrays(decided))
    records = _records_of_each(pa.concat_arrays([whole(kept), whole(aside)]))
    landed = _records_of_each(evidence.landed["conversation_id"])
    differ = int(not np.array_equal(records, landed))
    return Found(
        twice + differ + evidence.unreadable,
        {
            "rows_in": evidence.landed.num_rows,
            "rows_kept": len(kept),
            "rows_set_aside": len(aside),
            "twice": twice,
            "unreadable_inputs": evidence.unreadable,
        },
    )


def pseudonyms(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Ids have the form of pseudonyms."""
    return Found(
        malformed_pseudonyms(evidence.conversations) + malformed_pseudonyms(evidence.set_aside)
    )


def users(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """There are not more users than ids of users were landed: thresholds count them."""
    found = pc.count_distinct(evidence.conversations["user"]).as_py()
    landed = pc.count_distinct(evidence.landed["user_id"]).as_py()
    return Found(max(0, found - landed), {"users": found, "users_landed": landed})


def reasons(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Rows are set aside for a known reason."""
    return Found(unknown_values(evidence.set_aside["reason"], _REASONS))


def day(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Conversations began on the partition's day, in UTC."""
    started = evidence.conversations["started_at"]
    try:
        first = datetime.combine(date.fromisoformat(evidence.key), datetime.min.time(), UTC)
    except ValueError:
        return Found(1 + len(started))
    bounds = [pa.scalar(time, columns.TIME) for time in (first, first + timedelta(days=1))]
    within = pc.and_(pc.greater_equal(started, bounds[0]), pc.less(started, bounds[1]))
    return Found(len(started) - int(pc.sum(within).as_py() or 0))


def turns(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """The user wrote at least once, and something of it is there."""
    too_few = pc.less(evidence.conversations["turns"], 1)
    empty = pc.equal(evidence.conversations["transcript"], "")
    return Found(int(pc.sum(pc.or_(too_few, empty)).as_py() or 0))


RULES: dict[str, Rule[Evidence]] = {
    "accounting": accounting,
    "pseudonyms": pseudonyms,
    "users": users,
    "reasons": reasons,
    "day": day,
    "turns": turns,
}


def _records_of_each(ids: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """How many rows each id has, in order of size."""
    return np.sort(np.bincount(codes(ids)[0]))
