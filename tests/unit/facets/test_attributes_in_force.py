"""What `[[attributes]]` of clio.toml may say."""

import re
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from clio_assets.domain.attributes import AttributeDefinition, bin_labels
from clio_assets.errors import UsageError
from clio_assets.facets.attributes_in_force import attributes_in_force
from clio_assets.facets.in_force import facets_in_force
from clio_assets.home.settings import Settings
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import DeclaredAttribute

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
MODEL: dict[str, Any] = {"name": "model"}
COST: dict[str, Any] = {"name": "cost", "from": "cost_usd", "kind": "number", "bins": [1, 10]}


def in_force(*attributes: dict[str, Any], **settings: Any) -> tuple[AttributeDefinition, ...]:
    made, policy = Settings(attributes=attributes, **settings), PrivacyPolicy()
    return attributes_in_force(made, facets_in_force(made, policy), policy)


def test_attribute_takes_its_name_from_the_source_when_nothing_else_is_said() -> None:
    assert in_force(MODEL, COST) == (
        AttributeDefinition("model", "model", "category", top=10),
        AttributeDefinition("cost", "cost_usd", "number", bins=(1, 10)),
    )


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ({"name": "language"}, "has that name"),
        ({"name": "turns"}, "has that name"),
        ({"name": "mood"}, "has that name"),
        ({"name": "time"}, "has that name"),
        ({"name": "cluster"}, "has that name"),
        ({**MODEL, "from": "metadata."}, "`from` is a name"),
        ({**MODEL, "from": " model"}, "`from` is a name"),
        ({**COST, "values": ["a", "b"]}, "only a category has values"),
        ({**COST, "top": 3}, "only a category without values"),
        ({**MODEL, "values": ["a", "b"], "top": 3}, "not both"),
        ({**MODEL, "bins": [1]}, "only a number has bins"),
        ({**COST, "bins": []}, "needs bins"),
        ({**COST, "bins": [2, 1]}, "needs bins"),
        ({**COST, "bins": [1, 1]}, "needs bins"),
        ({**COST, "bins": [float("inf")]}, "needs bins"),
        ({**MODEL, "values": ["a", "a"]}, "listed once"),
        ({**MODEL, "values": ["a", "other"]}, "goes without saying"),
        ({**MODEL, "values": ["a", " b"]}, "value 2 is empty"),
        ({**MODEL, "values": ["a", "b" * 61]}, "value 2 is longer"),
        ({**MODEL, "values": ["a", "b@c.example.org"]}, "value 2 looks like personal data"),
    ],
)
def test_attribute_is_refused_and_named_when_it_cannot_be_used(
    attribute: dict[str, Any], said: str
) -> None:
    mood = {"name": "mood", "kind": "scale", "question": "How?"}
    with pytest.raises(UsageError, match=said) as caught:
        in_force(attribute, facets=[mood])
    assert attribute["name"] in str(caught.value)
    assert "b@c" not in str(caught.value)


def test_attribute_is_refused_when_another_one_has_its_name() -> None:
    with pytest.raises(UsageError, match="another attribute has that name"):
        in_force(MODEL, {**COST, "name": "model"})


@pytest.mark.parametrize("bins", [(1.0,), (0.5, 1, 1000), (-2, 0, 2.25)])
def test_ranges_are_called_the_same_by_stage_and_gate(bins: tuple[float, ...]) -> None:
    definition = AttributeDefinition("cost", "cost", "number", bins=bins)
    declared = DeclaredAttribute(**asdict(definition))
    assert declared.labels == (*bin_labels(bins), "other")


def test_example_of_the_documentation_can_be_used() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    examples = [found for block in blocks if "attributes" in (found := tomllib.loads(block))]
    assert examples
    for example in examples:
        assert len(in_force(*example["attributes"])) == len(example["attributes"])
