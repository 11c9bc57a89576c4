import json
from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import litellm
from clio_assets.sources.formats.protocol import Aside, Keys, Piece
from tests.fakes.grouped import TRAINS, Talk, pieces_of, talks, written

ASKED = {"role": "user", "content": "Which trains go?"}
ANSWERED = {"role": "assistant", "content": "At noon."}
TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))
MADE_BY_LITELLM = "6cd21118-d1a2-47c5-8fd5-7a67d67b4df4"
PAYLOAD: dict[str, Any] = {
    "litellm_call_id": "call-1",
    "call_type": "acompletion",
    "trace_id": MADE_BY_LITELLM,
    "session_id": "",
    "status": "success",
    "startTime": 1772359200.0,
    "endTime": 1772359201.5,
    "model": "model-1",
    "prompt_tokens": 40,
    "completion_tokens": 12,
    "response_cost": 0.25,
    "request_tags": ["web"],
    "end_user": None,
    "messages": [ASKED],
    "response": {"id": "r1", "choices": [{"message": ANSWERED}]},
    "model_parameters": {},
    "metadata": {"user_api_key_user_id": "the-application"},
}
SPEND_LOG: dict[str, Any] = {
    "request_id": "r1",
    "call_type": "aanthropic_messages",
    "startTime": "2026-03-01 10:00:00+00:00",
    "endTime": "2026-03-01 10:00:01.500000+00:00",
    "user": "the-application",
    "end_user": "user-1",
    "session_id": MADE_BY_LITELLM,
    "messages": "{}",
    "proxy_server_request": json.dumps({"model": "m", "system": "s", "messages": [ASKED]}),
    "response": json.dumps({"content": [{"type": "text", "text": "At noon."}]}),
    "metadata": json.dumps({"status": "success"}),
}


def payload(**changes: object) -> dict[str, Any]:
    return PAYLOAD | changes


def only(record: dict[str, Any], keys: Keys | None = None) -> Piece:
    (piece,) = pieces_of(litellm, record, keys)
    assert isinstance(piece, Piece)
    return piece


def test_a_payload_is_a_request_when_it_is_complete() -> None:
    piece = only(payload(end_user="user-1"))
    assert (piece.kind, piece.messages, piece.user_id) == ("cumulative", TOLD, "user-1")
    assert piece.at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert piece.latest_at == datetime(2026, 3, 1, 10, 0, 1, 500_000, UTC)
    assert piece.attributes == {
        "model": "model-1",
        "latency_seconds": 1.5,
        "input_tokens": 40,
        "output_tokens": 12,
        "cost_usd": 0.25,
        "tags": ["web"],
    }


def test_a_spend_log_is_read_from_the_request_when_its_messages_are_empty() -> None:
    piece = only(SPEND_LOG)
    assert piece.messages == (("system", "[system prompt]"), *TOLD)
    assert (piece.user_id, piece.conversation_id) == ("user-1", None)


@pytest.mark.parametrize(
    ("change", "user"),
    [
        ({"end_user": "user-1", "model_parameters": {"user": "user-2"}}, "user-1"),
        ({"end_user": "", "model_parameters": {"user": "user-2"}}, "user-2"),
        ({"model_parameters": json.dumps({"user": "user-2"})}, "user-2"),
        ({"metadata": {"user_api_key_end_user_id": "user-3"}}, "user-3"),
        ({"proxy_server_request": {"metadata": {"user_id": "user-4"}}}, "user-4"),
        ({"end_user": "None"}, None),
        ({"user": "the-application"}, None),
    ],
)
def test_the_user_is_who_wrote_and_never_the_owner_of_the_key(
    change: dict[str, Any], user: str | None
) -> None:
    assert only(payload(**change)).user_id == user


SESSION = "0a1b2c3d-0000-4000-8000-123456789abc"


