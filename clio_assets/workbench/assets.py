"""Days and windows as Dagster partitions, and what the assets of stages are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import dagster as dg

from clio_assets.ground.windows import WindowKind, key_of
from clio_assets.stages import DAY_STAGES, STAGES
from clio_assets.workbench.workbench import Workbench

DAILY_JOB = "daily"

DAILY_GROUP = "daily"
WINDOW_GROUP = "window"

Bench = dg.ResourceParam[Workbench]


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
class Days:
    """The days as Dagster shows them. `prefix` stands before the names of all assets."""

    prefix: Sequence[str]
    partitions: dg.PartitionsDefinition[str]

    named = ""
    group = DAILY_GROUP
    job = DAILY_JOB
    stages: Sequence[str] = DAY_STAGES

    def asset(self, stage: str) -> dg.AssetKey:
        """The asset of a stage, or of what is landed."""
        return dg.AssetKey([*self.prefix, stage])

    def key(self, partition: str) -> str:
        """The key under which the lake holds a day."""
        return partition

    def reads(self, stage: str) -> list[dg.AssetDep]:
        """What the asset of a stage is made from: the same day of earlier ones."""
        return [dg.AssetDep(self.asset(name)) for name in STAGES[stage].reads]


@dataclass(frozen=True)
class MapWindows:
    """A map's windows as Dagster shows them: `named` is "" for the home's own map.

    Assets of a named map have its name before theirs; its partitions are called as the home's own.
    """

    days: Days
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
    def stages(self) -> list[str]:
        """The stages that its windows go through."""
        return [stage.name for stage in STAGES.values() if stage.is_made_for(self.named)]

    def asset(self, stage: str) -> dg.AssetKey:
        """The asset of one of its stages, or of its release."""
        own = [self.named] if self.named else []
        return dg.AssetKey([*self.days.prefix, *own, stage])

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
            else dg.AssetDep(self.days.asset(name), partition_mapping=mapping)
            for name in STAGES[stage].reads_for(self.key(""))
        ]
