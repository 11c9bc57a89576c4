"""The stream of conversations: valid, varied, ordered, repeatable and lazy."""

import json
import tracemalloc
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest

from clio_assets.errors import UsageError
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.stream import Sample, conversations
from clio_assets.sample.tree import load_tree

FIELDS = {"conversation_id", "user_id", "started_at", "messages", "metadata", "flagged"}


def started(one: Sample) -> datetime:
    return datetime.fromisoformat(one.record["started_at"])


def test_stream_has_the_asked_number_when_default(sample: list[Sample]) -> None:
    assert len(sample) == 5000


@pytest.mark.parametrize("count", [*range(1, 40), 99, 500, 1777])
def test_stream_has_the_asked_number_when_small(count: int) -> None:
    made = list(conversations(SampleSettings(conversations=count)))
    assert len(made) == count
    planned = [one for one in made if is_planned(one)]
    assert len(planned) <= count // 4 + 2


def is_planned(one: Sample) -> bool:
    truth = one.truth
    return bool(
        truth["rare"] or truth["coordinated"] or truth["edge"] or truth["duplicate_of"] is not None
    )


def test_records_have_the_plain_shape_when_made(sample: list[Sample]) -> None:
    for one in sample:
        record = one.record
        assert set(record) <= FIELDS
        assert {"conversation_id", "user_id", "started_at", "messages"} <= set(record)
        assert record["messages"][0]["role"] == "user"
        assert all(set(message) == {"role", "content"} for message in record["messages"])
        assert {message["role"] for message in record["messages"]} <= {"user", "assistant"}
        assert all(message["content"] for message in record["messages"]) or (
            one.truth["edge"] == "empty_assistant"
        )
        assert record.get("flagged") in {None, True, False}


def test_metadata_tells_nothing_of_the_truth_when_made(sample: list[Sample]) -> None:
    assert {key for one in sample for key in one.record.get("metadata", {})} == {
        "client",
        "version",
    }
    share = Counter(one.record.get("metadata", {}).get("client") for one in sample)
    concerning = Counter(
        one.record.get("metadata", {}).get("client") for one in sample if one.truth["concern"] > 2
    )
    assert concerning["web"] / concerning.total() == pytest.approx(
        share["web"] / share.total(), abs=0.08
    )


def test_stream_is_in_time_order_within_the_period_when_made(sample: list[Sample]) -> None:
    times = [started(one) for one in sample]
    assert all(earlier <= later for earlier, later in pairwise(times))
    first = datetime(2026, 9, 28, tzinfo=UTC)
    assert first <= times[0]
    assert times[-1] < first + timedelta(weeks=8)
    assert len({time.date() for time in times}) == 56


def test_stream_starts_on_the_first_day_when_another_is_asked_for() -> None:
    settings = SampleSettings(conversations=500, first_day=date(2024, 2, 28), weeks=1)
    days = {started(one).date() for one in conversations(settings)}
    assert days == {date(2024, 2, 28) + timedelta(days=day) for day in range(7)}


def test_stream_is_the_same_when_the_seed_is(sample: list[Sample]) -> None:
    assert list(conversations(SampleSettings())) == sample


def test_stream_differs_when_the_seed_does(sample: list[Sample]) -> None:
    other = conversations(SampleSettings(seed=1))
    ids = {one.record["conversation_id"] for one in sample}
    texts = {json.dumps(one.record["messages"]) for one in sample if not one.truth["edge"]}
    made = list(other)
    assert not ids & {one.record["conversation_id"] for one in made}
    same = sum(json.dumps(one.record["messages"]) in texts for one in made)
    assert same < 10


@pytest.mark.timeout(60)  # all of them would take many minutes
def test_stream_begins_at_once_when_a_million_is_asked_for() -> None:
    list(islice(conversations(SampleSettings(conversations=10)), 1))  # loads the tree
    first = list(islice(conversations(SampleSettings(conversations=1_000_000)), 10))
    assert len(first) == 10


