"""Planned conversations come in fixed numbers, whatever the size of the sample."""

import json
from collections import Counter
from datetime import datetime

import pytest

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.specials import EDGES, RESENT, plan, rare_topics
from clio_assets.sample.stream import Sample
from clio_assets.sample.tree import load_tree


def of_edge(sample: list[Sample], edge: str) -> list[Sample]:
    found = [one for one in sample if one.truth["edge"] == edge]
    assert len(found) == EDGES[edge]  # type: ignore[index]
    return found


def test_rare_topics_are_below_the_thresholds_when_default(sample: list[Sample]) -> None:
    rare = [one for one in sample if one.truth["rare"]]
    conversations = Counter(one.truth["topic"] for one in rare)
    assert len(conversations) >= 6
    for topic, count in conversations.items():
        users = {one.user for one in rare if one.truth["topic"] == topic}
        assert count < 20 or len(users) < 10


def test_one_rare_topic_is_large_but_of_few_users_when_default(sample: list[Sample]) -> None:
    counted = Counter(one.truth["topic"] for one in sample if one.truth["rare"])
    topic, count = counted.most_common(1)[0]
    assert count > 50
    assert len({one.user for one in sample if one.truth["topic"] == topic}) < 10


def test_rare_and_coordinated_are_as_many_when_the_sample_is_large() -> None:
    few = Counter((s.label) for s in plan(SampleSettings()) if s.rare or s.coordinated)
    many = plan(SampleSettings(conversations=1_000_000))
    assert Counter(s.label for s in many if s.rare or s.coordinated) == few


def test_rare_topics_are_apart_from_the_tree_when_loaded() -> None:
    keys = {topic.key for topic, _, _ in rare_topics()}
    assert not keys & set(load_tree().topics)


def test_coordinated_accounts_share_script_and_hours_when_default(sample: list[Sample]) -> None:
    group = [one for one in sample if one.truth["coordinated"]]
    accounts = Counter(one.user for one in group)
    assert len(accounts) == 30
    assert set(accounts.values()) == {6}
    assert {datetime.fromisoformat(one.record["started_at"]).hour for one in group} == {2, 3}
    for one in group:
        request = one.record["messages"][0]["content"].lower()
        assert sum(word in request for word in ("brindle", "comment", "toll")) >= 2
    others = {one.user for one in sample if not one.truth["coordinated"]}
    assert not others & set(accounts)


def test_copies_equal_their_originals_when_default(sample: list[Sample]) -> None:
    originals = {
        one.record["conversation_id"]: one for one in sample if one.truth["duplicate_of"] is None
    }
    copies = [one for one in sample if one.truth["duplicate_of"] is not None]
    resent = 0
    for copy in copies:
        original = originals[copy.truth["duplicate_of"]]
        assert copy.record["messages"] == original.record["messages"]
        assert copy.record["user_id"] == original.record["user_id"]
        resent += copy.record["conversation_id"] != original.record["conversation_id"]
        if copy.record["conversation_id"] == original.record["conversation_id"]:
            assert copy.record == original.record
    assert len(copies) == 36
    assert resent == RESENT


def test_nothing_else_is_a_duplicate_when_default(sample: list[Sample]) -> None:
    contents = Counter(
        (one.record["user_id"], json.dumps(one.record["messages"]))
        for one in sample
        if one.truth["duplicate_of"] is None
    )
    assert max(contents.values()) == 1
    ids = Counter(
        one.record["conversation_id"] for one in sample if one.truth["duplicate_of"] is None
    )
    assert max(ids.values()) == 1


def test_very_long_conversations_exceed_thirty_thousand_characters_when_default(
    sample: list[Sample],
) -> None:
    for one in of_edge(sample, "very_long"):
        assert sum(len(message["content"]) for message in one.record["messages"]) > 30_000


def test_emoji_stand_in_every_message_when_planned(sample: list[Sample]) -> None:
    for one in of_edge(sample, "emoji"):
        assert all(max(map(ord, m["content"])) > 0x2700 for m in one.record["messages"])


def test_right_to_left_texts_are_arabic_or_hebrew_when_planned(sample: list[Sample]) -> None:
    found = of_edge(sample, "right_to_left")
    assert {one.truth["language"] for one in found} == {"Arabic", "Hebrew"}
    for one in found:
        assert any("\u0590" <= c <= "\u06ff" for c in one.record["messages"][0]["content"])
    names = {topic.name: topic.domain for topic in load_tree().topics.values()}
    assert all(names[one.truth["topic"]] == one.truth["domain"] for one in found)


@pytest.mark.parametrize(
    ("edge", "roles"),
    [
        ("consecutive_user", ["user", "user", "user", "user", "assistant"]),
        ("empty_assistant", ["user", "assistant"] * 3),
        ("single_user", ["user"]),
    ],
)
def test_roles_are_unusual_when_planned(sample: list[Sample], edge: str, roles: list[str]) -> None:
    for one in of_edge(sample, edge):
        assert [message["role"] for message in one.record["messages"]] == roles
        empty = any(message["content"] == "" for message in one.record["messages"])
        assert empty == (edge == "empty_assistant")


@pytest.mark.parametrize("count", [1, 7, 60, 400, 1_000])
def test_copies_keep_their_originals_when_the_plan_is_thinned(count: int) -> None:
    planned = plan(SampleSettings(conversations=count))
    originals = {special.label for special in planned if special.copy is None}
    assert {special.label for special in planned} == originals
    assert len(planned) <= count
