"""Put together what a window publishes: its audited tables, where they come from, who judged."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.judging.lineage import StageLineage, StageVerdict
from clio_assets.summaries.schema import LINEAGE, OF_ATTRIBUTES, PUBLISHED, VERDICTS

_NOT_PUBLISHED = ("partitions", "microdollars")

#: Published tables that are those of the audited summaries.
AUDITED = ("windows", "clusters", "breakdowns", "accounts")
#: The stages whose rows are conversations; those of the others are clusters.
_OF_CONVERSATIONS = ("conversations", "facets", "embeddings", "clusters")
#: Which of a home's conversations are on a named map: how many are not is told by its other maps.
_SLICES = "slices"


def publish(
    window: str,
    summaries: Mapping[str, pa.Table],
    lineage: Sequence[StageLineage],
    verdicts: Sequence[StageVerdict],
    rounding: int,
) -> dict[str, pa.Table]:
    """All PUBLISHED tables of a window, by name.

    `summaries` holds the AUDITED tables, and those OF_ATTRIBUTES if there are any. Every published
    cluster has one row of lineage a stage, with rounded counts (`rounding` is the policy's; with
    any other the gate refuses the release).
    The release makes `trends` of what all windows publish.
    """
    counts = rounded_rows(summaries["accounts"], lineage, rounding)
    stages = [_stage_row(stage, *counts[stage.stage]) for stage in lineage]
    per_cluster = [
        {"cluster": cluster, **stage}
        for cluster in summaries["clusters"]["id"].to_pylist()
        for stage in stages
    ]
    judged = [{"window": window, **_verdict_row(verdict)} for verdict in verdicts]
    tables = {
        **{name: summaries[name] for name in AUDITED},
        "lineage": pa.Table.from_pylist(per_cluster, schema=LINEAGE),
        "verdicts": pa.Table.from_pylist(judged, schema=VERDICTS),
    }
    beside = {name: summaries[name] for name in OF_ATTRIBUTES if name in summaries}
    return {name: tables[name] for name in PUBLISHED} | beside


def rounded_rows(
    accounts: pa.Table, lineage: Sequence[StageLineage], rounding: int
) -> dict[str, tuple[int, int]]:
    """Stage -> rows kept and rows set aside, as published: multiples of `rounding`.

    Conversations are counted in `accounts` already. A second number for them that is rounded in
    another way could together with that one say the exact number; so lineage repeats it, added up
    over clustered facets.
    """
    rows = {
        stage.stage: (_down(stage.rows_kept, rounding), _down(stage.rows_set_aside, rounding))
        for stage in lineage
    }
    for stage in set(rows) & set(_OF_CONVERSATIONS):
        kept = aside = 0
        for row in accounts.filter(pc.equal(accounts["stage"], stage)).to_pylist():
            if row["reason"] is None:
                kept += row["conversations"]
            else:
                aside += row["conversations"]
        rows[stage] = kept, aside
    if _SLICES in rows:
        rows[_SLICES] = rows["facets"][0], 0
    return rows


def _down(number: int, rounding: int) -> int:
    return number // rounding * rounding


def _roughly(number: float) -> float:
    """With two significant digits: how much a stage asked of models, not of how many."""
    return float(f"{number:.1e}")


def _stage_row(stage: StageLineage, kept: int, set_aside: int) -> dict[str, Any]:
    return {
        # how many days of a window hold conversations would tell of a day that shows none
        **{name: value for name, value in vars(stage).items() if name not in _NOT_PUBLISHED},
        "runs": json.dumps(list(stage.runs)),
        "models": json.dumps(dict(stage.models), sort_keys=True),
        "prompts": json.dumps(dict(stage.prompts), sort_keys=True),
        "rows_in": kept + set_aside,
        "rows_kept": kept,
        "rows_set_aside": set_aside,
        "input_tokens": int(_roughly(stage.input_tokens)),
        "output_tokens": int(_roughly(stage.output_tokens)),
        "usd": _roughly(stage.microdollars / 1_000_000),
    }


def _verdict_row(verdict: StageVerdict) -> dict[str, Any]:
    return {
        "stage": verdict.stage,
        "check": verdict.check,
        "passed": verdict.passed == verdict.partitions,
        "policy_digest": verdict.policy_digest,
        "sealed_at": verdict.sealed_at,
    }
