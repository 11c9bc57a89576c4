"""Every gate has a version, and every check of it has words."""

from importlib import import_module

import pytest

from clio_assets.stages import STAGES
from privacy_checks.gates.meanings import MEANINGS
from privacy_checks.gates.versions import GATE_VERSIONS


def test_every_stage_has_a_gate_version_when_the_table_is_read() -> None:
    assert list(GATE_VERSIONS) == list(STAGES)
    assert all(version >= 1 for version in GATE_VERSIONS.values())


@pytest.mark.parametrize("stage", GATE_VERSIONS)
def test_every_check_has_a_meaning_when_its_gate_is_read(stage: str) -> None:
    gate = import_module(f"privacy_checks.gates.{stage}")
    checks = {"columns", *gate.RULES, *getattr(gate, "OF_VECTORS", ())}
    assert checks == set(MEANINGS[stage])
    assert all(meaning.endswith(".") for meaning in MEANINGS[stage].values())
