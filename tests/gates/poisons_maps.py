"""What can be wrong with a named map: who is on it, and what it tells beside the other maps."""

from typing import Any

import numpy as np
import pyarrow as pa

from clio_assets.slices.schema import SLICES, SLICES_SET_ASIDE
from privacy_checks.stored.declared import DEFAULT_FACETS, Declared, DeclaredMap
from tests.gates.poisons_operator import then
from tests.gates.steps import FACET, KEY, RAW, At, Poison, Step, everywhere, extra_column
from tests.gates.talks import DAYS, pseudonym
from tests.gates.valid import DIMENSION
from tests.gates.world import Row, World

MAP = At("slices")
FACETS = tuple(facet.name for facet in DEFAULT_FACETS)
#: Everyone of the valid world is on it; who speaks Welsh is not.
INSIDE = DeclaredMap("inside", (("language", ("English", "French")),), FACETS)
#: On each day, so many that nothing follows from the map and the one of all.
OUTSIDE = 6
SUPERSEDED = 2


def as_named_map(world: World) -> None:
    """The world's window becomes one of a named map: beside it there are others, in Welsh."""
    world.declared = Declared(named=INSIDE)
    add_outside(world, OUTSIDE)
    store_slices(world)
    for stage in ("audited_summaries", "published_insights"):
        # what left before the facets is on no map, but for an older record of what is on it
        accounts = world.rows(stage, KEY, "accounts")
        kept = [r for r in accounts if r["stage"] != "conversations" or r["reason"] is None]
        first = {**kept[0], "stage": "conversations", "facet": None}
        superseded = {**first, "reason": "other", "conversations": SUPERSEDED}
        world.put(stage, KEY, "accounts", [*kept, superseded])
    lineage = world.rows("published_insights", KEY, "lineage")
    whole = [_without_aside(row) if row["stage"] == "conversations" else row for row in lineage]
    slices = [{**row, "stage": "slices"} for row in whole if row["stage"] == "facets"]
    world.put("published_insights", KEY, "lineage", [*whole, *slices])
    At("published_insights").append("verdicts", {"stage": "slices"})(world)


def _without_aside(row: Row) -> Row:
    return {**row, "rows_set_aside": SUPERSEDED, "rows_in": row["rows_kept"] + SUPERSEDED}


def add_outside(world: World, each_day: int, **values: Any) -> None:
    """Conversations that the map does not ask for, of as many users."""
    for at, day in enumerate(DAYS):
        row = world.rows("facets", day, "facets")[0]
        for number in range(each_day):
            conversation = pseudonym("c", 5_000 + 100 * at + number)
            other = {
                "conversation": conversation,
                "user": pseudonym("u", 5_000 + 100 * at + number),
                "language": "Welsh",
                "concern": 5,
                "turns": 30,
                "flagged": None,
            }
            world.append("facets", day, "facets", {**row, **other, **values})
            direction = np.eye(DIMENSION)[number % DIMENSION].tolist()
            vector = {"facet": FACET, "conversation": conversation, "vector": direction}
            world.append("embeddings", day, "embeddings", vector)


def store_slices(world: World) -> None:
    """The map's conversations by the language of each."""
    rows = [row for day in DAYS for row in world.rows("facets", day, "facets")]
    inside = [one for one in rows if one["language"] in INSIDE.where[0][1]]
    outside = [one for one in rows if one not in inside]
    kept = [{"conversation": one["conversation"]} for one in inside]
    aside = [{"conversation": one["conversation"], "reason": "outside"} for one in outside]
    world.stored["slices", KEY] = {
        "slices": pa.Table.from_pylist(kept, schema=SLICES),
        "set_aside": pa.Table.from_pylist(aside, schema=SLICES_SET_ASIDE),
    }


def on_named_map(step: Step) -> Step:
    """The step on a named map."""
    return then(as_named_map, step)


def outsider_in(world: World) -> None:
    """Somebody whom the map does not ask for is on it."""
    row = MAP.first(world, "set_aside")
    MAP.drop("set_aside")(world)
    world.append("slices", KEY, "slices", {"conversation": row["conversation"]})


def in_both(world: World) -> None:
    """Somebody on the map is set aside as well."""
    row = MAP.first(world, "slices")
    world.append("slices", KEY, "set_aside", {**row, "reason": "too_few_beside"})


def somebody_left_out(reason: str) -> Step:
    """Somebody whom the map asks for is not on it."""

    def apply(world: World) -> None:
        row = MAP.first(world, "slices")
        MAP.drop("slices")(world)
        world.append("slices", KEY, "set_aside", {**row, "reason": reason})

    return apply


def few_outside(world: World) -> None:
    """One conversation a day is not on the map: taken from the map of all it tells of two."""
    for day in DAYS:
        for stage, table in (("facets", "facets"), ("embeddings", "embeddings")):
            rows = world.rows(stage, day, table)
            gone = {pseudonym("c", 5_000 + 100 * at + n) for at in (0, 1) for n in range(1, 6)}
            world.put(stage, day, table, [r for r in rows if r["conversation"] not in gone])
    store_slices(world)


def nobody_on_it(world: World) -> None:
    """The map is held back although it tells of nobody."""
    rows = world.rows("slices", KEY, "slices")
    world.put("slices", KEY, "slices", [])
    aside = [{**row, "reason": "too_few_beside"} for row in rows]
    world.append("slices", KEY, "set_aside", *aside)


def few_of_a_value(world: World) -> None:
    """Of those who are not on the map, one is as concerning as those who are."""
    row = {"concern": 1}
    world.change(
        "facets",
        DAYS[0],
        "facets",
        lambda found: {**found, **row},
        conversation=pseudonym("c", 5_000),
    )


SLICES_POISONS = [
    MAP.poison("accounting", "lost", on_named_map(MAP.drop("set_aside"))),
    MAP.poison("accounting", "in both", on_named_map(in_both)),
    MAP.poison(
        "pseudonyms",
        "raw id",
        on_named_map(everywhere("conversation", RAW, ("slices", "slices"), ("facets", "facets"))),
    ),
    MAP.poison("reasons", "free text", on_named_map(MAP.set("set_aside", {"reason": "odd"}))),
    MAP.poison("membership", "outsider", on_named_map(outsider_in)),
    MAP.poison("membership", "left out", on_named_map(somebody_left_out("outside"))),
    MAP.poison("membership", "in part", on_named_map(somebody_left_out("too_few_beside"))),
    MAP.poison("beside", "few outside", on_named_map(few_outside)),
    MAP.poison("beside", "held back for nothing", on_named_map(nobody_on_it)),
]
CELLS_POISONS = [
    At("audited_summaries").poison("beside", "few of a value", on_named_map(few_of_a_value)),
]
POISONS: list[Poison] = SLICES_POISONS + CELLS_POISONS
UNDECLARED = [
    MAP.poison("columns", "column", on_named_map(MAP.replace("slices", extra_column))),
]
