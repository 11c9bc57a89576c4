"""What Dagster is told of a gate: one event a partition for the gate and for each of its rules."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from privacy_checks.gates.check import Judged, evaluations, gate_checks
from privacy_checks.gates.meanings import MEANINGS
from privacy_checks.policy.model import PrivacyPolicy

ASSET = dg.AssetKey(["clio", "facets"])
DAYS = dg.DailyPartitionsDefinition("2026-09-28")
DAY = "2026-09-30"
RULES = {"columns": (True, {}), "accounting": (False, {"missing": 3})}
ALL = [spec.key for spec in gate_checks("facets", ASSET, DAYS)]


def told(
    rules: Mapping[str, tuple[bool, Mapping[str, int | float]]],
    *,
    sealed: bool = False,
    target: Any = None,
    selected: Any = ALL,
) -> dict[str, dg.AssetCheckEvaluation]:
    judged = Judged(ASSET, "facets", DAY, sealed, rules, "" if sealed else "facets: refused")
    return {one.check_name: one for one in evaluations(judged, PrivacyPolicy(), target, selected)}


def test_checks_are_the_gate_and_each_rule_by_its_name_when_a_stage_is_declared() -> None:
    specs = gate_checks("facets", ASSET, DAYS, {"quality": "Good enough."})
    assert [spec.name for spec in specs] == ["facets_gate", *MEANINGS["facets"], "quality"]
    assert [spec.name for spec in specs if spec.blocking] == ["facets_gate"]
    assert all(spec.description and spec.partitions_def == DAYS for spec in specs)


def test_the_rule_that_failed_is_red_alone_when_a_gate_refuses() -> None:
    found = told(RULES)
    assert [name for name, one in found.items() if not one.passed] == ["facets_gate", "accounting"]
    assert found["facets_gate"].metadata["failed_rules"].value == "accounting"
    assert found["facets_gate"].description == "facets: refused"
    assert found["accounting"].metadata["missing"].value == 3
    assert {one.partition for one in found.values()} == {DAY}


def test_rules_that_do_not_apply_pass_and_say_so_when_the_gate_has_judged() -> None:
    found = told(RULES)
    assert found["quarantine"].passed
    assert found["quarantine"].description == "Not asked for in this home."


def test_nothing_is_said_of_rules_when_the_gate_could_not_judge() -> None:
    assert [(name, one.passed) for name, one in told({}).items()] == [("facets_gate", False)]


def test_events_aim_at_the_materialization_when_the_partition_is_sealed() -> None:
    record = SimpleNamespace(storage_id=7, run_id="run", timestamp=1.0)
    found = told({"columns": (True, {})}, sealed=True, target=cast(dg.EventLogRecord, record))
    aims = {one.target_materialization_data for one in found.values()}
    assert {(aim.storage_id, aim.run_id) for aim in aims if aim} == {(7, "run")}
    assert all(one.passed for one in found.values())


@pytest.mark.parametrize("chosen", ["facets_gate", "accounting"])
def test_checks_that_were_not_selected_are_not_told_when_one_is_executed(chosen: str) -> None:
    assert list(told(RULES, selected=[dg.AssetCheckKey(ASSET, chosen)])) == [chosen]
