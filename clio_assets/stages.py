"""The stages, once: what each is called, how often it is made, what it reads, by which code.

Schedules, gates, recipes, lineage, erasure and the pages that list stages all read this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from clio_assets.ground.windows import map_of

#: The landed copy of a source is not a stage: nothing but `conversations` and its gate reads it.
LANDING: Final = "landing"
#: Which conversations a named map is of. The home's own map is of all and has none.
SLICES: Final = "slices"


def landed_table(day: str) -> str:
    """Name of the table that holds a day's rows of a landed source."""
    return f"landed_{day}"


@dataclass(frozen=True)
class Stage:
    """One stage. It reads the partitions of the stages in `reads`, of its own day or window.

    `code_version` is raised by hand with every change of a stage's code that changes its result.
    What an older version made is not read any more until it has been made again.
    """

    name: str
    cadence: Literal["day", "window"]
    reads: tuple[str, ...]
    code_version: str

    def reads_for(self, key: str) -> tuple[str, ...]:
        """What the partition of that key reads: no slice, where it is of the home's own map."""
        return tuple(name for name in self.reads if name != SLICES or map_of(key))

    def is_made_for(self, named: str) -> bool:
        """Whether the map of that name, "" for the home's own, has partitions of the stage."""
        return self.cadence == "window" and (self.name != SLICES or named != "")


#: Inputs before what is made of them.
STAGES: Final[Mapping[str, Stage]] = {
    stage.name: stage
    for stage in (
        Stage("conversations", "day", (LANDING,), "2"),
        Stage("facets", "day", ("conversations",), "3"),
        Stage("embeddings", "day", ("facets", "conversations"), "2"),
        Stage(SLICES, "window", ("facets", "embeddings", "conversations"), "1"),
        Stage("clusters", "window", (SLICES, "facets", "embeddings"), "4"),
        Stage("hierarchy", "window", (SLICES, "clusters", "facets"), "4"),
        Stage(
            "audited_summaries",
            "window",
            (SLICES, "clusters", "hierarchy", "facets", "embeddings", "conversations"),
            "3",
        ),
        Stage("published_insights", "window", ("audited_summaries",), "5"),
    )
}
#: Stage and table -> the only stages that read the table. For the others it is as if the table was
#: not there: what an operator wants to see broken down makes no facet stale.
ONLY_READ_BY: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("conversations", "attributes"): (SLICES, "audited_summaries"),
    ("conversations", "numbers"): ("audited_summaries",),
    ("conversations", "vectors"): ("embeddings",),
    ("conversations", "without_vector"): ("embeddings",),
}
#: Reading stage and stage -> the only tables that it reads of it. Where a partition has none of
#: them it is no input: a home whose source has no vectors embeds facets and reads nothing else.
READS_ONLY: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("embeddings", "conversations"): ("vectors", "without_vector"),
}
DAY_STAGES: Final = tuple(stage.name for stage in STAGES.values() if stage.cadence == "day")
WINDOW_STAGES: Final = tuple(stage.name for stage in STAGES.values() if stage.cadence == "window")

#: The stage whose sealed partitions are released.
RELEASED: Final = WINDOW_STAGES[-1]


def reads_table(reader: str, stage: str, table: str) -> bool:
    """Whether a stage reads a table of an earlier one."""
    only = READS_ONLY.get((reader, stage), (table,))
    return table in only and reader in ONLY_READ_BY.get((stage, table), (reader,))
