"""The topic tree is large, complete and free of broken templates."""

import re
from collections import Counter
from random import Random

import pytest

from clio_assets.sample.personal_data.plant import KINDS
from clio_assets.sample.specials import coordinated_topic, rare_topics
from clio_assets.sample.templates import Values
from clio_assets.sample.tree import Language, Topic, Tree, load_tree

TREE = load_tree()
ALL_TOPICS = [*TREE.topics.values(), *(row[0] for row in rare_topics()), coordinated_topic()[0]]


def test_tree_has_domains_of_several_topics_when_loaded() -> None:
    sizes = Counter(topic.domain for topic in TREE.topics.values())
    assert len(sizes) >= 12
    assert min(sizes.values()) >= 3


def test_topics_have_distinct_names_when_loaded() -> None:
    names = Counter(topic.name for topic in ALL_TOPICS)
    assert [name for name, count in names.items() if count > 1] == []


def test_shares_add_up_to_one_when_summed_over_languages() -> None:
    assert sum(language.share for language in TREE.languages.values()) == pytest.approx(1)


def test_languages_word_known_topics_only_when_loaded() -> None:
    for code, language in TREE.languages.items():
        worded = {key for key, topic in TREE.topics.items() if code in topic.wordings}
        assert set(language.topic_weights) == worded


def test_english_has_carriers_for_every_kind_when_loaded() -> None:
    assert set(TREE.languages["en"].carriers) == set(KINDS)
    for language in TREE.languages.values():
        assert set(language.carriers) <= set(KINDS)


@pytest.mark.parametrize("topic", ALL_TOPICS, ids=lambda topic: topic.key)
def test_templates_leave_no_slot_when_filled(topic: Topic) -> None:
    for wording in topic.wordings.values():
        assert wording.asks
        assert wording.advice
        assert wording.details
        texts = (*wording.tasks, *wording.asks, *wording.details, *wording.followups)
        for text in (*texts, *wording.fragments, *wording.situations):
            filled = Values(wording.slots, Random(text)).fill(text)
            assert "{" not in filled
            assert "}" not in filled
        for text in wording.pasted:  # may hold braces of its own
            assert not re.search(
                r"\{[a-z_]+\d?\}", text.format_map(Values(wording.slots, Random(0)))
            )


def test_topics_are_worded_in_many_ways_when_loaded() -> None:
    for topic in TREE.topics.values():
        for code, wording in topic.wordings.items():
            ways = {*wording.tasks, *wording.asks, *wording.fragments}
            least = 15 if code == "en" else 5
            assert len(ways) >= least, (topic.key, code)


@pytest.mark.parametrize("language", TREE.languages.values(), ids=lambda language: language.code)
def test_general_phrases_can_be_filled_when_used_with_any_topic(language: Language) -> None:
    for key in language.topic_weights:
        slots = TREE.topics[key].wordings[language.code].slots
        for text in (*language.contexts, *language.tails, *language.followups):
            assert "{" not in Values(slots, Random(0)).fill(text)


def test_every_topic_is_in_english_and_some_in_others_when_loaded() -> None:
    tree: Tree = TREE
    assert all("en" in topic.wordings for topic in tree.topics.values())
    assert sum(len(topic.wordings) > 1 for topic in tree.topics.values()) >= 30
