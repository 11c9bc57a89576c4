"""Dagster glue of landing: the asset in front of all days."""

from typing import Any

import dagster as dg

from clio_assets.errors import contained
from clio_assets.lake.records import recipe_of
from clio_assets.landing.known import COUNTS, FILES
from clio_assets.landing.landed import landed_days
from clio_assets.landing.schema import LANDED
from clio_assets.run.steps.amounts import told
from clio_assets.run.steps.told import column_schema
from clio_assets.run.steps.versions import own_version
from clio_assets.stages import LANDING
from clio_assets.workbench.assets import DAILY_GROUP, Bench, Days
from clio_assets.workbench.landing import refresh_landing
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.check import failures_with_exit_codes

LANDING_JOB = "landing"


def land(bench: Workbench) -> None:
    """Land whatever source changed."""
    with contained("landing", "of the sources"):
        refresh_landing(bench)


def _contents(bench: Workbench) -> dict[str, dict[str, str]]:
    """The digests of what days read of each source; which files it came from makes no day stale."""
    return {
        manifest.key: {
            name: table.sha256
            for name, table in manifest.tables.items()
            if name not in (FILES, COUNTS)
        }
        for manifest in bench.lake.landed()
    }


def build_landing(bench: Workbench, days: Days) -> dg.AssetsDefinition:
    """The `landing` asset: every source, split by day."""

    @dg.asset(
        key=days.asset(LANDING),
        group_name=DAILY_GROUP,
        description="What was read of the sources, split by day, and what of it was set aside, "
        "with the reason. Private.",
        owners=list(bench.settings.dagster.owners),
        tags={"zone": "private", "cadence": "source"},
        kinds={"python", "parquet"},
        metadata={"dagster/column_schema": column_schema(LANDED)},
    )
    def landing(context: dg.AssetExecutionContext, workbench: Bench) -> dg.MaterializeResult[None]:
        with failures_with_exit_codes():
            land(workbench)
        landed = landing_materialized(workbench, context.asset_key)
        return dg.MaterializeResult(
            metadata=landed.metadata, data_version=dg.DataVersion(landed_version(workbench))
        )

    return landing


def landing_materialized(bench: Workbench, asset: dg.AssetKey) -> dg.AssetMaterialization:
    """What Dagster is told of all that is landed."""
    found = list(bench.lake.landed())
    aside: dict[str, int] = {}
    for manifest in found:
        for reason, rows in manifest.rows_set_aside.items():
            aside[reason] = aside.get(reason, 0) + rows
    metadata: dict[str, Any] = {
        "sources": len(found),
        "records": sum(manifest.counts.get("records", manifest.rows_in) for manifest in found),
        "dagster/row_count": sum(manifest.rows_kept for manifest in found),
        "days": len(landed_days(bench.lake)),
        "rows_set_aside": sum(aside.values()),
        "set_aside_by_reason": dg.MetadataValue.json(aside),
        "content_digest": landed_version(bench),
    }
    metadata = told(metadata, bench.settings.dagster.counts)
    return dg.AssetMaterialization(
        asset, metadata=metadata, tags=own_version(landed_version(bench))
    )


def landed_version(bench: Workbench) -> str:
    """Digest of everything that is landed."""
    return recipe_of(_contents(bench))
