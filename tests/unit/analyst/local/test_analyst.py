from dataclasses import replace

import numpy as np
import pytest

from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.analyst.protocol import Analyst, Extraction, ParentToRename
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.domain.conversation import Conversation
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.analyst import FakeEmbedder
from tests.unit.analyst.local.naming.corpus import questions


@pytest.fixture
def analyst() -> LocalAnalyst:
    return LocalAnalyst(FakeEmbedder())


def test_local_analyst_fits_the_protocol(analyst: LocalAnalyst) -> None:
    checked: Analyst = analyst
    assert (checked.name, checked.extractive) == ("local", True)


def test_models_name_the_embedder_and_the_dictionaries(analyst: LocalAnalyst) -> None:
    assert analyst.models["likeness"] == "fake words"
    assert analyst.models["lemmas"].startswith("simplemma ")


def test_digests_differ_by_rules_and_not_by_embedder(analyst: LocalAnalyst) -> None:
    digests = analyst.prompts
    assert digests["extract"] != digests["name_clusters"]
    assert digests["audit"] == digests["rename"]
    assert replace(analyst, embedder=FakeEmbedder(8)).prompts == digests


def test_extract_and_screen_use_the_embedder(analyst: LocalAnalyst) -> None:
    conversation = Conversation("<user>Please book a flight to Rome.</user>", 1)
    asked = [facet for facet in DEFAULT_FACETS if facet.kind != "computed"]
    (found,) = analyst.extract([conversation], asked)
    assert isinstance(found, Extraction)
    assert "flight" in str(found.values["request"])
    assert analyst.screen([conversation], "Does the user want to book a flight?") == [True]


def test_names_are_those_of_the_naming_rules(analyst: LocalAnalyst) -> None:
    oil, joke = analyst.name_clusters(questions("oil", "joke"))
    assert isinstance(oil, ClusterText)
    assert isinstance(joke, ClusterText)
    assert (oil.name, joke.name) == ("Change the oil", "Ask for a joke")


def test_rename_gives_every_parent_a_name_of_its_own(analyst: LocalAnalyst) -> None:
    vector = np.ones(4, dtype=np.float32) / 2
    family = [
        Node(ClusterText(name, "Users asked. They did."), 20, vector)
        for name in ("Pay the water bill", "Ask about a phone bill")
    ]
    found = analyst.rename([ParentToRename(DEFAULT_FACETS[0], family, [])] * 2)
    names = [text.name for text in found if isinstance(text, ClusterText)]
    assert len(set(names)) == 2
    assert all("bill" in name for name in names)
