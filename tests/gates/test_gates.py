"""Every gate seals what is valid, and refuses what is broken by exactly the check for it.

Each poisoning is judged twice. With all rules only the named check fails; with that rule switched
off everything passes: without the check the poisoned partition would be sealed.
"""

from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.rules import judging
from privacy_checks.rules.judging import RuleResult
from tests.gates import (
    poisons_daily,
    poisons_maps,
    poisons_operator,
    poisons_published,
    poisons_window,
)
from tests.gates.steps import KEY, At, Poison, Step, as_nullable, as_type, extra_column
from tests.gates.world import World

STAGES = {
    "conversations": "conversations",
    "facets": "facets",
    "embeddings": "set_aside",
    "clusters": "members",
    "hierarchy": "nodes",
    "audited_summaries": "breakdowns",
    "published_insights": "verdicts",
}
RULES = [
    *poisons_daily.POISONS,
    *poisons_window.POISONS,
    *poisons_published.POISONS,
    *poisons_operator.POISONS,
    *poisons_maps.POISONS,
]
#: Tables that the rules can read although they are not as they should be.
COLUMNS = [
    *(
        At(stage).poison("columns", "column", At(stage).replace(table, extra_column))
        for stage, table in STAGES.items()
    ),
    *poisons_operator.UNDECLARED,
    *poisons_maps.UNDECLARED,
    At("clusters").poison(
        "columns", "nullable", At("clusters").replace("members", as_nullable("user"))
    ),
    At("facets").poison(
        "columns", "table", At("facets").replace("notes", lambda _: pa.table({"a": [1]}))
    ),
]
UNREADABLE = [
    *poisons_daily.UNREADABLE,
    *poisons_operator.MISSING,
    At("facets").poison(
        "columns", "type", At("facets").replace("facets", as_type("concern", pa.string()))
    ),
    At("embeddings").poison(
        "columns",
        "vectors",
        At("embeddings").replace("embeddings", as_type("vector", pa.list_(pa.float32()))),
    ),
    At("hierarchy").poison(
        "columns", "wide", At("hierarchy").replace("nodes", as_type("size", pa.int64()))
    ),
    At("published_insights").poison(
        "columns",
        "twice",
        At("published_insights").replace(
            "windows", lambda t: t.append_column(t.schema.field(0), t.column(0))
        ),
    ),
]


def gate_of(stage: str) -> Any:
    """The module of a stage's gate."""
    return import_module(f"privacy_checks.gates.{stage}")


def failed(poison: Poison, world: World, policy: PrivacyPolicy) -> list[str]:
    """The checks that fail."""
    in_force = policy.model_copy(update=dict(poison.policy))
    verdicts = gate_of(poison.stage).judge(world.at(poison.stage, KEY), in_force)
    return [verdict.check for verdict in verdicts if not verdict.passed]


@pytest.mark.parametrize("stage", STAGES)
def test_partition_is_sealed_when_it_is_valid(
    stage: str, valid_world: World, policy: PrivacyPolicy
) -> None:
    gate = gate_of(stage)
    for found, key in valid_world.stored:
        if found == stage:
            verdicts = gate.judge(valid_world.at(stage, key), policy)
            assert [verdict.check for verdict in verdicts] == ["columns", *gate.RULES]
            assert [verdict for verdict in verdicts if not verdict.passed] == []


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        *((stage, poisons_operator.own_facets) for stage in ("facets", "embeddings", "clusters")),
        *(
            (stage, poisons_operator.heading_at_the_top)
            for stage in ("hierarchy", "audited_summaries", "published_insights")
        ),
        (
            "hierarchy",
            poisons_operator.then(poisons_operator.line_of_a_leaf, poisons_operator.french),
        ),
        *(
            (stage, poisons_maps.as_named_map)
            for stage in (
                *("slices", "clusters", "hierarchy"),
                *("audited_summaries", "published_insights"),
            )
        ),
        ("conversations", poisons_operator.own_attributes),
        ("facets", poisons_operator.own_attributes),
        ("facets", poisons_operator.as_category("English", "French", "Welsh")),
        ("audited_summaries", poisons_operator.as_category("English", "French", "Welsh")),
        *(
            (stage, poisons_operator.categories_at_the_top)
            for stage in ("hierarchy", "audited_summaries", "published_insights")
        ),
    ],
)
def test_partition_is_sealed_when_facets_or_categories_are_the_operators_own(
    stage: str, step: Step, world: World, policy: PrivacyPolicy
) -> None:
    step(world)
    assert failed(At(stage).poison("", "nothing", step), world, policy) == []


