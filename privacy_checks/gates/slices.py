"""The gate of `slices`: a named map is of whom its definition says, and tells of no few others."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, one_of
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import ColumnValues, missing
from privacy_checks.recount.slices import Everyone, everyone, tells_of_few_in_all
from privacy_checks.rules.judging import (
    Rule,
    RuleResult,
    counting,
    expecting,
    judge_tables,
    suite_of,
)
from privacy_checks.rules.shared import accounted, conversations_are_pseudonyms, distinct, places
from privacy_checks.stored import columns
from privacy_checks.stored.protocol import StoredPartition, Verdict

_OUTSIDE, _TOO_FEW_BESIDE = "outside", "too_few_beside"


@dataclass(frozen=True)
class SlicesEvidence:
    """The stage's tables, and everyone who was in the window's days."""

    slices: pa.Table
    set_aside: pa.Table
    everyone: Everyone


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `slices` by its bytes and what its days hold."""
    return judge_tables(partition, policy, columns.SLICES, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> SlicesEvidence:
    return SlicesEvidence(**tables, everyone=everyone(partition))


def _places(evidence: SlicesEvidence) -> Frame:
    return places(
        evidence.everyone.conversation,
        evidence.slices["conversation"],
        evidence.set_aside["conversation"],
    )


def _kept(evidence: SlicesEvidence) -> ColumnValues:
    return evidence.slices["conversation"]


def _ids_set_aside(evidence: SlicesEvidence) -> ColumnValues:
    return evidence.set_aside["conversation"]


def _reasons(evidence: SlicesEvidence) -> ColumnValues:
    return evidence.set_aside["reason"]


def _membership(evidence: SlicesEvidence) -> Mapping[str, int]:
    """Conversations of the map that its definition does not ask for, and others that lack a place:
    the map is of all that it asks for, or of nobody."""
    found = evidence.everyone
    wanted = found.conversation.filter(pa.array(found.on_map))
    outside = evidence.set_aside.filter(pc.equal(evidence.set_aside["reason"], _OUTSIDE))
    kept = evidence.slices.num_rows
    return {
        "not_asked_for": missing(evidence.slices["conversation"], wanted),
        "called_outside": len(wanted) - missing(wanted, outside["conversation"]),
        "in_part": int(0 < kept < len(wanted)),
        "on_map": kept,
    }


def _beside(evidence: SlicesEvidence, policy: PrivacyPolicy) -> RuleResult:
    """For how many facets the map's size would tell of few."""
    found = evidence.everyone
    told = sum(tells_of_few_in_all(found, facet, policy) for facet in found.embedded)
    held = evidence.slices.num_rows > 0
    needless = int(not held and not told and bool(found.on_map.any()))
    return RuleResult(
        (told if held else 0) + needless, {"tells_of_few": told, "held_back_for_nothing": needless}
    )


RULES: dict[str, Rule[SlicesEvidence]] = {
    # Every conversation with facets of the window's days is on the map or set aside.
    "accounting": accounted(_places),
    "pseudonyms": conversations_are_pseudonyms(_kept, _ids_set_aside),
    "reasons": expecting(
        distinct("reason", _reasons), one_of("reason", (_OUTSIDE, _TOO_FEW_BESIDE))
    ),
    # The map is of all conversations that its definition asks for and of no other, or of nobody.
    "membership": counting(_membership, "not_asked_for", "called_outside", "in_part"),
    # Taken from the other maps' numbers, those of this one tell of no few people.
    "beside": _beside,
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.SLICES, RULES, policy)
