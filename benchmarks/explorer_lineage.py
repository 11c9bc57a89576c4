"""Accounts, lineage and verdicts of the synthetic release of explorer_release.py."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from benchmarks.explorer_nodes import ROUNDING
from clio_assets.summaries.schema import PUBLISHED

RELEASED_AT = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
STAGES = ("conversations", "facets", "embeddings", "clusters", "hierarchy", "audited_summaries")


def accounts(same: Mapping[str, str], everyone: int, unpublished: int, *, first: bool) -> pa.Table:
    """What became of the conversations: a tenth is not sampled, some have no request. The days'
    rows belong to all clustered facets and come with the `first`.
    """
    silent, sampled_out = (everyone // part // ROUNDING * ROUNDING for part in (50, 10))
    failed = unpublished // 10 // ROUNDING * ROUNDING
    small = unpublished // 2 // ROUNDING * ROUNDING
    facet = same["facet"]
    counts: list[tuple[str, str | None, str | None, int]] = [
        ("conversations", None, None, everyone + silent + 40),
        ("conversations", None, "not_sampled", sampled_out),
        ("conversations", None, "superseded", 240),
        ("facets", None, None, everyone + silent),
        ("facets", None, "other", 40),
        ("embeddings", facet, None, everyone),
        ("embeddings", facet, "empty_text", silent),
        ("clusters", facet, None, everyone - unpublished + failed),
        ("clusters", facet, "below_min_conversations", small),
        ("clusters", facet, "below_min_users", unpublished - failed - small),
        ("audited_summaries", facet, None, everyone - unpublished),
        ("audited_summaries", facet, "text_failed", failed),
    ]
    names = ("stage", "facet", "reason", "conversations")
    rows = [dict(zip(names, row, strict=True)) for row in counts if row[3] and (row[1] or first)]
    schema = PUBLISHED["accounts"]
    return pa.Table.from_pylist([{"window": same["window"], **row} for row in rows], schema=schema)


def lineage(ids: Sequence[str], accounts: pa.Table) -> pa.Table:
    schema = PUBLISHED["lineage"]
    counts = dict.fromkeys(STAGES, (0, 0))
    for row in accounts.to_pylist():
        kept, aside = counts[row["stage"]]
        is_kept = row["reason"] is None
        counts[row["stage"]] = (
            kept + row["conversations"] * is_kept,
            aside + row["conversations"] * (not is_kept),
        )
    counts["hierarchy"] = counts["audited_summaries"] = (len(ids) // ROUNDING * ROUNDING, 0)
    parts = []
    for stage in STAGES:
        kept, aside = counts[stage]
        row = {
            "stage": stage,
            "data_digest": digest(stage, ids[0]),
            "runs": json.dumps([] if stage in STAGES[:3] else [f"run-{ids[0].split(':')[0]}"]),
            "code_version": "1",
            "analyst": "" if stage in ("conversations", "embeddings") else "local",
            "models": json.dumps({"embedding": "all-MiniLM-L6-v2 sha256:" + digest("model")}),
            "prompts": json.dumps({} if stage == "embeddings" else {"name": digest("name")}),
            "policy_version": 1,
            "policy_digest": digest("policy"),
            "rows_in": kept + aside,
            "rows_kept": kept,
            "rows_set_aside": aside,
            "input_tokens": 0,
            "output_tokens": 0,
            "usd": 0.0,
        }
        columns = {name: pa.repeat(value, len(ids)) for name, value in row.items()}
        parts.append(pa.table({"cluster": list(ids), **columns}).cast(schema))
    return pa.concat_tables(parts)


def verdicts(windows: Sequence[str]) -> pa.Table:
    rows = [
        {
            "window": window,
            "stage": stage,
            "check": check,
            "passed": True,
            "policy_digest": digest("policy"),
            "sealed_at": RELEASED_AT,
        }
        for window in windows
        for stage in STAGES
        for check in ("columns", "accounting", "personal_data", "thresholds")
    ]
    return pa.Table.from_pylist(rows, schema=PUBLISHED["verdicts"])


def digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
