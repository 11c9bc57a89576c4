"""Put together what a window publishes: its audited tables, where they come from, who judged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from clio_assets.summaries.schema import LINEAGE, PUBLISHED, VERDICTS


@dataclass(frozen=True)
class StageLineage:
    """How one stage's partitions of a window came about; see LINEAGE."""

    stage: str
    partitions: int
    data_digest: str
    runs: Sequence[str]
    code_version: str
    analyst: str
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    policy_version: int
    policy_digest: str
    rows_in: int
    rows_kept: int
    rows_set_aside: int


@dataclass(frozen=True)
class StageVerdict:
    """What one check said of a stage's partitions of a window; see VERDICTS."""

    stage: str
    check: str
    partitions: int
    passed: int
    policy_digest: str
    sealed_at: datetime


def publish(
    window: str,
    summaries: Mapping[str, pa.Table],
    lineage: Sequence[StageLineage],
    verdicts: Sequence[StageVerdict],
) -> dict[str, pa.Table]:
    """All PUBLISHED tables of a window, by name.

    `summaries` holds the audited `windows`, `clusters` and `breakdowns`. Every published cluster
    has one row of lineage a stage. `trends` is filled downstream of the release.
    """
    stages = [_stage_row(stage) for stage in lineage]
    per_cluster = [
        {"cluster": cluster, **stage}
        for cluster in summaries["clusters"]["id"].to_pylist()
        for stage in stages
    ]
    judged = [{"window": window, **vars(verdict)} for verdict in verdicts]
    tables = {
        **{name: summaries[name] for name in ("windows", "clusters", "breakdowns")},
        "trends": PUBLISHED["trends"].empty_table(),
        "lineage": pa.Table.from_pylist(per_cluster, schema=LINEAGE),
        "verdicts": pa.Table.from_pylist(judged, schema=VERDICTS),
    }
    return {name: tables[name] for name in PUBLISHED}


def _stage_row(stage: StageLineage) -> dict[str, Any]:
    return {
        **vars(stage),
        "runs": json.dumps(list(stage.runs)),
        "models": json.dumps(dict(stage.models), sort_keys=True),
        "prompts": json.dumps(dict(stage.prompts), sort_keys=True),
    }
