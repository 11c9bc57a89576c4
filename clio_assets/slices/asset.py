"""Dagster glue of the `slices` stage."""

import dagster as dg

from clio_assets.conversations.schema import attributes_schema
from clio_assets.embeddings.schema import embeddings_schema
from clio_assets.errors import contained
from clio_assets.facets.schema import facets_schema
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.slices.build import DayTables, SliceRules, build_slice
from clio_assets.stages import SLICES, STAGES
from clio_assets.workbench.assets import Bench, MapWindows, materialize_each
from clio_assets.workbench.recipes import making
from clio_assets.workbench.workbench import Workbench


def build_slices(windows: MapWindows) -> dg.AssetsDefinition:
    """The `slices` asset over the windows of a named map."""

    @dg.asset(
        name=SLICES,
        key_prefix=windows.prefix,
        partitions_def=windows.partitions,
        deps=windows.reads(SLICES),
        group_name=windows.group,
        code_version=STAGES[SLICES].code_version,
        description="Which of a window's conversations a named map is of; none where that would "
        "give few away beside the other maps. Private.",
    )
    def slices(context: dg.AssetExecutionContext, workbench: Bench) -> dg.MaterializeResult[None]:
        return materialize_each(context, workbench, lambda key: make_slices(workbench, key))

    return slices


def day_tables(bench: Workbench, key: str) -> DayTables:
    """All that a window's days hold of conversations, on the map or not."""
    days, read = bench.days_of(key), bench.lake.read_all
    embeddings = read("embeddings", days, "embeddings", embeddings_schema(bench.embedder.dimension))
    told = attributes_schema(bench.attributes)
    return DayTables(
        read("facets", days, "facets", facets_schema(bench.facets)),
        embeddings.select(["facet", "conversation"]),
        read("conversations", days, "attributes", told) if bench.attributes else None,
    )


def slice_rules(bench: Workbench, key: str) -> SliceRules | None:
    """What decides who is on a window's map; nothing for the home's own."""
    named = bench.map_of(key)
    if named is None:
        return None
    before = bench.maps[: bench.maps.index(named)]
    return SliceRules(named, before, bench.facets, bench.policy)


def make_slices(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from the sealed facets and attributes of its days."""
    with contained(SLICES, key):
        plan, rules = making(bench, SLICES, key), slice_rules(bench, key)
        if rules is None:
            raise ValueError("the home's own map has no slices")
        days = day_tables(bench, key)
        tables = build_slice(days, rules)
        accounts = Accounts.of(days.facets.num_rows, tables.slices.num_rows, tables.set_aside)
        return bench.lake.write(plan, tables.by_name(), accounts)