@pytest.mark.parametrize(
    ("change", "conversation"),
    [
        ({"session_id": "session-4"}, "session-4"),
        ({"trace_id": "session-4"}, "session-4"),
        ({"trace_id": MADE_BY_LITELLM}, None),
        ({"session_id": "4bf92f3577b34da6a3ce929d0e0e4736"}, None),
        ({"proxy_server_request": {"litellm_session_id": MADE_BY_LITELLM}}, MADE_BY_LITELLM),
        ({"proxy_server_request": {"metadata": {"session_id": "s"}}, "trace_id": "t"}, "s"),
        ({"end_user": f"user_ab_account_cd_session_{SESSION}"}, SESSION),
        ({"end_user": json.dumps({"account_uuid": "cd", "session_id": SESSION})}, SESSION),
    ],
)
def test_a_conversation_is_named_when_the_caller_named_it(
    change: dict[str, Any], conversation: str | None
) -> None:
    assert only(payload(**change)).conversation_id == conversation


def test_a_user_is_the_account_when_the_id_also_names_a_session() -> None:
    named = payload(end_user=f"user_ab_account_cd_session_{SESSION}")
    assert only(named).user_id == "user_ab_account_cd"


def test_requests_are_one_conversation_when_each_call_has_an_id_of_its_own() -> None:
    more = [ASKED, ANSWERED, {"role": "user", "content": "And at six?"}]
    second = payload(trace_id=SESSION, startTime=1772359300.0, messages=more, end_user="user-1")
    (talk,) = talks(litellm, [payload(end_user="user-1"), second])
    assert (talk.turns[2], talk.pieces) == (("user", "And at six?"), 2)


@pytest.mark.parametrize("kind", ["embedding", "aembedding", "arerank", "moderation", "afile_list"])
def test_a_call_is_left_out_when_it_is_no_talk(kind: str) -> None:
    record = payload(call_type=kind, messages="an article to embed")
    assert pieces_of(litellm, record) == [Aside("not_a_conversation")]


@pytest.mark.parametrize("kind", ["completion", "atext_completion", "_arealtime", "aresponses", ""])
def test_a_call_is_read_when_it_talks(kind: str) -> None:
    assert only(payload(call_type=kind)).messages == TOLD


REDACTED = {"role": "user", "content": "redacted-by-litellm"}


@pytest.mark.parametrize(
    ("change", "loss"),
    [
        ({"messages": [REDACTED], "response": {"text": "redacted-by-litellm"}}, "content_redacted"),
        ({"messages": None, "response": "{}"}, "content_not_logged"),
        ({"messages": "{}", "proxy_server_request": "{}", "response": ""}, "content_not_logged"),
    ],
)
def test_a_loss_is_counted_when_the_messages_were_not_kept(
    change: dict[str, Any], loss: Any
) -> None:
    assert pieces_of(litellm, payload(**change)) == [Aside("no_messages_logged", (loss,))]


def test_what_is_new_is_a_delta_when_a_response_goes_on_from_another() -> None:
    record = payload(
        call_type="aresponses",
        messages="And at six?",
        response={"id": "resp_2", "output": [{"type": "message", **ANSWERED}]},
        model_parameters={"previous_response_id": "resp_1", "user": "user-1"},
    )
    piece = only(record)
    assert (piece.kind, piece.node, piece.parent) == ("delta", "resp_2", "resp_1")
    assert piece.messages == (("user", "And at six?"), ("assistant", "At noon."))


def test_a_failed_request_says_so_when_its_status_does() -> None:
    assert only(payload(status="failure", response={})).attributes["error"] is True
    assert only(payload(status="failure", response={})).messages == TOLD[:1]


def test_fields_of_the_operator_count_when_they_are_there() -> None:
    keys = Keys(("metadata.user_api_key_user_id",), ("trace_id",), ("team_id",))
    piece = only(payload(end_user="user-1", team_id="team"), keys)
    found = (piece.user_id, piece.conversation_id, piece.tenant)
    assert found == ("the-application", MADE_BY_LITELLM, "team")


def test_a_real_log_is_read_when_litellm_wrote_it() -> None:
    lines = written("litellm-standard-logging-payload.jsonl").read_text("utf-8").splitlines()
    found = talks(litellm, map(json.loads, lines))
    assert Talk("session-4", "user-17", TRAINS, (), 3) in found
    assert [talk.turns[-2] for talk in found if talk.user is None] == [
        ("user", "Where is the lost property office?"),
        ("user", "How do I bake a plum cake?"),
    ]
