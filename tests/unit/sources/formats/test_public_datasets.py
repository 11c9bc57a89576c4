"""WildChat, LMSYS-Chat-1M and ShareGPT."""

from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import lmsys, sharegpt, wildchat
from clio_assets.sources.formats.protocol import Malformed

WILDCHAT: dict[str, Any] = {
    "conversation_hash": "h1",
    "timestamp": "2026-03-01T10:00:40Z",
    "hashed_ip": "ip1",
    "toxic": False,
    "conversation": [
        {"role": "user", "content": "hi", "hashed_ip": "ip1", "timestamp": None},
        {"role": "assistant", "content": "hello", "timestamp": "2026-03-01T10:00:20+00:00"},
    ],
}
LMSYS: dict[str, Any] = {
    "conversation_id": "l1",
    "conversation": [{"role": "user", "content": "hi"}],
    "openai_moderation": [{"flagged": False}, {"flagged": True}],
}


def test_wildchat_starts_at_its_earliest_time_when_the_record_tells_the_last_turn() -> None:
    found = wildchat.parse(WILDCHAT)
    assert found.started_at == datetime(2026, 3, 1, 10, 0, 20, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 10, 0, 40, tzinfo=UTC)
    assert (found.conversation_id, found.user_id, found.flagged) == ("h1", "ip1", False)
    assert found.messages == (("user", "hi"), ("assistant", "hello"))


@pytest.mark.parametrize(
    ("change", "user"),
    [
        ({"hashed_ip": None}, "ip1"),
        ({"hashed_ip": ""}, "ip1"),
        ({"hashed_ip": None, "conversation": []}, None),
        ({"conversation_hash": None, "conversation_id": "c"}, "ip1"),
    ],
)
def test_wildchat_finds_the_user_when_only_messages_name_one(
    change: dict[str, Any], user: str | None
) -> None:
    assert wildchat.parse(WILDCHAT | change).user_id == user


@pytest.mark.parametrize(
    ("verdicts", "flagged"),
    [
        ([{"flagged": False}, {"flagged": True}], True),
        ([{"flagged": False}], False),
        ([{"flagged": None}, None], None),
        ([], None),
        (None, None),
    ],
)
def test_lmsys_is_flagged_when_any_turn_was(verdicts: object, flagged: bool | None) -> None:
    assert lmsys.parse(LMSYS | {"openai_moderation": verdicts}).flagged is flagged


def test_lmsys_has_neither_user_nor_time_when_it_is_as_released() -> None:
    found = lmsys.parse(LMSYS)
    assert (found.user_id, found.started_at) == (None, None)
    assert lmsys.parse(LMSYS | {"tstamp": 1772366400.5}).started_at is not None


@pytest.mark.parametrize("change", [{"conversation": None}, {"conversation_id": None}])
@pytest.mark.parametrize(("shape", "good"), [(lmsys, LMSYS), (wildchat, WILDCHAT)])
def test_parse_rejects_when_turns_or_id_are_missing(
    shape: Any, good: dict[str, Any], change: dict[str, Any]
) -> None:
    changed = good | change | ({"conversation_hash": None} if "conversation_id" in change else {})
    with pytest.raises(Malformed, match="missing"):
        shape.parse(changed)


def test_sharegpt_knows_its_words_for_roles_when_they_are_the_usual_ones() -> None:
    turns = [
        {"from": "system", "value": "be good"},
        {"from": "human", "value": "hi"},
        {"from": "function_call", "value": "{}"},
        {"from": "observation", "value": "42"},
        {"from": "gpt", "value": "hello"},
        {"from": "human", "value": ""},
    ]
    found = sharegpt.parse({"id": "s_0", "conversations": turns})
    assert found.conversation_id == "s_0"
    assert found.messages == (
        ("system", "[system prompt]"),
        ("user", "hi"),
        ("assistant", "[tool call]"),
        ("tool", "[tool result]"),
        ("assistant", "hello"),
    )
    assert (found.user_id, found.started_at, found.latest_at) == (None,) * 3


def test_sharegpt_takes_a_digest_as_id_when_there_is_none() -> None:
    def record(text: str, **fields: object) -> dict[str, Any]:
        return {"conversations": [{"from": "human", "value": text}], **fields}

    ids = [
        sharegpt.parse(found).conversation_id
        for found in (record("a"), record("a", id=None), record("a", id=""), record("b"))
    ]
    assert ids[0] == ids[1] == ids[2] != ids[3]
