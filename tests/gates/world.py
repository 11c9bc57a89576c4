"""Partitions in memory, as a gate sees them, and as tests change them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from privacy_checks.stored.declared import Declared

Row = dict[str, Any]

INPUTS: Mapping[str, tuple[str, ...]] = {
    "landing": (),
    "conversations": ("landing",),
    "facets": ("conversations",),
    "embeddings": ("facets", "conversations"),
    "slices": ("facets", "embeddings", "conversations"),
    "clusters": ("slices", "facets", "embeddings"),
    "hierarchy": ("slices", "clusters", "facets"),
    "audited_summaries": (
        "slices",
        "clusters",
        "hierarchy",
        "facets",
        "embeddings",
        "conversations",
    ),
    "published_insights": ("audited_summaries",),
}


@dataclass(frozen=True)
class FakePartition:
    """A partition of a world, as a gate sees it."""

    world: "World"
    stage: str
    key: str

    @property
    def analyst(self) -> str:
        return self.world.analyst

    @property
    def declared(self) -> Declared:
        return self.world.declared

    @property
    def tables(self) -> Sequence[str]:
        return sorted(self.world.stored[self.stage, self.key])

    def table(self, name: str) -> pa.Table:
        return self.world.stored[self.stage, self.key][name]

    def inputs(self, stage: str) -> Sequence["FakePartition"]:
        assert stage in INPUTS[self.stage]
        keys = [key for found, key in self.world.stored if found == stage]
        daily = self.stage in ("facets", "embeddings")
        return [self.world.at(stage, key) for key in sorted(keys) if not daily or key == self.key]


@dataclass
class World:
    """Tables by stage and key; tests change rows and then ask a gate."""

    stored: dict[tuple[str, str], dict[str, pa.Table]] = field(default_factory=dict)
    analyst: str = "local"
    declared: Declared = field(default_factory=Declared)

    def at(self, stage: str, key: str) -> FakePartition:
        return FakePartition(self, stage, key)

    def rows(self, stage: str, key: str, table: str) -> list[Row]:
        found: list[Row] = self.stored[stage, key][table].to_pylist()
        return found

    def put(self, stage: str, key: str, table: str, rows: Iterable[Row]) -> None:
        """Replace a table's rows, its schema stays."""
        schema = self.stored[stage, key][table].schema
        self.stored[stage, key][table] = pa.Table.from_pylist(list(rows), schema=schema)

    def change(
        self, stage: str, key: str, table: str, change: Callable[[Row], Row | None], **where: Any
    ) -> None:
        """Change the rows that have the given values; None drops one. There must be such rows."""
        rows, found = [], 0
        for row in self.rows(stage, key, table):
            if all(row[name] == value for name, value in where.items()):
                found += 1
                changed = change(row)
                rows += [] if changed is None else [changed]
            else:
                rows.append(row)
        assert found, "nothing was poisoned"
        self.put(stage, key, table, rows)

    def append(self, stage: str, key: str, table: str, *rows: Row) -> None:
        self.put(stage, key, table, [*self.rows(stage, key, table), *rows])
