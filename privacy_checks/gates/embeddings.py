"""The gate of `embeddings`: one vector for each text that is clustered, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between, one_of, unique
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import (
    ColumnValues,
    alike,
    codes,
    indices_in,
    joined,
    matrix,
    missing,
    upstream,
    whole,
)
from privacy_checks.recount.source_vectors import FAULTS, rows_not_as_given, width_of
from privacy_checks.rules.judging import (
    Rule,
    all_of,
    counting,
    expecting,
    judge_tables,
    none_of,
    suite_of,
)
from privacy_checks.rules.shared import (
    accounted,
    conversations_are_pseudonyms,
    distinct,
    lengths_of,
    places,
    unit_length,
)
from privacy_checks.stored import columns
from privacy_checks.stored.declared import DeclaredVectors
from privacy_checks.stored.protocol import StoredPartition, Verdict

_REASONS = ("empty_text",)
#: The facet that says which language a conversation is in, and which the encoder knows.
_LANGUAGE = "language"
_ENGLISH = "English"
_OTHERS = (
    *("Arabic", "Chinese", "Dutch", "French", "German", "Italian", "Japanese"),
    *("Korean", "Polish", "Portuguese", "Russian", "Spanish", "Thai", "Turkish"),
)


@dataclass(frozen=True)
class EmbeddingsEvidence:
    """The stage's tables; for each conversation and clustered facet a key and whether it is blank.

    `keys` join facet and conversation; `languages` are those of the same conversations, "" where no
    such facet is declared. Where vectors of the source group a facet, `given` are those of the day,
    and its texts without one count as `blank`; `why` says of each text why it would be set aside,
    "" where it would not.
    """

    embeddings: pa.Table
    multilingual: pa.Table
    set_aside: pa.Table
    keys: pa.Array
    blank: np.ndarray
    languages: pa.Array
    why: pa.Array
    declared: DeclaredVectors | None
    source_vectors: pa.Table | None = None
    given: pa.Table | None = None


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one day of `embeddings` by its bytes and the day's facets."""
    rules = {**RULES, **OF_VECTORS} if partition.declared.source_vectors else RULES
    allowed = columns.embeddings_tables(partition.declared)
    return judge_tables(partition, policy, allowed, _gather, rules)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> EmbeddingsEvidence:
    clustered = partition.declared.clustered
    allowed = columns.facets(partition.declared)
    told = [name for name in partition.declared.of_kind("languages") if name == _LANGUAGE]
    names = dict.fromkeys(("conversation", *clustered, *told))
    facets = upstream(partition, "facets", "facets", allowed, tuple(names))
    language = facets[_LANGUAGE] if told else pa.repeat("", facets.num_rows)
    given, without = _given(partition)
    keys, why = [pa.array([], pa.string())], [pa.array([], pa.string())]
    for name in clustered:
        keys.append(joined(pa.repeat(name, facets.num_rows), facets["conversation"]))
        why.append(_why(name, facets, without))
    reasons = pa.concat_arrays(why)
    return EmbeddingsEvidence(
        tables["embeddings"],
        tables["multilingual"],
        tables["set_aside"],
        pa.concat_arrays(keys),
        pc.not_equal(reasons, "").to_numpy(zero_copy_only=False),
        pa.concat_arrays([pa.array([], pa.string()), *[whole(language)] * len(clustered)]),
        reasons,
        partition.declared.source_vectors,
        tables.get("source_vectors"),
        given,
    )


def _given(partition: StoredPartition) -> tuple[pa.Table | None, pa.Table]:
    """The source's vectors of the day, and by facet the conversations that have none and why."""
    declared, nothing = partition.declared.source_vectors, pa.array([], pa.string())
    without = pa.table({"facet": nothing, "conversation": nothing, "reason": nothing})
    if declared is None:
        return None, without
    days = partition.inputs("conversations")
    for day in days:
        found = day.table("without_vector")
        facet = pa.array([declared.facet] * found.num_rows, pa.string())
        without = pa.concat_tables([without, _with_facet(found, facet)])
    return pa.concat_tables([day.table("vectors") for day in days]) if days else None, without


def _with_facet(without: pa.Table, facet: pa.Array) -> pa.Table:
    columns_of = [facet, whole(without["conversation"]), whole(without["reason"])]
    return pa.table(columns_of, names=["facet", "conversation", "reason"])


def _why(name: str, facets: pa.Table, without: pa.Table) -> pa.Array:
    """Why each text of a facet would be set aside; "" for those that would not."""
    own = without.filter(pc.equal(without["facet"], name))
    at = indices_in(facets["conversation"], own["conversation"])
    lacking = whole(own["reason"]).take(pa.array(at, mask=at < 0)).fill_null("")
    blank = pc.equal(pc.utf8_trim_whitespace(whole(facets[name])), "")
    return pc.if_else(blank, "empty_text", lacking)


def _places(evidence: EmbeddingsEvidence) -> Frame:
    return places(evidence.keys, _keys(evidence.embeddings), _keys(evidence.set_aside))


def _blank(evidence: EmbeddingsEvidence) -> Frame:
    """Of known texts whether they are blank, and whether they are set aside."""
    out = [_keys(evidence.embeddings), _keys(evidence.set_aside)]
    at = np.concatenate([indices_in(keys, evidence.keys) for keys in out])
    aside = np.repeat([False, True], [len(keys) for keys in out])
    return {"blank": evidence.blank[at[at >= 0]], "set_aside": aside[at >= 0]}


