"""Ways to break a valid world, one thing at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from tests.gates.world import Row, World

#: The key of the window, and of the day that is poisoned.
KEY = "2026-09-28"
FACET = "request"
#: A pseudonym in which no detector sees anything: it is the form that gives it away.
HIDDEN_PSEUDONYM = "u_" + "ab1" * 10 + "ab"
#: What is never a pseudonym.
RAW = "someone"
PHONE = "Call +1 202 555 0143 about it"
ELEVEN_WORDS = "Describe " + "very " * 9 + "often"

Step = Callable[[World], None]

#: A policy by which words may be anyone's: for texts that no cluster's users would write.
ANY_WORD = {"min_vocabulary_users": 0}


@dataclass(frozen=True)
class Poison:
    """What is broken, in which stage, and the one check that must fail; or a stricter policy."""

    stage: str
    check: str
    what: str
    apply: Step = lambda world: None
    policy: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.stage}-{self.check}-{self.what}"


@dataclass(frozen=True)
class At:
    """Steps on a stage's partition of `KEY`, and poisonings of that stage."""

    stage: str

    def poison(self, check: str, what: str, step: Step, **policy: float) -> Poison:
        """Something is broken, under a policy that asks for something else of the rest."""
        return Poison(self.stage, check, what, step, policy)

    def strict(self, check: str, what: str, **policy: float) -> Poison:
        """Nothing is broken, but the policy asks for more than the world has."""
        return Poison(self.stage, check, what, policy=policy)

    def first(self, world: World, table: str, **where: Any) -> Row:
        """The first row that has the given values."""
        return world.rows(self.stage, KEY, table)[self._place(world, table, where)]

    def _place(self, world: World, table: str, where: Mapping[str, Any]) -> int:
        rows = enumerate(world.rows(self.stage, KEY, table))
        return next(at for at, row in rows if all(row[name] == where[name] for name in where))

    def set(self, table: str, values: Mapping[str, Any], **where: Any) -> Step:
        """Set values in the first row that has the given ones."""

        def apply(world: World) -> None:
            rows = world.rows(self.stage, KEY, table)
            at = self._place(world, table, where)
            world.put(self.stage, KEY, table, [*rows[:at], {**rows[at], **values}, *rows[at + 1 :]])

        return apply

    def set_alike(self, table: str, change: Callable[[Row], Row], like: str) -> Step:
        """Change all rows that have the same value of a column as the first one."""

        def apply(world: World) -> None:
            value = self.first(world, table)[like]
            world.change(self.stage, KEY, table, change, **{like: value})

        return apply

    def drop(self, table: str, **where: Any) -> Step:
        """Drop the first row that has the given values."""

        def apply(world: World) -> None:
            rows = world.rows(self.stage, KEY, table)
            del rows[self._place(world, table, where)]
            world.put(self.stage, KEY, table, rows)

        return apply

    def append(self, table: str, values: Mapping[str, Any]) -> Step:
        """Add a row: the table's first one with other values."""

        def apply(world: World) -> None:
            row = {**self.first(world, table), **values}
            world.append(self.stage, KEY, table, row)

        return apply

    def replace(self, table: str, change: Callable[[pa.Table], pa.Table | None]) -> Step:
        """Replace a table as a whole; None takes it away."""

        def apply(world: World) -> None:
            tables = dict(world.stored[self.stage, KEY])
            changed = change(tables.pop(table, None))
            world.stored[self.stage, KEY] = (
                tables if changed is None else {**tables, table: changed}
            )

        return apply


def everywhere(name: str, new: str, *places: tuple[str, str]) -> Step:
    """Give the first conversation or user of the first place another id in all places."""

    def apply(world: World) -> None:
        stage, table = places[0]
        old = At(stage).first(world, table)[name]
        for stage, table in places:
            world.change(stage, KEY, table, lambda row: {**row, name: new}, **{name: old})

    return apply


def top_text(name: str, text: str) -> Step:
    """A text of a top cluster, as hierarchy, audit and release have it."""

    def apply(world: World) -> None:
        At("hierarchy").set("nodes", {name: text}, level=2, cluster=0)(world)
        for stage in ("audited_summaries", "published_insights"):
            At(stage).set("clusters", {name: text}, id=f"{KEY}:{FACET}:2:0")(world)

    return apply


def extra_column(table: pa.Table) -> pa.Table:
    """The table and a column that nobody allowed."""
    return table.append_column("note", pa.array(["x"] * table.num_rows))


def as_nullable(name: str) -> Callable[[pa.Table], pa.Table]:
    """Declare a column nullable."""

    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        return table.set_column(at, pa.field(name, table.schema.field(at).type), table[name])

    return change


def as_type(name: str, column_type: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    """Store a column as another type."""

    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        found = pa.field(name, column_type, nullable=table.schema.field(at).nullable)
        return table.set_column(at, found, table[name].cast(column_type))

    return change
