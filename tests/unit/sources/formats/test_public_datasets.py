"""WildChat, LMSYS-Chat-1M, votes of the arena, and ShareGPT."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import arena, detect, lmsys, sharegpt, wildchat
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


FIRST_WILDCHAT: dict[str, Any] = {
    "conversation_id": "c1",
    "model": "m-1",
    "timestamp": "2023-04-09T00:02:53Z",
    "conversation": [{"role": "user", "content": "hi", "toxic": False}],
    "openai_moderation": [{"flagged": True}],
    "detoxify_moderation": [],
    "toxic": True,
}


def test_wildchat_is_told_from_lmsys_when_it_is_the_first_release() -> None:
    assert detect([FIRST_WILDCHAT]) is wildchat
    found = wildchat.parse(FIRST_WILDCHAT)
    assert (found.conversation_id, found.user_id, found.flagged) == ("c1", None, True)
    assert found.started_at == datetime(2023, 4, 9, 0, 2, 53, tzinfo=UTC)


@pytest.mark.parametrize(
    "time",
    [
        {"seconds": 1772366400, "nanos": 0},
        {"seconds": 1772366400.0},
        {"$date": "2026-03-01T12:00:00Z"},
        {"$date": {"$numberLong": "1772366400000"}},
        datetime(2026, 3, 1, 12, tzinfo=UTC),
    ],
)
def test_wildchat_reads_times_when_a_tool_made_objects_of_them(time: object) -> None:
    turns = [{"role": "user", "content": "hi", "timestamp": time}]
    for change in ({"timestamp": time}, {"timestamp": None, "conversation": turns}):
        found = wildchat.parse(WILDCHAT | {"conversation": []} | change)
        assert found.latest_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_wildchat_tells_model_and_country_when_the_record_has_them() -> None:
    turns = [{"role": "user", "content": "hi", "country": "Utopia"}]
    found = wildchat.parse(WILDCHAT | {"model": "m-1", "conversation": turns})
    assert found.attributes == {"model": "m-1", "region": "Utopia"}
    assert lmsys.parse(LMSYS | {"model": "m-2"}).attributes == {"model": "m-2"}


ARENA: dict[str, Any] = {
    "question_id": "q1",
    "model_a": "m-a",
    "model_b": "m-b",
    "winner": "model_b",
    "judge": "arena_user_9",
    "conversation_a": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "a"}],
    "conversation_b": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "b"}],
    "tstamp": 1772366400.5,
    "openai_moderation": {"flagged": True},
}


@pytest.mark.parametrize(
    ("winner", "answer", "attributes"),
    [
        ("model_a", "a", {"model": "m-a", "feedback": 1}),
        ("model_b", "b", {"model": "m-b", "feedback": 1}),
        ("tie", "a", {"model": "m-a", "feedback": 0}),
        ("tie (bothbad)", "a", {"model": "m-a", "feedback": -1}),
        ("", "a", {"model": "m-a"}),
        (None, "a", {"model": "m-a"}),
        (["odd"], "a", {"model": "m-a"}),
    ],
)
def test_arena_takes_the_side_that_won_when_the_user_voted(
    winner: object, answer: str, attributes: dict[str, object]
) -> None:
    found = arena.parse(ARENA | {"winner": winner})
    assert found.messages == (("user", "hi"), ("assistant", answer))
    assert found.attributes == attributes


def test_arena_knows_user_time_and_verdict_when_they_are_there() -> None:
    found = arena.parse(ARENA)
    assert (found.conversation_id, found.user_id, found.flagged) == ("q1", "arena_user_9", True)
    assert found.started_at == datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
    unknown = arena.parse(ARENA | {"judge": ["expert", 1], "openai_moderation": None})
    assert (unknown.user_id, unknown.flagged) == (None, None)


def test_arena_repeats_the_session_when_the_record_holds_all_its_turns() -> None:
    def side(text: str) -> dict[str, Any]:
        return {"role": "assistant", "content": [{"type": "text", "text": text}]}

    turns = [
        {"user": {"role": "user", "content": "one"}, "model_side_a": side("1a")},
        {"user": {"role": "user", "content": "two"}, "model_side_b": side("2b")},
    ]
    found = arena.parse(ARENA | {"evaluation_session_id": "s1", "full_conversation": turns})
    assert found.conversation_id == "s1"
    assert [text for _, text in found.messages] == ["one", "two", "2b"]


@pytest.mark.parametrize(
    ("columns", "answers", "feedback"),
    [
        ({"winner_model_a": 1, "winner_model_b": 0, "winner_tie": 0}, ["1a", "2a"], 1),
        ({"winner_model_a": "0", "winner_model_b": "1", "winner_tie": "0"}, ["1b"], 1),
        ({"winner_model_a": 0.0, "winner_model_b": 0.0, "winner_tie": 1.0}, ["1a", "2a"], 0),
        ({}, ["1a", "2a"], None),
    ],
)
def test_arena_reads_lists_of_texts_when_they_are_of_the_contest(
    columns: dict[str, object], answers: list[str], feedback: int | None
) -> None:
    texts = {"prompt": '["one", "two"]', "response_a": '["1a", "2a"]', "response_b": ["1b", None]}
    record = {"id": 7, "model_a": "m-a", "model_b": "m-b"} | texts | columns
    assert detect([record]) is arena
    found = arena.parse(record)
    assert found.attributes.get("feedback") == feedback
    assert [text for role, text in found.messages if role == "assistant"] == answers
    assert [text for role, text in found.messages if role == "user"] == ["one", "two"]


@pytest.mark.parametrize("gone", ["prompt", "response_a"])
def test_arena_rejects_when_a_list_of_texts_is_missing(gone: str) -> None:
    record = {"id": 7, "model_a": "m", "prompt": ["one"], "response_a": ["1a"]}
    with pytest.raises(Malformed, match="messages_missing"):
        arena.parse({key: value for key, value in record.items() if key != gone})


def test_arena_reads_conversations_when_they_are_json_text() -> None:
    text = json.dumps(ARENA["conversation_b"])
    assert arena.parse(ARENA | {"conversation_b": text}) == arena.parse(ARENA)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"conversation_b": None}, "messages_missing"),
        (
            {"winner": "model_a", "conversation_a": None, "full_conversation": []},
            "messages_missing",
        ),
        ({"conversation_b": "hi"}, "messages_not_a_list"),
        ({"full_conversation": [5]}, "message_not_an_object"),
        ({"full_conversation": [{"user": "hi"}]}, "message_not_an_object"),
        ({"question_id": None}, "conversation_id_missing"),
        ({"tstamp": "soon"}, "started_at_unreadable"),
    ],
)
def test_arena_rejects_when_a_field_is_malformed(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        arena.parse(ARENA | change)
    assert caught.value.reason == reason


def test_sharegpt_reads_turns_when_they_have_the_roles_of_chat_completions() -> None:
    turns: list[dict[str, Any]] = [
        {"role": "user", "content": "null", "from": None},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f"}}]},
        {"role": "tool", "content": "42"},
    ]
    record = {"id": "r", "system": "be good", "model": "m-1", "conversations": turns}
    assert detect([record]) is sharegpt
    found = sharegpt.parse(record)
    assert found.messages == (
        ("system", "[system prompt]"),
        ("user", "null"),
        ("assistant", "[tool call: f]"),
        ("tool", "[tool result]"),
    )
    assert found.attributes == {"model": "m-1"}


@pytest.mark.parametrize(
    "turns", [[{"mapping": {}}], [{"from": "human"}], [{"role": "user"}], ["hi"], {"a": 1}, None]
)
def test_sharegpt_does_not_recognise_a_list_when_it_holds_no_turns(turns: object) -> None:
    assert not sharegpt.recognises({"conversations": turns})
