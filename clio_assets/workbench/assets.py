"""Days and windows as Dagster partitions, and what every stage's asset does alike."""

from collections.abc import Callable, Sequence
from datetime import date

import dagster as dg

from clio_assets.ground.windows import WindowKind
from clio_assets.lake.records import Manifest
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.check import failures_with_exit_codes

DAILY_GROUP = "daily"
WINDOW_GROUP = "window"


def day_partitions(first_day: date) -> dg.DailyPartitionsDefinition:
    """One partition a UTC day, today included."""
    return dg.DailyPartitionsDefinition(first_day.isoformat(), end_offset=1)


def window_partitions(kind: WindowKind, first_day: date) -> dg.PartitionsDefinition[str]:
    """One partition a window, the current one included; `first_day` begins a window."""
    start = first_day.isoformat()
    match kind:
        case "all":
            return dg.StaticPartitionsDefinition(["all"])
        case "day":
            return dg.DailyPartitionsDefinition(start, end_offset=1)
        case "week":
            return dg.WeeklyPartitionsDefinition(start, day_offset=1, end_offset=1)
        case "month":
            return dg.MonthlyPartitionsDefinition(start, end_offset=1)


def days_of_window(stage: str, kind: WindowKind) -> dg.AssetDep:
    """A window's dependency on all its days of a daily stage."""
    mapping = dg.AllPartitionMapping() if kind == "all" else dg.TimeWindowPartitionMapping()
    return dg.AssetDep(stage, partition_mapping=mapping)


def materialize_each(
    context: dg.AssetExecutionContext,
    bench: Workbench,
    make: Callable[[str], Manifest],
    prepare: Callable[[Sequence[str]], None] | None = None,
) -> dg.MaterializeResult[None]:
    """Make every partition of the run in turn and record counts and digests, never content.

    An erasure that was interrupted is finished first, so that nothing is made of what it removes.
    `prepare` sees the keys of all partitions before the first is made.
    """
    with failures_with_exit_codes():
        bench.finish_erasure()
        if prepare is not None:
            prepare(context.partition_keys)
        stage = context.asset_key.path[-1]
        for key in context.partition_keys:
            with bench.home.only_maker(stage, key):
                manifest = make(key)
            context.add_asset_metadata(counts(manifest), partition_key=key)
    if len(context.partition_keys) == 1:
        return dg.MaterializeResult(data_version=dg.DataVersion(manifest.content))
    return dg.MaterializeResult()


def counts(manifest: Manifest) -> dict[str, dg.MetadataValue]:
    """A partition's accounts as Dagster metadata."""
    set_aside = dict(sorted(manifest.rows_set_aside.items()))
    return {
        "rows_in": dg.MetadataValue.int(manifest.rows_in),
        "rows_kept": dg.MetadataValue.int(manifest.rows_kept),
        "rows_set_aside": dg.MetadataValue.int(sum(set_aside.values())),
        "set_aside_by_reason": dg.MetadataValue.json(set_aside),
        **{name: dg.MetadataValue.int(count) for name, count in sorted(manifest.counts.items())},
        "content_digest": dg.MetadataValue.text(manifest.content),
        "recipe": dg.MetadataValue.text(manifest.recipe),
        "analyst": dg.MetadataValue.text(manifest.provenance.analyst),
    }


Bench = dg.ResourceParam[Workbench]
