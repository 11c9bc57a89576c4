"""The gate of `published_insights`: the release is what was audited, and holds no person."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.expectations.expected import Expected, between, unique
from privacy_checks.expectations.frames import Frame
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import (
    alike,
    codes,
    joined,
    missing,
    numbers,
    upstream,
    whole,
)
from privacy_checks.rules.judging import (
    Rule,
    RuleResult,
    all_of,
    expecting,
    judge_tables,
    none_of,
    suite_of,
)
from privacy_checks.rules.no_pseudonyms import no_pseudonyms
from privacy_checks.rules.shared import (
    accounted,
    clean_of_names,
    clean_of_personal_data,
    places,
)
from privacy_checks.stored import columns
from privacy_checks.stored.protocol import StoredPartition, Verdict

_COPIED = ("windows", "clusters", "breakdowns", "accounts")
#: Stages whose rows are conversations.
_OF_CONVERSATIONS = ("conversations", "facets", "embeddings", "clusters")
#: What every published cluster was made by.
_STAGES = (
    "conversations",
    "facets",
    "embeddings",
    "clusters",
    "hierarchy",
    "audited_summaries",
)
#: And those of a named map.
_SLICES = "slices"
#: Columns with numbers of conversations, users or rows.
_ROUNDED = {
    "windows": ("conversations", "users", "unpublished", "coherent"),
    "clusters": ("size", "users"),
    "breakdowns": ("size",),
    "accounts": ("conversations",),
    "lineage": ("rows_in", "rows_kept", "rows_set_aside"),
}


@dataclass(frozen=True)
class ReleaseEvidence:
    """The release's tables, and the sealed ones it copies; whether it is of a named map."""

    policy: PrivacyPolicy
    key: str
    release: Mapping[str, pa.Table]
    audited: Mapping[str, pa.Table]
    is_named: bool = False


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `published_insights` by its bytes and its audited summaries."""

    def evidence(stored: StoredPartition, tables: Mapping[str, pa.Table]) -> ReleaseEvidence:
        return _gather(stored, tables, policy)

    allowed = columns.released_tables(partition.declared)
    return judge_tables(partition, policy, allowed, evidence, RULES)


def _gather(
    partition: StoredPartition, tables: Mapping[str, pa.Table], policy: PrivacyPolicy
) -> ReleaseEvidence:
    allowed = columns.audited_tables(partition.declared)
    copied = (*_COPIED, *columns.of_attributes(partition.declared))
    audited = {
        name: upstream(
            partition, "audited_summaries", name, allowed[name], [c.name for c in allowed[name]]
        )
        for name in copied
    }
    is_named = partition.declared.named is not None
    return ReleaseEvidence(policy, partition.key, tables, audited, is_named)


def _copies(evidence: ReleaseEvidence, policy: PrivacyPolicy) -> RuleResult:
    """Each table that was copied has as many rows as the audited one, and the same."""
    del policy
    tables = [(evidence.release[name], audited) for name, audited in evidence.audited.items()]
    others = sum(ours.num_rows != theirs.num_rows for ours, theirs in tables)
    changed = sum(_changed(ours, theirs) > 0 for ours, theirs in tables)
    rows = {f"rows_{name}": evidence.release[name].num_rows for name in evidence.audited}
    return RuleResult(others + changed, rows)


def _stages(evidence: ReleaseEvidence) -> tuple[str, ...]:
    """What every cluster of the map was made by."""
    return (*_STAGES, _SLICES) if evidence.is_named else _STAGES


def _lineage(evidence: ReleaseEvidence) -> Frame:
    """The rows that published clusters should have, one a stage, and those that there are."""
    rows, clusters = evidence.release["lineage"], evidence.release["clusters"]["id"]
    stages = _stages(evidence)
    wanted = [joined(clusters, pa.repeat(stage, len(clusters))) for stage in stages]
    nothing = pa.array([], pa.string())
    return places(pa.concat_arrays(wanted), joined(rows["cluster"], rows["stage"]), nothing)


def _verdicts(evidence: ReleaseEvidence) -> Frame:
    """Each check, whether it passed in every partition, and its window."""
    rows = evidence.release["verdicts"]
    ours, key = alike(rows["window"], pa.repeat(evidence.key, rows.num_rows))
    return {
        "check": codes(joined(rows["stage"], rows["check"]))[0],
        "passed": rows["passed"].cast(pa.int8()),
        "window": ours,
        "window_of_partition": key,
    }


def _unjudged(evidence: ReleaseEvidence) -> int:
    """Stages without any verdict, where there is something to publish."""
    judged = evidence.release["verdicts"]["stage"]
    stages = pa.array(_stages(evidence))
    return missing(stages, judged) if len(evidence.audited["windows"]) else 0


def _remainders(evidence: ReleaseEvidence) -> Frame:
    """What is left of each distinct number of conversations, users or rows by the rounding."""
    found = [
        pc.unique(whole(evidence.release[table][name])).drop_null().cast(pa.int64())
        for table, names in _ROUNDED.items()
        for name in names
    ]
    values = numbers(pc.unique(pa.concat_arrays(found)))
    return {"remainder": values % evidence.policy.rounding}


def _rows(evidence: ReleaseEvidence) -> Frame:
    """Rows in, and kept and set aside together, of each cluster and stage."""
    rows = evidence.release["lineage"]
    kept, aside = (numbers(rows[name]) for name in ("rows_kept", "rows_set_aside"))
    return {
        "rows_in": rows["rows_in"],
        "rows_out": kept + aside,
        "rows_kept": kept,
        "rows_set_aside": aside,
    }


def _by_accounts(evidence: ReleaseEvidence) -> Frame:
    """Rows that stages kept or set aside, and how many conversations the accounts say it were."""
    rows, accounts = evidence.release["lineage"], evidence.release["accounts"]
    stages = np.asarray(rows["stage"].to_numpy())
    found, expected = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for stage in _OF_CONVERSATIONS:
        of_stage = accounts.filter(pc.equal(accounts["stage"], stage))
        passed_on = of_stage["reason"].is_null()
        for name, which in (("rows_kept", passed_on), ("rows_set_aside", pc.invert(passed_on))):
            own = numbers(rows[name])[stages == stage]
            total = pc.sum(of_stage.filter(which)["conversations"]).as_py() or 0
            found.append(own)
            expected.append(np.full(len(own), int(total)))
    # of a named map's slice they say as much as the accounts, and nothing of what is on other maps
    of_slices = rows.filter(pc.equal(rows["stage"], _SLICES))
    facets = rows.filter(pc.equal(rows["stage"], "facets"))
    found += [numbers(of_slices[name]) for name in ("rows_kept", "rows_set_aside")]
    passed_on = numbers(facets["rows_kept"])[: len(of_slices)]
    expected += [np.resize(passed_on, len(of_slices)), np.zeros(len(of_slices), np.int64)]
    return {"rows": np.concatenate(found), "rows_by_accounts": np.concatenate(expected)}


def _texts(evidence: ReleaseEvidence) -> list[pa.ChunkedArray]:
    return [evidence.release["clusters"][name] for name in ("name", "description")]


def _tables(evidence: ReleaseEvidence) -> Mapping[str, pa.Table]:
    return evidence.release


def _too_precise(evidence: ReleaseEvidence) -> int:
    """Numbers of what models' answers took with more than two digits that count."""
    rows = evidence.release["lineage"]
    found = 0
    for name in ("input_tokens", "output_tokens", "usd"):
        values = np.asarray(whole(rows[name]).cast(pa.float64()).to_numpy(False))
        found += sum(float(f"{value:.1e}") != value for value in np.unique(values).tolist())
    return found


