"""Labels of declared attributes, by the stage and by the gate that reads them a second time."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pytest

from clio_assets.conversations.attributes import Labels
from clio_assets.domain.attributes import AttributeDefinition
from privacy_checks.detectors import registry_of
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.attributes import landed_labels, landed_numbers
from privacy_checks.stored.declared import DeclaredAttribute

POLICY = PrivacyPolicy()
MODEL = AttributeDefinition("model", "model", "category", top=3)
PLAN = AttributeDefinition("plan", "plan", "category", ("free", "paid"))
TAGS = AttributeDefinition("tags", "tags", "category", top=3)
BETA = AttributeDefinition("beta", "tags", "category", ("beta", "internal"))
COST = AttributeDefinition("cost", "cost_usd", "number", bins=(0.5, 1, 1000))
ERROR = AttributeDefinition("error", "error", "boolean")
DEEP = AttributeDefinition("client", "metadata.app.client", "category", top=3)


def by_stage(attribute: AttributeDefinition, told: Any, beside: Any = None) -> str | None:
    labels = Labels.under((attribute,), POLICY)
    return labels.of(json.dumps(told), json.dumps(beside))[attribute.name]


def by_gate(attribute: AttributeDefinition, told: Any, beside: Any = None) -> Counter[str]:
    landed = pa.table({"attributes": [json.dumps(told)], "metadata": [json.dumps(beside)]})
    declared = DeclaredAttribute(**asdict(attribute))
    return landed_labels(declared, landed, registry_of(POLICY).has_hit)


@pytest.mark.parametrize(
    ("attribute", "said", "label"),
    [
        (MODEL, "swift-2", "swift-2"),
        (MODEL, "  swift \n 2 ", "swift 2"),
        (MODEL, 3.0, "3"),
        (MODEL, 2.5, "2.5"),
        (MODEL, True, "true"),
        (MODEL, "x" * 60, "x" * 60),
        (MODEL, "x" * 61, "other"),
        (MODEL, "a\u0007b", "other"),
        (MODEL, {"name": "swift"}, "other"),
        (MODEL, "write to maren@post.example.org", "other"),
        *((MODEL, said, None) for said in (None, "", " ", "None", "null", "nan", [], {}, "<NA>")),
        (MODEL, float("nan"), None),
        (PLAN, "free", "free"),
        (PLAN, "Free", "other"),
        (PLAN, "trial", "other"),
        (TAGS, ["beta", "fast"], "beta"),
        (TAGS, ["", None, "fast"], "fast"),
        (TAGS, [["fast"]], "other"),
        (BETA, ["fast", "internal", "beta"], "internal"),
        (BETA, ["fast"], "other"),
        (COST, 0.1, "under 0.5"),
        (COST, 0.5, "0.5 to under 1"),
        (COST, "2", "1 to under 1,000"),
        (COST, 1000, "1,000 or more"),
        (COST, "much", "other"),
        (COST, True, "other"),
        (COST, float("inf"), "other"),
        (COST, {}, None),
        (ERROR, True, "true"),
        (ERROR, 0, "false"),
        (ERROR, "No", "false"),
        (ERROR, "perhaps", "other"),
    ],
)
def test_label_is_the_same_for_stage_and_gate_when_a_source_says_something(
    attribute: AttributeDefinition, said: object, label: str | None
) -> None:
    told = {attribute.source: said}
    assert by_stage(attribute, told) == label
    assert by_gate(attribute, told) == Counter([label] if label else [])


@pytest.mark.parametrize(
    ("said", "number"),
    [
        (0.1, 0.5),
        (0.5, 0.5),
        ("2", 2.0),
        (7, 7.0),
        ([None, 3, 4], 3.0),
        (10**9, 1000.0),
        *((said, None) for said in ("much", True, float("inf"), {"a": 1}, {}, None, "None", [])),
    ],
)
def test_number_is_the_same_for_stage_and_gate_and_within_its_range_when_it_is_averaged(
    said: object, number: float | None
) -> None:
    told = json.dumps({COST.source: said})
    assert Labels.under((COST, MODEL), POLICY).numbers(told, None) == {"cost": number}
    landed = pa.table({"attributes": [told], "metadata": [None]})
    found = landed_numbers(DeclaredAttribute(**asdict(COST)), landed)
    assert found == Counter([] if number is None else [number])


@pytest.mark.parametrize(
    ("metadata", "label"),
    [
        ({"app": {"client": "web"}}, "web"),
        ({"app.client": "web", "app": {"client": "phone"}}, "web"),
        ({"app": '{"client": "web"}'}, "web"),
        ({"app": "web"}, None),
        ({"client": "web"}, None),
        (None, None),
        (["web"], None),
    ],
)
def test_label_is_found_in_metadata_when_the_path_leads_there(
    metadata: object, label: str | None
) -> None:
    assert by_stage(DEEP, {"client": "no"}, metadata) == label
    assert by_gate(DEEP, {"client": "no"}, metadata) == Counter([label] if label else [])


def test_undeclared_values_are_in_no_label_when_others_are_read() -> None:
    said = {"model": "swift", "region": "canary-region", "tags": ["canary-tag"]}
    labels = Labels.under((MODEL, PLAN), POLICY).of(json.dumps(said), '{"k": "canary-meta"}')
    assert labels == {"model": "swift", "plan": None}
