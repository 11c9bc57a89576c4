"""The gate of `facets`: no personal data, and nothing but facets of the day's conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import columns
from privacy_checks.gates.counting import positions, upstream
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import (
    accounted,
    holding_personal_data,
    malformed_pseudonyms,
    unknown_values,
)
from privacy_checks.policy import PrivacyPolicy

_REASONS = ("personal_data", "not_answered")
#: Columns that come with the conversation.
_CARRIED = ("conversation", "user", "started_at", "flagged", "turns")
#: An English name of a language, such as "Norwegian Bokmål" or "Chinese (Traditional)".
_LANGUAGE = r"^\p{L}[\p{L}\p{M} ()'’-]{0,39}$"


@dataclass(frozen=True)
class Evidence:
    """The stage's tables, and the conversations they were made from."""

    facets: pa.Table
    set_aside: pa.Table
    conversations: pa.Table


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `facets` by its bytes and the day's conversations."""
    return judge_tables(partition, policy, columns.FACETS, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    wanted = columns.CONVERSATIONS["conversations"]
    conversations = upstream(partition, "conversations", "conversations", wanted, _CARRIED)
    return Evidence(tables["facets"], tables["set_aside"], conversations)


def accounting(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every conversation has facets or is set aside."""
    return accounted(
        evidence.conversations["conversation"],
        evidence.facets["conversation"],
        evidence.set_aside["conversation"],
    )


def pseudonyms(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Ids have the form of pseudonyms."""
    return Found(malformed_pseudonyms(evidence.facets) + malformed_pseudonyms(evidence.set_aside))


def reasons(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Rows are set aside for a known reason."""
    return Found(unknown_values(evidence.set_aside["reason"], _REASONS))


def carried(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """User, time, flag and turns are those of the conversation."""
    at = positions(evidence.facets["conversation"], evidence.conversations["conversation"])
    known = pa.array(at >= 0)
    ours = evidence.facets.select(_CARRIED).filter(known)
    theirs = evidence.conversations.take(pa.array(at[at >= 0]))
    wrong = 0
    for name in _CARRIED[1:]:
        same = pc.fill_null(pc.equal(ours[name], theirs[name]), False)
        both_null = pc.and_(pc.is_null(ours[name]), pc.is_null(theirs[name]))
        wrong += len(same) - int(pc.sum(pc.or_(same, both_null)).as_py() or 0)
    return Found(wrong)


def personal_data(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No detector finds anything in a facet."""
    texts = [evidence.facets[name] for name in (*columns.TEXT_FACETS, "language")]
    return holding_personal_data(*texts)


def lengths(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Facet texts are short."""
    longest = 0
    too_long = 0
    for name in columns.TEXT_FACETS:
        characters = pc.utf8_length(evidence.facets[name])
        longest = max(longest, pc.max(characters).as_py() or 0)
        too_long += pc.sum(pc.greater(characters, policy.max_facet_characters)).as_py() or 0
    return Found(too_long, {"longest": longest})


def language(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """A language looks like the name of one: a few letters, no sentence."""
    found = pc.unique(evidence.facets["language"])
    good = pc.sum(pc.match_substring_regex(found, _LANGUAGE)).as_py() or 0
    return Found(len(found) - good, {"languages": len(found)})


def concern(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Concern is 1 to 5 (paper, B.1)."""
    values = evidence.facets["concern"].to_numpy()
    return Found(int(np.count_nonzero((values < 1) | (values > 5))))


def quarantine(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Not too many rows held personal data; of few rows at least one may, where any may."""
    held = pc.sum(pc.equal(evidence.set_aside["reason"], "personal_data")).as_py() or 0
    rows = evidence.facets.num_rows + evidence.set_aside.num_rows
    allowed = ceil(policy.max_quarantine_share * rows)
    return Found(max(0, held - allowed), {"quarantined": held, "allowed": allowed})


RULES: dict[str, Rule[Evidence]] = {
    "accounting": accounting,
    "pseudonyms": pseudonyms,
    "reasons": reasons,
    "carried": carried,
    "personal_data": personal_data,
    "lengths": lengths,
    "language": language,
    "concern": concern,
    "quarantine": quarantine,
}