@pytest.mark.parametrize("poison", RULES, ids=str)
def test_only_one_check_fails_when_one_thing_is_broken(
    poison: Poison, world: World, policy: PrivacyPolicy
) -> None:
    poison.apply(world)
    assert failed(poison, world, policy) == [poison.check]


@pytest.mark.parametrize("poison", RULES, ids=str)
def test_partition_would_be_sealed_when_its_check_is_switched_off(
    poison: Poison, world: World, policy: PrivacyPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison.apply(world)
    rules = gate_of(poison.stage).RULES
    monkeypatch.setitem(rules, poison.check, lambda evidence, policy: RuleResult(0))
    assert failed(poison, world, policy) == []


@pytest.mark.parametrize("poison", COLUMNS + UNREADABLE, ids=str)
def test_columns_fail_without_an_error_when_a_table_is_of_another_form(
    poison: Poison, world: World, policy: PrivacyPolicy
) -> None:
    poison.apply(world)
    assert failed(poison, world, policy) == ["columns"]


@pytest.mark.parametrize("poison", COLUMNS, ids=str)
def test_unexpected_column_would_be_sealed_when_the_columns_check_is_switched_off(
    poison: Poison, world: World, policy: PrivacyPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison.apply(world)
    read = judging.read_tables
    monkeypatch.setattr(
        judging,
        "read_tables",
        lambda partition, allowed: (RuleResult(0), read(partition, allowed)[1]),
    )
    assert failed(poison, world, policy) == []


@pytest.mark.parametrize("stage", [*STAGES, "slices"])
def test_every_check_has_a_poisoning_when_the_suite_is_complete(stage: str) -> None:
    assert {poison.check for poison in RULES if poison.stage == stage} == set(gate_of(stage).RULES)


@pytest.mark.parametrize("stage", STAGES)
def test_verdicts_are_only_counts_when_ever_more_is_broken(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    poisons = [poison for poison in RULES if poison.stage == stage]
    for poison in poisons:
        try:
            poison.apply(world)
        except StopIteration:
            continue  # an earlier poisoning took away the row that this one needs
        for verdict in gate_of(stage).judge(world.at(stage, KEY), policy):
            assert all(isinstance(number, int | float) for number in verdict.numbers.values())
            assert all(name.isidentifier() for name in (verdict.check, *verdict.numbers))


@pytest.mark.parametrize("stage", STAGES)
def test_verdicts_say_how_much_was_expected_when_a_check_is_a_suite(
    stage: str, valid_world: World, policy: PrivacyPolicy
) -> None:
    gate = gate_of(stage)
    found = {
        verdict.check: verdict.numbers["expectations"]
        for verdict in gate.judge(valid_world.at(stage, KEY), policy)
    }
    assert found == {check: len(expected) for check, expected in gate.suite(policy).items()}


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_sealed_when_every_input_is_empty(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    """Inputs without rows give no error; what was made of them is refused."""
    for at, tables in world.stored.items():
        if at[0] != stage:
            world.stored[at] = {name: table.slice(0, 0) for name, table in tables.items()}
    verdicts = gate_of(stage).judge(world.at(stage, KEY), policy)
    assert not all(verdict.passed for verdict in verdicts)


@pytest.mark.parametrize("stage", STAGES)
def test_partition_is_sealed_when_nothing_came_in_and_nothing_went_out(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    for at, tables in world.stored.items():
        world.stored[at] = {name: table.slice(0, 0) for name, table in tables.items()}
    verdicts = gate_of(stage).judge(world.at(stage, KEY), policy)
    assert [verdict.check for verdict in verdicts if not verdict.passed] == []


def test_conversations_are_refused_when_what_was_landed_cannot_be_read(
    world: World, policy: PrivacyPolicy
) -> None:
    landed = world.stored["landing", "source"]
    today = landed[f"landed_{KEY}"].drop_columns(["metadata"])
    world.stored["landing", "source"] = {**landed, f"landed_{KEY}": today}
    verdicts = gate_of("conversations").judge(world.at("conversations", KEY), policy)
    assert "accounting" in [verdict.check for verdict in verdicts if not verdict.passed]
