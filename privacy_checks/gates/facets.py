"""The gate of `facets`: no personal data, and nothing but facets of the day's conversations."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between, equal, matching, one_of
from privacy_checks.expectations.frames import Frame
from privacy_checks.gates import columns
from privacy_checks.gates.counting import alike, positions, upstream, whole
from privacy_checks.gates.facet_overlap import conversation_personal_data, shared_words
from privacy_checks.gates.judging import Rule, all_of, expecting, judge_tables, suite_of
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import (
    accounted,
    clean_of_personal_data,
    conversations_are_pseudonyms,
    distinct,
    places,
    users_are_pseudonyms,
)
from privacy_checks.policy import PrivacyPolicy

#: Reasons for which a conversation is quarantined: its facets broke a rule of privacy.
_QUARANTINED = ("personal_data", "overlap")
_REASONS = (*_QUARANTINED, "not_answered")
#: Columns that come with the conversation.
_CARRIED = ("conversation", "user", "started_at", "flagged", "turns")
#: An English name of a language, such as "Norwegian Bokmål" or "Chinese (Traditional)".
_LANGUAGE = r"^\p{L}[\p{L}\p{M} ()'’-]{0,39}$"


@dataclass(frozen=True)
class Evidence:
    """The stage's tables, the conversations they were made from, and who made them."""

    facets: pa.Table
    set_aside: pa.Table
    conversations: pa.Table
    analyst: str
    policy: PrivacyPolicy


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `facets` by its bytes and the day's conversations."""

    def gather(stored: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
        wanted, names = columns.CONVERSATIONS["conversations"], (*_CARRIED, "transcript")
        conversations = upstream(stored, "conversations", "conversations", wanted, names)
        return Evidence(
            **tables, conversations=conversations, analyst=stored.analyst, policy=policy
        )

    return judge_tables(partition, policy, columns.FACETS, gather, RULES)


def _places(evidence: Evidence) -> Frame:
    return places(
        evidence.conversations["conversation"],
        evidence.facets["conversation"],
        evidence.set_aside["conversation"],
    )


def _carried(evidence: Evidence) -> Frame:
    """What came with known conversations, here and there, one column after the other."""
    at = positions(evidence.facets["conversation"], evidence.conversations["conversation"])
    ours = evidence.facets.select(_CARRIED).filter(pa.array(at >= 0))
    theirs = evidence.conversations.select(_CARRIED).take(pa.array(at[at >= 0]))
    pairs = [alike(ours[name], theirs[name]) for name in _CARRIED[1:]]
    return {
        "carried": np.concatenate([pair[0] for pair in pairs]),
        "conversation_has": np.concatenate([pair[1] for pair in pairs]),
    }


def _lengths(evidence: Evidence) -> Frame:
    lengths = [pc.utf8_length(evidence.facets[name]) for name in columns.TEXT_FACETS]
    return {"characters": pc.unique(pa.concat_arrays([whole(each) for each in lengths]))}


def _longest(frame: Frame) -> dict[str, int]:
    return {"longest": int(pc.max(frame["characters"]).as_py() or 0)}


def _quarantined(evidence: Evidence) -> Frame:
    """How many rows broke a rule of privacy, and which share all but one of them are."""
    broke = pc.is_in(evidence.set_aside["reason"], value_set=pa.array(_QUARANTINED))
    held = pc.sum(broke).as_py() or 0
    rows = evidence.facets.num_rows + evidence.set_aside.num_rows
    return {
        "quarantined": np.array([held]),
        "rows": np.array([rows]),
        "share_but_for_one": np.array([(held - 1) / max(rows, 1)]),
    }


def _quarantine_counts(frame: Frame) -> dict[str, int]:
    return {name: int(frame[name][0]) for name in ("quarantined", "rows")}


RULES: dict[str, Rule[Evidence]] = {
    # Every conversation has facets or is set aside.
    "accounting": accounted(_places),
    "pseudonyms": all_of(
        conversations_are_pseudonyms("facets", "set_aside"), users_are_pseudonyms("facets")
    ),
    "reasons": expecting(distinct("set_aside", "reason"), one_of("reason", _REASONS)),
    # User, time, flag and turns are those of the conversation.
    "carried": expecting(_carried, equal("carried", "conversation_has")),
    "personal_data": clean_of_personal_data(
        lambda evidence: [evidence.facets[name] for name in (*columns.TEXT_FACETS, "language")]
    ),
    "shared_words": shared_words(),
    "conversation_personal_data": conversation_personal_data(),
    "lengths": expecting(
        _lengths,
        lambda policy: between("characters", at_most=policy.max_facet_characters),
        numbers=_longest,
    ),
    # A language looks like the name of one: a few letters, no sentence.
    "language": expecting(
        distinct("facets", "language"),
        matching("language", _LANGUAGE),
        numbers=lambda frame: {"languages": len(frame["language"])},
    ),
    # Concern is 1 to 5 (paper, B.1).
    "concern": expecting(distinct("facets", "concern"), between("concern", at_least=1, at_most=5)),
    # Not too many rows were quarantined; of few rows one may be, where any may.
    "quarantine": expecting(
        _quarantined,
        lambda policy: between("share_but_for_one", less_than=policy.max_quarantine_share),
        numbers=_quarantine_counts,
    ),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.FACETS, RULES, policy)
