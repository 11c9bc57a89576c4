"""What the gates say of means, and of the order of values, when one thing about them is broken."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from clio_assets.summaries import means as means_module
from privacy_checks.gates import audited_summaries, published_insights
from privacy_checks.recount.rounding import Nesting
from privacy_checks.recount.slices import Everyone
from privacy_checks.rules import summary_evidence
from privacy_checks.rules.judging import RuleResult
from privacy_checks.stored.declared import OTHER, Declared, DeclaredAttribute
from tests.gates.test_operator_chain import (
    DAYS,
    POLICY,
    WINDOW,
    audited_again,
    made,
)
from tests.gates.world import Row, World

Change = Callable[[list[Row]], list[Row]]


@pytest.fixture(scope="module")
def whole() -> World:
    return made(())


@pytest.fixture
def world(whole: World) -> World:
    """A copy whose tables can be replaced."""
    stored = {at: dict(tables) for at, tables in whole.stored.items()}
    return World(stored, whole.analyst, whole.declared)


def failed(
    world: World, gate: Any = audited_summaries, stage: str = "audited_summaries"
) -> list[str]:
    verdicts = gate.judge(world.at(stage, WINDOW), POLICY)
    return [verdict.check for verdict in verdicts if not verdict.passed]


def first(values: Callable[[Row], Row], **where: Any) -> Change:
    """Other values in the first row that is shown and has the given ones."""

    def change(rows: list[Row]) -> list[Row]:
        fits = (
            not row.get("suppressed") and all(row[name] == of for name, of in where.items())
            for row in rows
        )
        at = list(fits).index(True)
        return [*rows[:at], {**rows[at], **values(rows[at])}, *rows[at + 1 :]]

    return change


def of_window(row: Row) -> Row:
    """What a window that hides its mean says."""
    return {"suppressed": True, "mean": None, "step": None}


WHOLE = {"cluster": None, "clustered_facet": "request"}
POISONS: list[tuple[str, str, str, Change]] = [
    ("breakdowns", "means", "moved", first(lambda row: {"mean": row["mean"] + row["step"]})),
    (
        "breakdowns",
        "means",
        "finer than one user can move it",
        first(lambda row: {"step": row["step"] / 10}, **WHOLE),
    ),
    ("breakdowns", "means", "coarser", first(lambda row: {"mean": 0.0, "step": 100.0}, **WHOLE)),
    ("breakdowns", "means", "odd steps", first(lambda row: {"step": row["step"] * 1.5})),
    ("breakdowns", "means", "shown without a number", first(lambda row: {"mean": None})),
    ("breakdowns", "means", "not a number", first(lambda row: {"mean": float("nan")})),
    ("breakdowns", "means", "lost", lambda rows: rows[:-1]),
    ("breakdowns", "means", "all lost", lambda rows: []),
    ("breakdowns", "means", "twice", lambda rows: [*rows, rows[-1]]),
    ("breakdowns", "means", "undeclared", lambda rows: [*rows, {**rows[0], "attribute": "cost"}]),
    ("breakdowns", "means", "no mean", lambda rows: [*rows, {**rows[0], "attribute": "plan"}]),
    ("breakdowns", "means", "of another window", first(lambda row: {"window": "2026-10-05"})),
    (
        "breakdowns",
        "means",
        "of no cluster",
        lambda rows: [*rows, {**rows[0], "cluster": f"{WINDOW}:request:0:99"}],
    ),
    (
        "suppression",
        "means",
        "speaking",
        lambda rows: [*rows[:-1], {**rows[-1], "suppressed": True}],
    ),
    ("nesting", "means", "below a window that hides it", first(of_window, **WHOLE)),
    ("breakdowns", "attributes", "another place", first(lambda row: {"place": 7}, value="free")),
    ("breakdowns", "attributes", "no place", first(lambda row: {"place": None}, value="free")),
    ("breakdowns", "attributes", "another kind", first(lambda row: {"kind": "number"})),
    ("breakdowns", "attributes", "lost", lambda rows: rows[1:]),
    ("breakdowns", "attributes", "twice", lambda rows: [*rows, rows[0]]),
    (
        "breakdowns",
        "attributes",
        "declared, but not named",
        lambda rows: [*rows, {**rows[-1], "value": "under 2", "place": 0}],
    ),
]


def names(poison: tuple[str, str, str, Change]) -> str:
    return "-".join(poison[:3])


@pytest.mark.parametrize("poison", POISONS, ids=names)
def test_only_one_check_fails_when_one_thing_about_attributes_is_broken(
    poison: tuple[str, str, str, Change], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, table, _, change = poison
    assert failed(world) == []
    rows = world.rows("audited_summaries", WINDOW, table)
    world.put("audited_summaries", WINDOW, table, change(rows))
    assert failed(world) == [check]
    switched_off: Any = lambda evidence, policy: RuleResult(0)  # noqa: E731
    monkeypatch.setitem(audited_summaries.RULES, check, switched_off)
    assert failed(world) == []


def few_say_it_of_one_topic(world: World) -> None:
    """Of the first leaf three conversations alone have a number."""
    members = world.stored["clusters", WINDOW]["members"]
    of_leaf = members.filter(
        pc.and_(pc.equal(members["facet"], "request"), pc.equal(members["cluster"], 0))
    )
    silent = of_leaf["conversation"].combine_chunks().slice(3)
    for day in DAYS:
        tables = world.stored["conversations", day]
        for table in ("attributes", "numbers"):
            rows = world.rows("conversations", day, table)
            world.put(
                "conversations",
                day,
                table,
                [
                    {**row, "seconds": None} if row["conversation"] in silent.to_pylist() else row
                    for row in rows
                ],
            )
        world.stored["conversations", day] = tables
    world.stored["audited_summaries", WINDOW] = audited_again(world)


@pytest.mark.parametrize(
    ("rule", "instead", "checks"),
    [
        (
            "_few",
            lambda size, users, policy: np.zeros(len(size), dtype=bool),
            ["suppression", "derivable"],
        ),
        ("_with_safe_rests", lambda places, said, size, shown, policy: shown, ["derivable"]),
        ("steps", lambda width, users: np.full(len(users), 0.01), ["breakdowns"]),
    ],
    ids=["thresholds", "rests", "steps"],
)
def test_gate_refuses_what_a_producer_makes_when_its_rule_is_switched_off(
    world: World, monkeypatch: pytest.MonkeyPatch, rule: str, instead: Any, checks: list[str]
) -> None:
    few_say_it_of_one_topic(world)
    assert failed(world) == []
    monkeypatch.setattr(means_module, rule, instead)
    few_say_it_of_one_topic(world)
    assert failed(world) == checks


def test_release_is_refused_when_a_mean_is_not_the_audited_one(world: World) -> None:
    assert failed(world, published_insights, "published_insights") == []
    rows = world.rows("published_insights", WINDOW, "means")
    changed = first(lambda row: {"mean": row["mean"] + 1})(rows)
    world.put("published_insights", WINDOW, "means", changed)
    assert failed(world, published_insights, "published_insights") == ["copies"]


@pytest.mark.parametrize("stage", ["audited_summaries", "published_insights"])
@pytest.mark.parametrize("table", ["attributes", "means"])
def test_columns_fail_when_a_table_of_attributes_is_there_and_none_is_declared(
    world: World, stage: str, table: str
) -> None:
    gate = {one.__name__.rpartition(".")[2]: one for one in (audited_summaries, published_insights)}
    without = World(world.stored, world.analyst, Declared(world.declared.facets))
    assert failed(without, gate[stage], stage) == ["columns"]
    del world.stored[stage, WINDOW][table]
    assert failed(world, gate[stage], stage) == ["columns"]


@pytest.mark.parametrize(
    ("outside", "untold"), [(4, True), (5, False), (0, False)], ids=["few", "enough", "nobody"]
)
def test_gate_knows_which_mean_would_tell_of_few_when_it_is_of_a_named_map(
    outside: int, *, untold: bool
) -> None:
    """Of 30 conversations 10 are on the map and say a number, as do some of the others."""
    on_map = np.arange(30) < 10
    said = pa.array(["under 2" if at < 10 + outside else (OTHER, None)[at % 2] for at in range(30)])
    seconds = DeclaredAttribute("seconds", "latency_seconds", "number", bins=(2.0, 10.0))
    everyone = Everyone(
        conversation=pa.array([f"c{at}" for at in range(30)]),
        users=np.arange(30),
        labels={"seconds": said},
        embedded={"request": np.ones(30, dtype=bool)},
        on_map=on_map,
        fits=(on_map,),
        before=(np.ones(30, dtype=bool),),
    )
    nesting = Nesting(["request"] * 2, np.array([-1, 0]), np.array([-2, 0]), np.ones(2, dtype=bool))
    found = summary_evidence._untold(Declared(attributes=(seconds,)), nesting, everyone, POLICY)
    assert found["seconds"].tolist() == [untold, False]
