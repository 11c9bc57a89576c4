"""The gate of `facets`: no personal data, and nothing but facets of the day's conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between, matching, one_of
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.computed import computed
from privacy_checks.recount.counting import (
    ColumnValues,
    alike,
    indices_in,
    missing,
    upstream,
    whole,
)
from privacy_checks.rules.facet_overlap import conversation_personal_data, shared_words
from privacy_checks.rules.judging import (
    Rule,
    RuleResult,
    all_of,
    expecting,
    judge_tables,
    none_of,
    suite_of,
)
from privacy_checks.rules.shared import (
    accounted,
    clean_of_personal_data,
    conversations_are_pseudonyms,
    distinct,
    places,
    users_are_pseudonyms,
)
from privacy_checks.stored import columns
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import StoredPartition, Verdict

#: Reasons for which a conversation is quarantined: its facets broke a rule of privacy.
_QUARANTINED = ("personal_data", "overlap")
_REASONS = (*_QUARANTINED, "not_answered")
#: Columns that come with the conversation.
_CARRIED = ("user", "started_at", "flagged")
#: What the gate reads of the conversations.
_READ = ("conversation", *_CARRIED, "turns", "transcript")
#: An English name of a language, such as "Norwegian Bokmål" or "Chinese (Traditional)". How long
#: it may be is asked apart: a pattern that counts takes a hundred times as long to compile.
_LANGUAGE = r"^\p{L}[\p{L}\p{M} ()'’-]*$"
_LONGEST_LANGUAGE = 40


@dataclass(frozen=True)
class FacetsEvidence:
    """The stage's tables, the conversations they were made from, and who made them."""

    facets: pa.Table
    set_aside: pa.Table
    conversations: pa.Table
    analyst: str
    policy: PrivacyPolicy
    declared: Declared


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `facets` by its bytes and the day's conversations."""

    def gather(stored: StoredPartition, tables: Mapping[str, pa.Table]) -> FacetsEvidence:
        wanted = columns.CONVERSATIONS["conversations"]
        conversations = upstream(stored, "conversations", "conversations", wanted, _READ)
        return FacetsEvidence(
            **tables,
            conversations=conversations,
            analyst=stored.analyst,
            policy=policy,
            declared=stored.declared,
        )

    return judge_tables(partition, policy, columns.facets_tables(partition.declared), gather, RULES)


def _places(evidence: FacetsEvidence) -> Frame:
    return places(
        evidence.conversations["conversation"],
        evidence.facets["conversation"],
        evidence.set_aside["conversation"],
    )


def _carried(evidence: FacetsEvidence) -> Frame:
    """What came with known conversations or is computed from them, as stored and as it should be.

    One column after the other.
    """
    at = indices_in(evidence.facets["conversation"], evidence.conversations["conversation"])
    ours, known = evidence.facets.filter(pa.array(at >= 0)), pa.array(at[at >= 0])
    theirs = {name: evidence.conversations[name] for name in _CARRIED}
    for name in evidence.declared.of_kind("computed"):
        theirs[name] = computed(name, evidence.conversations)
    pairs = [alike(ours[name], column.take(known)) for name, column in theirs.items()]
    return {
        "carried": np.concatenate([pair[0] for pair in pairs]),
        "conversation_has": np.concatenate([pair[1] for pair in pairs]),
    }


def _lengths(evidence: FacetsEvidence) -> Frame:
    lengths = [pc.utf8_length(evidence.facets[name]) for name in evidence.declared.texts]
    return {"characters": _distinct(pa.int32(), lengths)}


def _longest(frame: Frame) -> dict[str, int]:
    return {"longest": int(pc.max(frame["characters"]).as_py() or 0)}


def _of_kind(evidence: FacetsEvidence, *kinds: str) -> list[pa.ChunkedArray]:
    return [evidence.facets[name] for name in evidence.declared.of_kind(*kinds)]


def _distinct(kind: pa.DataType, values: Sequence[pa.ChunkedArray]) -> pa.Array:
    """The distinct values of several columns of one type."""
    return pc.unique(pa.concat_arrays([pa.array([], kind), *map(whole, values)]))


def _languages(evidence: FacetsEvidence) -> Frame:
    languages = _distinct(pa.string(), _of_kind(evidence, "languages"))
    return {"language": languages, "characters": pc.utf8_length(languages)}


def _scales(evidence: FacetsEvidence) -> Frame:
    return {"concern": _distinct(pa.int8(), _of_kind(evidence, "scale"))}


def _undeclared(evidence: FacetsEvidence) -> int:
    """Values of categories that were not declared for them."""
    return sum(
        missing(evidence.facets[facet.name], pa.array(facet.values, pa.string()))
        for facet in evidence.declared.facets
        if facet.kind == "category"
    )


def _not_too_many(evidence: FacetsEvidence, policy: PrivacyPolicy) -> RuleResult:
    """Rows that broke a rule of privacy are, but for one, a smaller share than the policy's."""
    broke = pc.is_in(evidence.set_aside["reason"], value_set=pa.array(_QUARANTINED))
    held = int(pc.sum(broke).as_py() or 0)
    rows = evidence.facets.num_rows + evidence.set_aside.num_rows
    within = (held - 1) / max(rows, 1) < policy.max_quarantine_share
    return RuleResult(int(not within), {"quarantined": held, "rows": rows})


def _ids(evidence: FacetsEvidence) -> ColumnValues:
    return evidence.facets["conversation"]


def _ids_set_aside(evidence: FacetsEvidence) -> ColumnValues:
    return evidence.set_aside["conversation"]


def _user_ids(evidence: FacetsEvidence) -> ColumnValues:
    return evidence.facets["user"]


def _reasons(evidence: FacetsEvidence) -> ColumnValues:
    return evidence.set_aside["reason"]


def _texts(evidence: FacetsEvidence) -> list[pa.ChunkedArray]:
    return _of_kind(evidence, "text", "category", "languages")


RULES: dict[str, Rule[FacetsEvidence]] = {
    # Every conversation has facets or is set aside.
    "accounting": accounted(_places),
    "pseudonyms": all_of(
        conversations_are_pseudonyms(_ids, _ids_set_aside), users_are_pseudonyms(_user_ids)
    ),
    "reasons": expecting(distinct("reason", _reasons), one_of("reason", _REASONS)),
    # User, time and flag are those of the conversation, and computed facets are so computed.
    "carried": expecting(_carried, same=[("carried", "conversation_has")]),
    "personal_data": clean_of_personal_data(_texts),
    "shared_words": shared_words(),
    "conversation_personal_data": conversation_personal_data(),
    "lengths": expecting(
        _lengths,
        lambda policy: between("characters", at_most=policy.max_facet_characters),
        numbers=_longest,
    ),
    # A language looks like the name of one: a few letters, no sentence.
    "language": expecting(
        _languages,
        matching("language", _LANGUAGE),
        between("characters", at_most=_LONGEST_LANGUAGE),
        numbers=lambda frame: {"languages": len(frame["language"])},
    ),
    # Concern is 1 to 5 (paper, B.1), and so is every other scale.
    "concern": expecting(
        _scales,
        between("concern", at_least=1, at_most=5),
    ),
    # A category has one of the values that the operator declared for it.
    "categories": none_of(undeclared=_undeclared),
    # Not too many rows were quarantined; of few rows one may be, where any may.
    "quarantine": _not_too_many,
}


def suite(
    policy: PrivacyPolicy, declared: Declared | None = None
) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.facets_tables(declared or Declared()), RULES, policy)
