"""Which values of an attribute a window tells apart, by the stage and counted again by the gate."""

from dataclasses import asdict
from random import Random

import pyarrow as pa
import pytest

from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.summaries.pooling import pooled
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.attributes import put_together
from privacy_checks.recount.counting import codes
from privacy_checks.stored.declared import DeclaredAttribute

POLICY = PrivacyPolicy(min_cell_users=2, min_cell_conversations=3)


def shown(labels: list[str | None], users: list[str], top: int) -> list[str | None]:
    """By the stage; the gate must agree."""
    model = AttributeDefinition("model", "model", "category", top=top)
    table = pa.table({"user": users, "model": pa.array(labels, pa.string())})
    found: list[str | None] = pooled(table, model, POLICY).to_pylist()
    declared, who = DeclaredAttribute(**asdict(model)), codes(table["user"])[0]
    assert put_together(declared, pa.array(labels, pa.string()), who, POLICY).to_pylist() == found
    return found


@pytest.mark.parametrize(
    ("labels", "users", "top", "expected"),
    [
        (["a"] * 3, ["u1", "u2", "u1"], 1, ["a"] * 3),
        (["a"] * 3, ["u1"] * 3, 1, ["other"] * 3),
        (["a"] * 2, ["u1", "u2"], 1, ["other"] * 2),
        (["a", None, "a", "a"], ["u1", "u1", "u2", "u2"], 1, ["a", None, "a", "a"]),
        (["b"] * 3 + ["a"] * 3, ["u1", "u2", "u3"] * 2, 1, ["other"] * 3 + ["a"] * 3),
        (["b"] * 4 + ["a"] * 3, ["u1", "u2", "u3", "u4"] * 2, 1, ["b"] * 4 + ["other"] * 3),
        (["other"] * 9 + ["a"] * 3, ["u1", "u2", "u3"] * 4, 1, ["other"] * 9 + ["a"] * 3),
        ([None, None], ["u1", "u2"], 1, [None, None]),
        ([], [], 1, []),
    ],
    ids=["many", "one user", "few", "unknown", "tie", "beyond the top", "other", "none", "empty"],
)
def test_only_common_values_of_enough_users_are_told_apart(
    labels: list[str | None], users: list[str], top: int, expected: list[str | None]
) -> None:
    users = users[: len(labels)]
    assert shown(labels, users, top) == expected


@pytest.mark.parametrize("seed", range(20))
def test_stage_and_gate_agree_when_values_are_random(seed: int) -> None:
    random = Random(seed)
    rows = random.randrange(1, 60)
    labels = [random.choice(["a", "b", "c", "d", "other", None]) for _ in range(rows)]
    users = [f"u{random.randrange(5)}" for _ in range(rows)]
    assert len(shown(labels, users, random.randrange(1, 4))) == rows


def test_all_declared_values_are_told_apart_when_few_have_them() -> None:
    plan = AttributeDefinition("plan", "plan", "category", ("free", "paid"))
    table = pa.table({"user": ["u1"], "plan": ["paid"]})
    assert pooled(table, plan, POLICY).to_pylist() == ["paid"]
