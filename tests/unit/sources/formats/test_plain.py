from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import plain
from clio_assets.sources.formats.protocol import Malformed

GOOD: dict[str, Any] = {
    "conversation_id": "c1",
    "user_id": "u1",
    "started_at": "2026-03-01T10:00:00+02:00",
    "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}],
    "metadata": {"domain": "banking", "nothing": None},
    "flagged": True,
}


def test_parse_reads_every_field_when_the_record_is_complete() -> None:
    found = plain.parse(GOOD)
    assert (found.conversation_id, found.user_id, found.flagged) == ("c1", "u1", True)
    assert found.started_at == found.latest_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert found.messages == (("user", "hi"), ("assistant", "hello"))
    assert found.metadata == '{"domain":"banking","nothing":null}'


def test_parse_leaves_fields_none_when_they_are_absent() -> None:
    found = plain.parse({"conversation_id": 7, "messages": []})
    assert found.conversation_id == "7"
    assert (found.user_id, found.started_at, found.flagged, found.metadata) == (None,) * 4
    assert found.messages == ()


def test_parse_takes_the_newest_message_as_latest_when_messages_have_times() -> None:
    messages = [
        {"role": "user", "content": "a", "timestamp": "2026-03-01T08:05:00Z"},
        {"role": "assistant", "content": "b", "created_at": 1772355600},
        {"role": "user", "content": "c", "timestamp": "no time at all"},
        {"role": "user", "content": "d", "timestamp": 0},
    ]
    found = plain.parse(GOOD | {"messages": messages})
    assert found.started_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"conversation_id": None}, "conversation_id_missing"),
        ({"conversation_id": " "}, "conversation_id_missing"),
        ({"conversation_id": ["c1"]}, "conversation_id_of_wrong_type"),
        ({"conversation_id": True}, "conversation_id_of_wrong_type"),
        ({"user_id": {"id": 1}}, "user_id_of_wrong_type"),
        ({"user_id": 1.5}, "user_id_of_wrong_type"),
        ({"started_at": "yesterday"}, "started_at_unreadable"),
        ({"started_at": []}, "started_at_unreadable"),
        ({"started_at": True}, "started_at_unreadable"),
        ({"started_at": 1e30}, "started_at_unreadable"),
        ({"started_at": float("inf")}, "started_at_unreadable"),
        ({"started_at": "9999-12-31T23:59:59-12:00"}, "started_at_unreadable"),
        ({"messages": None}, "messages_missing"),
        ({"messages": "hi"}, "messages_not_a_list"),
        ({"messages": ["hi"]}, "message_not_an_object"),
        ({"messages": [None]}, "message_not_an_object"),
        ({"messages": [{"content": "hi"}]}, "role_unknown"),
        ({"messages": [{"role": "narrator", "content": "hi"}]}, "role_unknown"),
        ({"messages": [{"role": ["user"], "content": "hi"}]}, "role_unknown"),
        ({"messages": [{"role": "user", "content": 5}]}, "content_of_wrong_type"),
        ({"messages": [{"role": "user", "content": [5]}]}, "content_of_wrong_type"),
        (
            {"messages": [{"role": "assistant", "content": None, "tool_calls": "x"}]},
            "content_of_wrong_type",
        ),
        ({"flagged": "yes"}, "flagged_not_boolean"),
        ({"metadata": [1]}, "metadata_not_an_object"),
    ],
)
def test_parse_rejects_when_a_field_is_malformed(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        plain.parse(GOOD | change)
    assert caught.value.reason == reason


def test_parse_rejects_when_metadata_is_nested_too_deeply() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"deeper": deep}
    with pytest.raises(Malformed, match="nested_too_deeply"):
        plain.parse(GOOD | {"metadata": deep})
