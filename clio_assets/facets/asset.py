"""Dagster glue of the `facets` stage."""

import dagster as dg

from clio_assets.errors import contained
from clio_assets.facets.extract import extract_facets
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.partitions import DAILY_GROUP, Bench, materialize_each
from clio_assets.recipes import STAGES, making
from clio_assets.workbench import Workbench


def build_facets(days: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """The `facets` asset over the given days."""

    @dg.asset(
        partitions_def=days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=["conversations"],
        group_name=DAILY_GROUP,
        code_version=STAGES["facets"].code_version,
        description="What each conversation of a day is about, without personal data: request, "
        "task, language, concern, turns, or whatever facets are configured. Private.",
    )
    def facets(context: dg.AssetExecutionContext, workbench: Bench) -> dg.MaterializeResult[None]:
        return materialize_each(context, workbench, lambda key: make_facets(workbench, key))

    return facets


def make_facets(bench: Workbench, key: str) -> Manifest:
    """Make one day's partition from its sealed conversations."""
    with contained("facets", key):
        plan = making(bench, "facets", key)
        conversations = bench.lake.read("conversations", key, "conversations")
        analyst = bench.analyst.working_on("facets", key)
        tables = extract_facets(
            conversations, analyst, bench.facets, bench.policy, bench.progress.track
        )
        return bench.lake.write(
            plan,
            {"facets": tables.facets, "set_aside": tables.set_aside},
            Accounts.of(
                conversations.num_rows,
                tables.facets.num_rows,
                tables.set_aside,
                {**tables.counts, **analyst.usage},
            ),
        )
