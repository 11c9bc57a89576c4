from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import detect, inspect_logs, read
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed, Piece

TALK: list[dict[str, Any]] = [
    {"id": "1", "role": "system", "content": "You know of trains."},
    {"id": "2", "role": "user", "content": [{"type": "text", "text": "attachment://q"}]},
    {
        "id": "3",
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "c", "function": "timetable", "arguments": {}}],
    },
    {"id": "4", "role": "tool", "content": "attachment://t", "function": "timetable"},
    {"id": "5", "role": "assistant", "content": "attachment://a"},
]


def sample(*messages: object, **fields: object) -> dict[str, Any]:
    return {
        "id": "coast",
        "epoch": 1,
        "input": "Which trains?",
        "target": "three",
        "messages": list(messages),
        "output": {"model": "m-1", "usage": {"input_tokens": 10, "output_tokens": 5}, "time": 0.5},
        "scores": {},
        "metadata": {"user": "user-17"},
        "started_at": "2026-03-01T10:00:00+00:00",
        "completed_at": "2026-03-01T10:00:02+00:00",
        "uuid": "s1",
        "attachments": {"q": "Which trains?", "t": "rows", "a": "Three."},
    } | fields


def log(*samples: object, **fields: object) -> dict[str, Any]:
    about = {"eval_id": "e1", "model": "m-0", "created": "2026-03-01T09:00:00+00:00"}
    return {"version": 2, "status": "success", "eval": about, "samples": list(samples)} | fields


def piece(record: dict[str, Any], keys: Keys | None = None) -> Piece:
    (found,) = read(detect([record]), record, keys or Keys())
    assert isinstance(found, Piece)
    return found


def test_pieces_hold_the_whole_talk_when_long_texts_are_attached() -> None:
    found = piece(sample(*TALK))
    assert found.messages == (
        ("system", "[system prompt]"),
        ("user", "Which trains?"),
        ("assistant", "[tool call: timetable]"),
        ("tool", "[tool result]"),
        ("assistant", "Three."),
    )
    assert (found.kind, found.conversation_id, found.user_id) == ("cumulative", "s1", None)
    assert found.at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 10, 0, 2, tzinfo=UTC)
    assert found.attributes == {
        "model": "m-1",
        "agent": "evaluation",
        "error": False,
        "latency_seconds": 0.5,
        "input_tokens": 10,
        "output_tokens": 5,
    }
    assert found.losses == ()


def test_pieces_are_the_same_when_a_log_is_one_object() -> None:
    assert piece(log(sample(*TALK))) == piece(sample(*TALK))


def test_pieces_know_a_user_when_the_operator_says_where() -> None:
    keys = Keys(user=("metadata.user",), conversation=("metadata.talk",), tenant=("metadata.team",))
    metadata = {"user": "user-17", "talk": "t1", "team": "north"}
    found = piece(sample(*TALK, metadata=metadata), keys)
    assert (found.user_id, found.conversation_id, found.tenant) == ("user-17", "t1", "north")


def test_pieces_show_a_loss_when_an_attachment_is_not_there() -> None:
    found = piece(sample(*TALK, attachments={"q": "Which trains?"}))
    assert found.losses == ("content_not_logged",)
    assert ("user", "Which trains?") in found.messages


def test_pieces_are_told_apart_when_early_samples_have_no_id_of_their_own() -> None:
    ids = {
        piece(log(sample(*TALK, uuid=None, epoch=epoch))).conversation_id
        for epoch in (1, 2, 1)
    }  # fmt: skip
    assert len(ids) == 2
    assert piece(log(sample(*TALK, started_at=None))).at == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("given", ["Which trains?", [{"role": "user", "content": "Which trains?"}]])
def test_pieces_take_input_and_answer_when_a_sample_has_no_messages(given: object) -> None:
    choices = [{"message": {"role": "assistant", "content": "Three."}}]
    found = piece(sample(input=given, output={"choices": choices}))
    assert found.messages == (("user", "Which trains?"), ("assistant", "Three."))


@pytest.mark.parametrize("samples", [None, []])
def test_pieces_are_none_when_a_log_was_told_to_keep_no_samples(samples: object) -> None:
    expected = [Aside("no_messages_logged", ("content_not_logged",))]
    assert list(read(inspect_logs, log(samples=samples), Keys())) == expected
    assert list(read(inspect_logs, sample(input=[], output=None), Keys())) == expected


def test_pieces_leave_one_sample_aside_when_it_alone_is_malformed() -> None:
    found = list(read(inspect_logs, log(5, sample({"role": "ghost"}), sample(*TALK)), Keys()))
    assert found[:2] == [Aside("not_an_object"), Aside("role_unknown")]
    assert isinstance(found[2], Piece)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (log(samples="text"), "messages_not_a_list"),
        (sample(messages="text"), "messages_not_a_list"),
        (sample("text"), "message_not_an_object"),
        (sample(input=None), "messages_missing"),
        (sample({"role": "user", "content": 5}), "content_of_wrong_type"),
        (sample(*TALK, started_at="soon"), "started_at_unreadable"),
    ],
)
def test_pieces_reject_when_a_record_is_malformed(found: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        list(inspect_logs.pieces(found, Keys()))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "found",
    [{"epoch": 1, "loss": 0.5}, {"eval": {}, "version": 1}, {"target": "x", "messages": []}],
)
def test_recognises_asks_for_more_than_one_key_when_it_looks_at_a_record(
    found: dict[str, Any],
) -> None:
    assert not inspect_logs.recognises(found)
