"""The gate of `published_insights`: the release is what was audited, and holds no person."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_checks.gates import columns
from privacy_checks.gates.counting import codes, joined, missing, numbers, repeated, upstream
from privacy_checks.gates.judging import Found, Rule, judge_tables
from privacy_checks.gates.protocol import StoredPartition, Verdict
from privacy_checks.gates.rules import (
    holding_personal_data,
    pseudonyms_anywhere,
    unknown_values,
)
from privacy_checks.policy import PrivacyPolicy

_COPIED = ("windows", "clusters", "breakdowns")
#: What every published cluster was made by.
_STAGES = (
    "conversations",
    "facets",
    "embeddings",
    "clusters",
    "hierarchy",
    "audited_summaries",
)


@dataclass(frozen=True)
class Evidence:
    """The release's tables, and the sealed ones it copies."""

    key: str
    release: Mapping[str, pa.Table]
    audited: Mapping[str, pa.Table]


def judge(partition: StoredPartition, policy: PrivacyPolicy) -> tuple[Verdict, ...]:
    """Judge one window of `published_insights` by its bytes and its audited summaries."""
    return judge_tables(partition, policy, columns.PUBLISHED_INSIGHTS, _gather, RULES)


def _gather(partition: StoredPartition, tables: Mapping[str, pa.Table]) -> Evidence:
    allowed = columns.AUDITED_SUMMARIES
    audited = {
        name: upstream(
            partition, "audited_summaries", name, allowed[name], [c.name for c in allowed[name]]
        )
        for name in _COPIED
    }
    return Evidence(partition.key, tables, audited)


def copies(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Windows, clusters and breakdowns are those that were audited, value for value."""
    differ = {
        name: int(not _equal(evidence.release[name], evidence.audited[name])) for name in _COPIED
    }
    rows = {f"rows_{name}": evidence.release[name].num_rows for name in _COPIED}
    return Found(sum(differ.values()), rows)


def lineage(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every published cluster has one row for each stage, and no other cluster has any."""
    rows, clusters = evidence.release["lineage"], evidence.release["clusters"]["id"]
    keys = joined(rows["cluster"], rows["stage"])
    wanted = [joined(clusters, pa.repeat(stage, len(clusters))) for stage in _STAGES]
    lost = missing(pa.concat_arrays(wanted), keys)
    strangers = missing(rows["cluster"], clusters)
    return Found(lost + strangers + repeated(keys), {"rows": rows.num_rows, "lost": lost})


def verdicts(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """Every stage's checks are listed for this window, and all of them passed everywhere."""
    rows = evidence.release["verdicts"]
    failed = np.count_nonzero(numbers(rows["passed"]) != numbers(rows["partitions"]))
    unjudged = missing(pa.array(_STAGES), rows["stage"]) if len(evidence.audited["windows"]) else 0
    other_window = unknown_values(rows["window"], (evidence.key,))
    again = repeated(joined(rows["stage"], rows["check"]))
    return Found(
        int(failed) + unjudged + other_window + again,
        {"checks": rows.num_rows, "failed": int(failed)},
    )


def trends(evidence: Evidence, policy: PrivacyPolicy) -> Found:
    """Trends are of published clusters; numbers are large enough, suppressed ones are absent."""
    rows = evidence.release["trends"]
    strangers = missing(rows["cluster"], evidence.release["clusters"]["id"])
    again = repeated(joined(rows["cluster"], rows["period"]))
    shown = pc.invert(rows["suppressed"])
    enough = pc.greater_equal(rows["size"], policy.min_cell_conversations).fill_null(False)
    right = pc.if_else(shown, enough, rows["size"].is_null())
    wrong = rows.num_rows - int(pc.sum(right).as_py() or 0)
    return Found(strangers + again + wrong, {"rows": rows.num_rows})


def personal_data(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No detector finds anything in a name or a description."""
    clusters = evidence.release["clusters"]
    return holding_personal_data(clusters["name"], clusters["description"])


def pseudonyms(evidence: Evidence, _: PrivacyPolicy) -> Found:
    """No column and no text is or holds the pseudonym of a user or a conversation."""
    return pseudonyms_anywhere(evidence.release)


RULES: dict[str, Rule[Evidence]] = {
    "copies": copies,
    "lineage": lineage,
    "verdicts": verdicts,
    "trends": trends,
    "personal_data": personal_data,
    "pseudonyms": pseudonyms,
}


def _equal(ours: pa.Table, theirs: pa.Table) -> bool:
    """Whether two tables have the same rows, in any order, column by column."""
    if ours.num_rows != theirs.num_rows:
        return False
    names = sorted(theirs.column_names)
    rows = [joined(*(_text(table[name]) for name in names)) for table in (ours, theirs)]
    both, _ = codes(pa.concat_arrays(rows))
    distinct = int(both.max(initial=-1)) + 1
    first, second = (np.bincount(half, minlength=distinct) for half in np.split(both, 2))
    return bool(np.array_equal(first, second))


def _text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text, null told apart from every text."""
    text = values.cast(pa.string())
    return pc.if_else(text.is_null(), "null", pc.binary_join_element_wise("value", text, " "))