RULES: dict[str, Rule[ReleaseEvidence]] = {
    # Windows, clusters, breakdowns and accounts are those that were audited, value for value.
    "copies": _copies,
    # Every published cluster has one row for each stage, and no other cluster has any.
    "lineage": accounted(_lineage),
    # Every stage's checks are listed for this window, and all of them passed everywhere.
    "verdicts": all_of(
        expecting(
            _verdicts,
            unique("check"),
            between("passed", at_least=1),
            same=[("window", "window_of_partition")],
            numbers=lambda frame: {"checks": len(frame["check"])},
        ),
        none_of(stages_not_judged=_unjudged),
    ),
    # Every number of conversations, users or rows is a multiple of the policy's `rounding`.
    "rounding": expecting(
        _remainders,
        between("remainder", at_least=0, at_most=0),
        numbers=lambda frame: {"numbers": len(frame["remainder"])},
    ),
    # Lineage says no more about how many conversations there are than the accounts do.
    "accounting": all_of(
        expecting(
            _rows,
            between("rows_kept", at_least=0),
            between("rows_set_aside", at_least=0),
            same=[("rows_in", "rows_out")],
            numbers=lambda frame: {"rows": len(frame["rows_in"])},
        ),
        expecting(_by_accounts, same=[("rows", "rows_by_accounts")]),
    ),
    # What models' answers took is told roughly: exact numbers would tell how many asked.
    "usage": none_of(exact_numbers=_too_precise),
    "personal_data": clean_of_personal_data(_texts),
    # No name of a person, a place or an organisation, but those everyone talks about.
    "names": clean_of_names(_texts),
    "pseudonyms": no_pseudonyms(_tables),
}


def suite(policy: PrivacyPolicy) -> Mapping[str, tuple[Expected, ...]]:
    """What the gate expects, check by check."""
    return suite_of(columns.PUBLISHED_INSIGHTS, RULES, policy)


def _changed(ours: pa.Table, theirs: pa.Table) -> int:
    """How many rows stand more often in one table than in the other, in any order of rows."""
    names = sorted(theirs.column_names)
    rows = [joined(*(_text(table[name]) for name in names)) for table in (ours, theirs)]
    both, _ = codes(pa.concat_arrays(rows))
    distinct = int(both.max(initial=-1)) + 1
    halves = both[: ours.num_rows], both[ours.num_rows :]
    first, second = (np.bincount(half, minlength=distinct) for half in halves)
    return int(np.abs(first - second).sum())


def _text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text, null told apart from every text."""
    text = values.cast(pa.string())
    return pc.if_else(text.is_null(), "null", pc.binary_join_element_wise("value", text, " "))
