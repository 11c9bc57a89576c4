"""Days and windows as Dagster partitions, and what every stage's asset does alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import dagster as dg

from clio_assets.ground.windows import WindowKind, key_of
from clio_assets.lake.records import Manifest
from clio_assets.stages import STAGES
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.check import failures_with_exit_codes

DAILY_JOB = "daily"

DAILY_GROUP = "daily"
WINDOW_GROUP = "window"


def window_job(named: str) -> str:
    """The job that makes the windows of a map, "" being the home's own."""
    return f"window_{named}" if named else "window"


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


@dataclass(frozen=True)
class MapWindows:
    """A map's windows as Dagster shows them: `named` is "" for the home's own map.

    Assets of a named map have its name before theirs; its partitions are called as the home's own.
    """

    named: str
    kind: WindowKind
    partitions: dg.PartitionsDefinition[str]

    @property
    def group(self) -> str:
        """The group of its assets."""
        return f"map_{self.named}" if self.named else WINDOW_GROUP

    @property
    def job(self) -> str:
        """The job that makes its windows."""
        return window_job(self.named)

    @property
    def prefix(self) -> list[str]:
        """What stands before the names of its assets."""
        return [self.named] if self.named else []

    @property
    def stages(self) -> list[str]:
        """The stages that its windows go through."""
        return [stage.name for stage in STAGES.values() if stage.is_made_for(self.named)]

    def asset(self, stage: str) -> dg.AssetKey:
        """The asset of one of its stages."""
        return dg.AssetKey([*self.prefix, stage])

    def key(self, partition: str) -> str:
        """The key under which the lake holds one of its windows."""
        return key_of(self.named, partition)

    def reads(self, stage: str) -> list[dg.AssetDep]:
        """What the asset of a stage is made from: windows of the map, and their days."""
        mapping = (
            dg.AllPartitionMapping() if self.kind == "all" else dg.TimeWindowPartitionMapping()
        )
        return [
            dg.AssetDep(self.asset(name))
            if STAGES[name].cadence == "window"
            else dg.AssetDep(name, partition_mapping=mapping)
            for name in STAGES[stage].reads_for(self.key(""))
        ]


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
        *named, stage = context.asset_key.path
        for partition in context.partition_keys:
            key = key_of("".join(named), partition)
            with bench.home.only_maker(stage, key):
                manifest = make(key)
            context.add_asset_metadata(counts(manifest), partition_key=partition)
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