def test_memory_stays_flat_when_many_are_made() -> None:
    list(conversations(SampleSettings(conversations=10)))
    stream = conversations(SampleSettings(conversations=1_000_000))
    for _ in islice(stream, 500):
        pass
    tracemalloc.start()
    for _ in islice(stream, 4_000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_languages_have_their_shares_when_counted(sample: list[Sample]) -> None:
    counted = Counter(one.truth["language"] for one in sample)
    assert 0.6 < counted["English"] / len(sample) < 0.75
    assert len(counted) >= 11
    for language in load_tree().languages.values():
        assert counted[language.name] / len(sample) == pytest.approx(language.share, abs=0.025)
        assert counted[language.name] > 80


def test_ordinary_topics_can_be_seen_when_the_sample_has_its_usual_size(
    sample: list[Sample],
) -> None:
    of_topic: dict[str, list[Sample]] = {}
    for one in sample:
        if not is_planned(one):
            of_topic.setdefault(one.truth["topic"], []).append(one)
    for topic, found in of_topic.items():
        assert len(found) >= 55, topic
        assert len({one.user for one in found}) >= 20, topic


def test_topics_are_asked_about_in_many_languages_when_counted(sample: list[Sample]) -> None:
    english = {one.truth["topic"] for one in sample if one.truth["language"] == "English"}
    for language in load_tree().languages.values():
        topics = {one.truth["topic"] for one in sample if one.truth["language"] == language.name}
        assert len(topics) >= 8
        assert topics <= english


def test_requests_differ_in_length_and_typing_when_counted(sample: list[Sample]) -> None:
    requests = [
        one.record["messages"][0]["content"]
        for one in sample
        if one.truth["language"] == "English" and not is_planned(one)
    ]
    few = sum(len(request.split()) <= 6 for request in requests) / len(requests)
    many = sum(len(request.split()) >= 25 for request in requests) / len(requests)
    lower = sum(request == request.lower() for request in requests) / len(requests)
    lines = sum("\n" in request for request in requests) / len(requests)
    assert 0.05 < few < 0.3
    assert 0.2 < many < 0.5
    assert 0.08 < lower < 0.3
    assert 0.05 < lines < 0.3


def test_languages_differ_by_topic_when_counted(sample: list[Sample]) -> None:
    base = sum(one.truth["language"] == "Spanish" for one in sample) / len(sample)
    topic = [one for one in sample if one.truth["topic"] == "Translating texts and phrases"]
    lift = sum(one.truth["language"] == "Spanish" for one in topic) / len(topic) / base
    assert lift > 2


def test_users_write_in_one_language_when_counted(sample: list[Sample]) -> None:
    languages: dict[str, set[str]] = {}
    for one in sample:
        languages.setdefault(one.record["user_id"], set()).add(one.truth["language"])
    assert all(len(written) == 1 for written in languages.values())


def test_users_are_heavy_and_light_when_counted(sample: list[Sample]) -> None:
    counted = Counter(one.record["user_id"] for one in sample)
    assert len(counted) == pytest.approx(len(sample) / 4, rel=0.2)
    assert sum(count == 1 for count in counted.values()) > len(counted) / 8
    heaviest = counted.most_common(len(counted) // 20)
    assert sum(count for _, count in heaviest) > len(sample) / 6
    assert len({one.user for one in sample}) == len(counted)


def test_turns_are_geometric_up_to_eight_when_counted(sample: list[Sample]) -> None:
    turns = Counter(
        sum(message["role"] == "user" for message in one.record["messages"]) for one in sample
    )
    assert set(turns) == set(range(1, 9))
    assert turns[1] / len(sample) == pytest.approx(0.48, abs=0.05)
    assert turns[1] > turns[2] > turns[3] > turns[4] > turns[5]


def test_first_requests_hardly_repeat_when_made(sample: list[Sample]) -> None:
    texts = Counter(
        one.record["messages"][0]["content"] for one in sample if one.truth["duplicate_of"] is None
    )
    assert len(texts) / texts.total() > 0.99


def test_flags_follow_concern_with_errors_both_ways_when_counted(sample: list[Sample]) -> None:
    drawn = [one for one in sample if not one.truth["coordinated"]]
    known = [one for one in drawn if one.record.get("flagged") is not None]
    assert len(known) / len(drawn) == pytest.approx(0.85, abs=0.03)
    assert any("flagged" not in one.record for one in drawn)
    concerning = [one.record["flagged"] for one in known if one.truth["concern"] >= 3]
    benign = [one.record["flagged"] for one in known if one.truth["concern"] < 3]
    assert len(concerning) > 60
    assert 0.6 < sum(concerning) / len(concerning) < 0.95
    assert 0 < sum(benign) / len(benign) < 0.05


@pytest.mark.parametrize(
    "wrong", [{"conversations": 0}, {"weeks": 0}, {"weeks": 521}, {"personal_data_share": 1.1}]
)
def test_settings_are_refused_when_impossible(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        SampleSettings(**wrong)
