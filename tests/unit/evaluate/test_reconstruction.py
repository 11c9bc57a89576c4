"""Labels told from names: the nearest label's text wins."""

import pytest

from clio_assets.evaluate.reconstruction import (
    by_parent,
    parent_of_labels,
    readable,
    reconstruct,
)
from tests.fakes.analyst import FakeEmbedder
from tests.unit.evaluate.worlds import small_map

LABELS = {"a": "bake_bread", "b": "bake_bread", "c": "fixBicycle", "d": "fixBicycle"}
#: One bread request lies among the bicycles.
FOUND = small_map({"a": 0, "b": 1, "c": 1, "d": 1})


def test_every_conversation_gets_its_clusters_label_when_names_are_compared() -> None:
    spoken = {"a": "English", "b": "French", "c": "English", "d": "English"}
    found = reconstruct(FOUND, LABELS, {}, spoken, FakeEmbedder(256))
    assert found.scores.accuracy == 0.75
    assert found.scores.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert {name: one.accuracy for name, one in found.per_language.items()} == {
        "English": 1.0,
        "French": 0.0,
    }
    assert [(one.label, one.guessed, one.conversations) for one in found.confused] == [
        ("bake_bread", "fixBicycle", 1)
    ]
    assert (found.labels, found.unguessed) == ({"bake_bread": 2, "fixBicycle": 2}, 0)


def test_descriptions_decide_when_label_names_say_nothing() -> None:
    labels = {name: {"bake_bread": "L1", "fixBicycle": "L2"}[one] for name, one in LABELS.items()}
    told = {"L1": "bake bread", "L2": "fix a bicycle"}
    found = reconstruct(FOUND, labels, told, {}, FakeEmbedder(256))
    assert found.scores.accuracy == 0.75
    assert list(found.per_language) == ["Unknown"]


def test_confusions_within_a_parent_vanish_when_looked_at_by_parent() -> None:
    found = reconstruct(FOUND, LABELS, {}, {}, FakeEmbedder(256))
    assert by_parent(found, {"bake_bread": "home", "fixBicycle": "home"}) == ({"home": 4}, [])
    counts, confused = by_parent(found, {"bake_bread": "food", "fixBicycle": "things"})
    assert counts == {"food": 2, "things": 2}
    assert [one.conversations for one in confused] == [1]


def test_label_goes_to_its_commonest_parent_when_conversations_disagree() -> None:
    labels = {"a": "x", "b": "x", "c": "x"}
    assert parent_of_labels(labels, {"a": "p", "b": "q", "c": "q"}) == {"x": "q"}


def test_label_reads_as_words_when_it_is_written_for_machines() -> None:
    assert readable("lost_luggage") == readable("lostLuggage").lower() == "lost luggage"
