import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import UsageError
from clio_assets.facets.computed import COMPUTED
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.schema import BUCKETS, DEFAULT_FACETS, FACETS, facets_schema
from clio_assets.home.settings import Settings
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount import computed
from privacy_checks.stored import declared

PAGE = Path(__file__).parents[3] / "docs" / "facets.md"
MOOD = {"name": "mood", "kind": "category", "question": "How?", "values": ["calm", "cross"]}
TEXT = {"name": "obstacle", "kind": "text", "question": "What stood in the way?"}


def in_force(*facets: dict[str, Any], **settings: Any) -> tuple[FacetDefinition, ...]:
    return facets_in_force(Settings(facets=facets, **settings))


def names(*facets: dict[str, Any], **settings: Any) -> list[str]:
    return [facet.name for facet in in_force(*facets, **settings)]


def test_default_facets_are_in_force_when_nothing_is_configured() -> None:
    assert in_force() == DEFAULT_FACETS


def test_facets_of_the_operator_come_after_the_default_ones_in_their_order() -> None:
    assert names(TEXT, MOOD) == [*FACETS.names[4:], "obstacle", "mood"]


def test_facet_stands_in_the_place_of_a_default_one_when_it_has_its_name() -> None:
    found = in_force({**MOOD, "name": "task"})
    assert [facet.name for facet in found] == FACETS.names[4:]
    assert found[1] == FacetDefinition("task", "category", "How?", values=("calm", "cross"))


def test_default_facets_are_left_out_when_they_are_listed() -> None:
    assert names(without_facets=["language", "turns"]) == ["request", "task", "concern"]


def test_columns_follow_the_definitions() -> None:
    definitions = in_force(TEXT, MOOD, {"name": "length", "kind": "computed"})
    assert facets_schema(DEFAULT_FACETS) == FACETS
    schema = facets_schema(definitions)
    assert [str(schema.field(name).type) for name in ("obstacle", "mood", "length")] == [
        *("string", "string"),
        "int32",
    ]
    assert not any(schema.field(name).nullable for name in ("obstacle", "mood", "length"))


@pytest.mark.parametrize(
    ("facets", "settings", "said"),
    [
        ([MOOD, MOOD], {}, "more than once"),
        ([{**MOOD, "name": "time"}], {}, "time, because a column"),
        ([{**MOOD, "name": "user"}], {}, "user, because a column"),
        ([{**MOOD, "name": "value"}], {}, "value, because a column"),
        ([MOOD], {"without_facets": ["mood"]}, "names mood; the default facets are request, task"),
        ([{**TEXT, "name": "task"}], {"without_facets": ["task"]}, "take it out of one"),
        ([{**TEXT, "question": " "}], {}, "obstacle .* needs a question"),
        ([{**MOOD, "values": ["calm"]}], {}, "2 to 50 values"),
        ([{**MOOD, "values": ["calm", "calm"]}], {}, "each listed once"),
        ([{**MOOD, "values": ["calm", "x" * 61]}], {}, "value 2 is longer than 60"),
        (
            [{**MOOD, "values": ["calm", "a\x07b"]}],
            {},
            "value 2 is empty, or has blanks or control",
        ),
        ([{**MOOD, "values": ["calm", " cross"]}], {}, "value 2 is empty, or has blanks"),
        ([{**MOOD, "values": ["calm", ""]}], {}, "value 2 is empty"),
        ([{**MOOD, "values": ["calm", "ask a@b.example"]}], {}, "value 2 looks like personal data"),
        ([{**TEXT, "values": ["calm", "cross"]}], {}, "only categories have values"),
        ([{**MOOD, "clustered": True}], {}, "only text facets can be clustered"),
        ([{**TEXT, "clustered": True}], {}, "needs criteria"),
        ([{"name": "mood", "kind": "computed"}], {}, "computed facets are turns, length"),
        ([{**TEXT, "name": "length"}], {}, 'set kind = "computed"'),
        ([], {"without_facets": ["request"]}, "no facet is clustered"),
    ],
)
def test_configuration_is_refused_and_says_why_when_its_facets_cannot_be_used(
    facets: list[dict[str, Any]], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        in_force(*facets, **settings)


def test_value_is_let_through_when_the_policy_does_not_look_for_it() -> None:
    settings = Settings(facets=[{**MOOD, "values": ["calm", "ask a@b.example"]}])
    policy = PrivacyPolicy(detectors_off=("email", "url", "digit_run"))
    assert facets_in_force(settings, policy)[-1].values[1] == "ask a@b.example"


def test_request_can_be_left_out_when_another_facet_is_clustered() -> None:
    clustered = {**TEXT, "clustered": True, "criteria": "a noun"}
    assert names(clustered, without_facets=["request"])[-1] == "obstacle"


def test_gates_know_the_same_default_and_computed_facets() -> None:
    ours = tuple((f.name, f.kind, f.clustered, f.values) for f in DEFAULT_FACETS)
    assert ours == tuple((f.name, f.kind, f.clustered, f.values) for f in declared.DEFAULT_FACETS)
    assert dict(BUCKETS) == computed.BUCKETS
    assert set(COMPUTED) == set(BUCKETS)


def examples() -> list[dict[str, Any]]:
    """The examples of clio.toml on the page."""
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [found for block in blocks if "category" not in (found := tomllib.loads(block))]


@pytest.mark.parametrize("example", examples(), ids=lambda example: " ".join(map(str, example)))
def test_example_of_the_documentation_can_be_used(example: dict[str, Any]) -> None:
    found = facets_in_force(Settings(**example))
    assert {facet["name"] for facet in example.get("facets", [])} <= {one.name for one in found}


def test_documentation_shows_the_facets_that_people_ask_for() -> None:
    shown = {facet["name"] for example in examples() for facet in example.get("facets", [])}
    assert {"sentiment", "refusal", "collaboration", "obstacle", "length"} <= shown
    (modes,) = (
        facet["values"]
        for example in examples()
        for facet in example.get("facets", [])
        if facet["name"] == "collaboration"
    )
    for mode in ("directive", "feedback loop", "task iteration", "learning", "validation"):
        assert mode in modes
    assert any(example.get("conversations", {}).get("screener") for example in examples())


def test_length_is_that_of_the_transcript() -> None:
    row = {"turns": 2, "transcript": Conversation("bake", 2).transcript}
    assert {name: compute(row) for name, compute in COMPUTED.items()} == {"turns": 2, "length": 4}
