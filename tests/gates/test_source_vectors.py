"""Vectors that a source has of its own are what was landed, whole, and of the declared length."""

from importlib import import_module

import pyarrow as pa
import pytest

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.rules.judging import RuleResult
from privacy_checks.stored.declared import Declared, DeclaredVectors
from tests.gates.poisons_vectors import LANDED, POISONS, of_source
from tests.gates.steps import KEY, Poison
from tests.gates.test_gates import failed
from tests.gates.world import World

STAGES = ("conversations", "embeddings")


def checks(stage: str, world: World, policy: PrivacyPolicy) -> dict[str, bool]:
    gate = import_module(f"privacy_checks.gates.{stage}")
    return {one.check: one.passed for one in gate.judge(world.at(stage, KEY), policy)}


@pytest.mark.parametrize("stage", STAGES)
def test_partition_is_sealed_when_its_vectors_are_those_of_the_source(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    of_source(world)
    gate = import_module(f"privacy_checks.gates.{stage}")
    found = checks(stage, world, policy)
    assert set(found) == {"columns", *gate.RULES, *gate.OF_VECTORS}
    assert all(found.values())


@pytest.mark.parametrize("poison", POISONS, ids=str)
def test_partition_is_refused_when_something_is_wrong_with_its_vectors(
    poison: Poison, world: World, policy: PrivacyPolicy
) -> None:
    poison.apply(world)
    assert poison.check in failed(poison, world, policy)


@pytest.mark.parametrize(
    "poison", [one for one in POISONS if one.check.endswith("vectors")], ids=str
)
def test_partition_would_be_sealed_when_the_check_of_vectors_is_switched_off(
    poison: Poison, world: World, policy: PrivacyPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison.apply(world)
    assert failed(poison, world, policy) == [poison.check]
    rules = import_module(f"privacy_checks.gates.{poison.stage}").OF_VECTORS
    monkeypatch.setitem(rules, poison.check, lambda evidence, policy: RuleResult(0))
    assert failed(poison, world, policy) == []


@pytest.mark.parametrize("stage", STAGES)
def test_columns_fail_when_vectors_are_stored_and_none_are_declared(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    of_source(world)
    world.declared = Declared()
    assert not checks(stage, world, policy)["columns"]


@pytest.mark.parametrize("stage", STAGES)
def test_columns_fail_without_an_error_when_vectors_are_declared_and_none_are_stored(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    world.declared = Declared(source_vectors=DeclaredVectors("request", 3))
    assert checks(stage, world, policy) == {"columns": False}


def test_conversations_are_sealed_when_an_earlier_landing_knows_of_no_vectors(
    world: World, policy: PrivacyPolicy
) -> None:
    """A source that is gone was landed before vectors were declared: none of its have one."""
    of_source(world)
    landed = world.stored["landing", "source"]
    before = landed[LANDED].drop_columns(["vector", "vector_fault"])
    world.stored["landing", "source"] = {**landed, LANDED: before}
    kept = world.stored["conversations", KEY]
    ids = kept["conversations"]["conversation"].to_pylist()
    rows = [{"conversation": one, "reason": "no_vector"} for one in ids]
    world.put("conversations", KEY, "without_vector", rows)
    world.put("conversations", KEY, "vectors", [])
    assert all(checks("conversations", world, policy).values())


def test_conversations_are_sealed_when_vectors_were_landed_and_are_no_longer_declared(
    world: World, policy: PrivacyPolicy
) -> None:
    plain = dict(world.stored["conversations", KEY])
    of_source(world)
    world.stored["conversations", KEY] = plain
    world.declared = Declared()
    assert all(checks("conversations", world, policy).values())


@pytest.mark.parametrize("stage", STAGES)
def test_verdicts_are_the_same_as_ever_when_no_vectors_are_declared(
    stage: str, world: World, policy: PrivacyPolicy
) -> None:
    gate = import_module(f"privacy_checks.gates.{stage}")
    assert list(checks(stage, world, policy)) == ["columns", *gate.RULES]


def test_seals_hold_for_what_is_declared_when_vectors_are() -> None:
    declared = [
        Declared(),
        Declared(source_vectors=DeclaredVectors("request", 3)),
        Declared(source_vectors=DeclaredVectors("request", 4)),
    ]
    for stage in STAGES:
        assert len({one.digest_for(stage) for one in declared}) == len(declared)
    for stage in ("facets", "clusters", "hierarchy", "audited_summaries"):
        assert len({one.digest_for(stage) for one in declared}) == 1


def test_verdicts_are_only_counts_when_vectors_are_poisoned(
    world: World, policy: PrivacyPolicy
) -> None:
    of_source(world)
    world.stored["embeddings", KEY]["source_vectors"] = pa.concat_tables(
        [world.stored["embeddings", KEY]["source_vectors"]] * 2
    )
    gate = import_module("privacy_checks.gates.embeddings")
    for verdict in gate.judge(world.at("embeddings", KEY), policy):
        assert all(isinstance(number, int | float) for number in verdict.numbers.values())
