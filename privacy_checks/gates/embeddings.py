"""The gate of `embeddings`: one vector for each text that is clustered, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import columns
from privacy_checks.gates.counting import joined, matrix, positions, upstream
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import (
    accounted,
    malformed_pseudonyms,
    not_unit_length,
    unknown_values,
)
from privacy_checks.policy import PrivacyPolicy

_REASONS = ("empty_text",)


@dataclass(frozen=True)
class Evidence:
    """The stage's tables; for each conversation and clustered facet a key and whether it is blank.

    `keys` join facet and conversation.
    """

    embeddings: pa.Table
    set_aside: pa.Table
    keys: pa.Array
    blank: np.ndarray


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `embeddings` by its bytes and the day's facets."""
    return judge_tables(partition, policy, columns.EMBEDDINGS, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    names = ("conversation", *columns.CLUSTERED_FACETS)
    facets = upstream(partition, "facets", "facets", columns.FACETS["facets"], names)
    keys, blank = [pa.array([], pa.string())], [np.zeros(0, dtype=bool)]
    for name in columns.CLUSTERED_FACETS:
        keys.append(joined(pa.repeat(name, facets.num_rows), facets["conversation"]))
        trimmed = pc.utf8_trim_whitespace(facets[name])
        blank.append(pc.equal(trimmed, "").to_numpy())
    return Evidence(
        tables["embeddings"],
        tables["set_aside"],
        pa.concat_arrays(keys),
        np.concatenate(blank).astype(bool),
    )


def accounting(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every conversation and clustered facet has a vector or is set aside, and no other facet."""
    return accounted(evidence.keys, _keys(evidence.embeddings), _keys(evidence.set_aside))


def pseudonyms(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Ids have the form of pseudonyms."""
    return Found(
        malformed_pseudonyms(evidence.embeddings) + malformed_pseudonyms(evidence.set_aside)
    )


def reasons(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Rows are set aside for a known reason."""
    return Found(unknown_values(evidence.set_aside["reason"], _REASONS))


def blank_texts(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """What is set aside has no text, and what has a vector has one."""
    embedded = positions(_keys(evidence.embeddings), evidence.keys)
    aside = positions(_keys(evidence.set_aside), evidence.keys)
    with_vector = int(np.count_nonzero(evidence.blank[embedded[embedded >= 0]]))
    without = int(np.count_nonzero(~evidence.blank[aside[aside >= 0]]))
    return Found(with_vector + without, {"blank_with_vector": with_vector, "left_out": without})


def vectors(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Vectors are finite and of unit length."""
    found = matrix(evidence.embeddings["vector"])
    return Found(not_unit_length(found), {"vectors": len(found), "dimension": found.shape[1]})


RULES: dict[str, Rule[Evidence]] = {
    "accounting": accounting,
    "pseudonyms": pseudonyms,
    "reasons": reasons,
    "blank_texts": blank_texts,
    "vectors": vectors,
}


def _keys(table: pa.Table) -> pa.Array:
    return joined(table["facet"], table["conversation"])