def _blank_counts(frame: Frame) -> dict[str, int]:
    blank, aside = frame["blank"], frame["set_aside"]
    return {
        "blank_with_vector": int(np.count_nonzero(blank & ~aside)),
        "left_out": int(np.count_nonzero(~blank & aside)),
    }


def _multilingual(evidence: EmbeddingsEvidence) -> Frame:
    """Of each vector in another space its text, which of the stage's texts that is, its language
    and that of its conversation."""
    found = evidence.multilingual
    keys = _keys(found)
    at = indices_in(keys, evidence.keys)
    language = evidence.languages.take(pa.array(at, mask=at < 0))
    ours, theirs = alike(found["language"], language)
    return {
        "text": codes(keys)[0],
        "known_text": at,
        "language": ours,
        "language_of_conversation": theirs,
        "length": lengths_of(matrix(found["vector"])),
    }


def _languages(evidence: EmbeddingsEvidence) -> ColumnValues:
    return evidence.multilingual["language"]


def _left_out(evidence: EmbeddingsEvidence) -> int:
    """Texts in other languages that the encoder knows without a vector by it.

    A day has none at all where nothing is bridged.
    """
    if not evidence.multilingual.num_rows:
        return 0
    known = pc.is_in(evidence.languages, value_set=pa.array(_OTHERS)).to_numpy(False)
    wanted = evidence.keys.filter(pa.array(known & ~evidence.blank))
    return missing(wanted, _keys(evidence.multilingual))


def _ids(evidence: EmbeddingsEvidence) -> ColumnValues:
    return evidence.embeddings["conversation"]


def _ids_set_aside(evidence: EmbeddingsEvidence) -> ColumnValues:
    return evidence.set_aside["conversation"]


def _reasons(evidence: EmbeddingsEvidence) -> ColumnValues:
    return evidence.set_aside["reason"]


def _lengths(evidence: EmbeddingsEvidence) -> Frame:
    return {"length": lengths_of(matrix(evidence.embeddings["vector"]))}


def _source_vectors(evidence: EmbeddingsEvidence) -> pa.Table:
    if evidence.source_vectors is None:
        raise AssertionError("only judged where vectors of the source are declared")
    return evidence.source_vectors


def _grouped(evidence: EmbeddingsEvidence) -> Frame:
    """The texts of the facet that the source's vectors group, and those vectors."""
    facet = evidence.declared.facet if evidence.declared else ""
    own = evidence.embeddings.filter(pc.equal(evidence.embeddings["facet"], facet))
    return places(_keys(own), _keys(_source_vectors(evidence)), pa.array([], pa.string()))


def _source_lengths(evidence: EmbeddingsEvidence) -> Frame:
    return {"length": lengths_of(matrix(_source_vectors(evidence)["vector"]))}


def _source_counts(evidence: EmbeddingsEvidence) -> Mapping[str, int]:
    """Vectors, those that are not the conversation's own, and reasons that are not the true one."""
    ours, given, declared = _source_vectors(evidence), evidence.given, evidence.declared
    at = indices_in(_keys(evidence.set_aside), evidence.keys)
    told, true = alike(evidence.set_aside["reason"], evidence.why.take(pa.array(at, mask=at < 0)))
    return {
        "source_vectors": ours.num_rows,
        "not_as_given": ours.num_rows if given is None else rows_not_as_given(ours, given),
        "other_dimension": int(declared is None or width_of(ours["vector"]) != declared.dimension),
        "other_reasons": int(np.count_nonzero(told != true)),
    }


RULES: dict[str, Rule[EmbeddingsEvidence]] = {
    # Every conversation and clustered facet has a vector or is set aside, and no other facet.
    "accounting": accounted(_places),
    "pseudonyms": conversations_are_pseudonyms(_ids, _ids_set_aside),
    "reasons": expecting(distinct("reason", _reasons), one_of("reason", _REASONS)),
    # What is set aside has no text, and what has a vector has one.
    "blank_texts": expecting(_blank, same=[("blank", "set_aside")], numbers=_blank_counts),
    # Vectors are finite and of unit length.
    "vectors": expecting(
        _lengths,
        unit_length("length"),
        numbers=lambda frame: {"vectors": len(frame["length"])},
    ),
    # So are those by the multilingual encoder: one a text, of the language of its conversation, and
    # of none left out whose language it knows.
    "multilingual": all_of(
        expecting(
            _multilingual,
            unique("text"),
            between("known_text", at_least=0),
            unit_length("length"),
            same=[("language", "language_of_conversation")],
            numbers=lambda frame: {"vectors": len(frame["length"])},
        ),
        expecting(distinct("language", _languages), one_of("language", (_ENGLISH, *_OTHERS))),
        none_of(texts_left_out=_left_out),
    ),
}


#: Judged besides, or instead, where vectors of the source are declared. Each text of the facet that
#: they group has its conversation's own, finite, of unit length and of the declared dimension, and
#: each that is set aside the true reason.
OF_VECTORS: dict[str, Rule[EmbeddingsEvidence]] = {
    "reasons": expecting(distinct("reason", _reasons), one_of("reason", (*_REASONS, *FAULTS))),
    "source_vectors": all_of(
        accounted(_grouped),
        expecting(_source_lengths, unit_length("length")),
        counting(_source_counts, "not_as_given", "other_dimension", "other_reasons"),
    ),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.EMBEDDINGS, RULES, policy)


def _keys(table: pa.Table) -> pa.Array:
    return joined(table["facet"], table["conversation"])
