"""Dagster glue of the `slices` stage."""

import dagster as dg

from clio_assets.errors import contained
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.maps.population import everyone_of, rules_of
from clio_assets.slices.build import build_slice
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


def make_slices(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from the sealed facets and attributes of its days."""
    with contained(SLICES, key):
        plan, rules = making(bench, SLICES, key), rules_of(bench, key)
        if rules is None:
            raise ValueError("the home's own map has no slices")
        everyone = everyone_of(bench, key)
        tables = build_slice(everyone, rules)
        rows = everyone.facets.num_rows
        accounts = Accounts.of(rows, tables.slices.num_rows, tables.set_aside)
        return bench.lake.write(plan, tables.by_name(), accounts)
