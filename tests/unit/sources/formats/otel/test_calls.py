import json
from typing import Any

import pytest

from clio_assets.sources.formats import otel
from clio_assets.sources.formats.protocol import Aside, Keys, Piece
from tests.fakes.grouped import Talk, pieces_of, talks
from tests.fakes.telemetry import log, logs, pairs, request, span

ASKED = {"gen_ai.input.messages": '[{"role": "user", "parts": [{"text": "hi"}]}]'}
ANSWERED = {"gen_ai.output.messages": '[{"role": "assistant", "parts": [{"text": "ho"}]}]'}
TOLD = (("user", "hi"), ("assistant", "ho"))
DETAILS = "gen_ai.client.inference.operation.details"


def aside_of(attributes: dict[str, Any], **fields: Any) -> Aside:
    """Why a span makes no piece; what it tells to those below it comes first."""
    telling, aside = pieces_of(otel, request(span(attributes, **fields)))
    assert isinstance(telling, Piece)
    assert telling.messages == ()
    assert isinstance(aside, Aside)
    return aside


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.operation.name": "chat"},
        {"gen_ai.operation.name": "generate_content"},
        {"gen_ai.operation.name": "brand_new"},
        {"openinference.span.kind": "llm"},
        {"llm.request.type": "chat"},
        {},
    ],
)
def test_call_of_a_model_counts_when_it_has_messages(attributes: dict[str, Any]) -> None:
    (piece,) = pieces_of(otel, request(span(attributes | ASKED | ANSWERED)))
    assert isinstance(piece, Piece)
    assert (piece.kind, piece.messages) == ("cumulative", TOLD)


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.operation.name": "execute_tool"},
        {"gen_ai.operation.name": "embeddings"},
        {"openinference.span.kind": "RETRIEVER"},
        {"traceloop.span.kind": "tool"},
        {"llm.request.type": "rerank"},
    ],
)
def test_span_is_left_out_when_it_is_no_call_of_a_model(attributes: dict[str, Any]) -> None:
    broken = {"gen_ai.input.messages": '[{"role": "canary"}]'}
    for messages in (ASKED | ANSWERED, broken, {}):
        assert aside_of(attributes | messages) == Aside("not_a_conversation")


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.operation.name": "invoke_agent"},
        {"gen_ai.operation.name": "invoke_workflow"},
        {"openinference.span.kind": "CHAIN"},
        {"openinference.span.kind": "AGENT"},
        {"traceloop.span.kind": "workflow"},
    ],
)
def test_span_above_calls_counts_when_none_of_them_has_messages(attributes: dict[str, Any]) -> None:
    agent = span(attributes | {"session.id": "c"} | ASKED | ANSWERED, 1)
    chat = {"gen_ai.operation.name": "chat"}
    expected = [Talk("c", None, TOLD)]
    assert talks(otel, [request(agent)]) == expected
    assert talks(otel, [request(span(chat, 2, 1), agent)]) == expected
    assert talks(otel, [request(span(chat | ASKED | ANSWERED, 3, 2), span({}, 2, 1), agent)]) == (
        expected
    )
    assert aside_of(attributes) == Aside("not_a_conversation")


@pytest.mark.parametrize(
    ("attributes", "fields", "losses"),
    [
        ({"gen_ai.operation.name": "chat"}, {}, "content_not_logged"),
        ({"gen_ai.request.model": "m"}, {}, "content_not_logged"),
        ({"openinference.span.kind": "LLM"}, {}, "content_not_logged"),
        ({"llm.request.type": "chat"}, {"droppedAttributesCount": 9}, "oldest_turns_dropped"),
        ({"gen_ai.request.model": "m"} | ANSWERED, {}, "message_left_empty"),
        ({"gen_ai.input.messages": '[{"rol'}, {}, "content_truncated"),
    ],
)
def test_loss_is_told_when_a_call_kept_no_question(
    attributes: dict[str, Any], fields: dict[str, Any], losses: Any
) -> None:
    assert aside_of(attributes, **fields) == Aside("no_messages_logged", (losses,))


def test_call_is_no_conversation_when_nobody_asked() -> None:
    alone = {"gen_ai.input.messages": '[{"role": "system", "parts": ["canary"]}]'}
    assert aside_of(alone | ANSWERED) == Aside("not_a_conversation")


def test_others_still_count_when_one_span_is_malformed() -> None:
    broken = {"gen_ai.input.messages": '[{"role": "canary"}]'}
    record = request(span(broken | {"user.id": "user-1"}, 1), span(ASKED | ANSWERED, 2, 1))
    telling, aside, piece = pieces_of(otel, record)
    assert aside == Aside("role_unknown")
    assert isinstance(telling, Piece)
    assert telling.user_id == "user-1"
    assert isinstance(piece, Piece)
    wrong = request(span(ASKED | {"user.id": ["a"]}))
    assert pieces_of(otel, wrong) == [Aside("user_id_of_wrong_type")]


@pytest.mark.parametrize(
    ("attributes", "user", "conversation"),
    [
        ({"user.id": "u", "session.id": "c"}, "u", "c"),
        ({"enduser.id": 5, "gen_ai.conversation.id": "c", "session.id": "s"}, "5", "c"),
        ({"user.id": "None", "enduser.id": "u", "session.id": ""}, "u", None),
        (
            {
                "traceloop.association.properties.user_id": "u",
                "traceloop.association.properties.session_id": "c",
            },
            "u",
            "c",
        ),
        ({"metadata": '{"user_id": "u", "thread_id": "c"}'}, "u", "c"),
        ({"llm.invocation_parameters": '{"metadata": {"user_id": "u"}}'}, "u", None),
        ({"llm.invocation_parameters": '{"user": "u"}'}, "u", None),
        ({"gen_ai.user": "u", "metadata": "text"}, "u", None),
        ({}, None, None),
    ],
)
def test_ids_are_found_when_instrumentations_name_them(
    attributes: dict[str, Any], user: str | None, conversation: str | None
) -> None:
    (piece,) = pieces_of(otel, request(span(ASKED | ANSWERED | attributes)))
    assert isinstance(piece, Piece)
    assert (piece.user_id, piece.conversation_id) == (user, conversation)


def test_operators_own_names_count_when_they_are_given() -> None:
    keys = Keys(("app.person", "user.id"), ("app.chat",), ("customer.id",))
    attributes = {"user.id": "u", "session.id": "s", "app.chat": "c", "app.person": ""}
    record = request(span(ASKED | ANSWERED | attributes), **{"customer.id": "t"})
    (piece,) = pieces_of(otel, record, keys)
    assert isinstance(piece, Piece)
    assert (piece.user_id, piece.conversation_id, piece.tenant) == ("u", "c", "t")


def test_labels_are_read_when_the_service_is_named() -> None:
    told = ASKED | ANSWERED | {"gen_ai.response.model": "m", "gen_ai.usage.input_tokens": 3}
    (piece,) = pieces_of(otel, request(span(told)))
    assert isinstance(piece, Piece)
    assert piece.attributes == {
        "product": "trains",
        "model": "m",
        "input_tokens": 3,
        "error": False,
        "latency_seconds": 2.0,
    }
    (piece,) = pieces_of(otel, request(span(told), **{"service.name": "unknown_service:python"}))
    assert isinstance(piece, Piece)
    assert "product" not in piece.attributes


def test_call_counts_once_when_its_span_and_its_log_record_are_read() -> None:
    told = {"session.id": "c", "user.id": "u"} | ASKED | ANSWERED
    more = json.dumps(
        [{"role": role, "parts": [{"text": text}]} for role, text in (*TOLD, ("user", "more"))]
    )
    first, second = span(told, 1), span(told | {"gen_ai.input.messages": more}, 2)
    both = [
        request(first, second),
        logs(log(DETAILS, None, told), log(DETAILS, spanId=second["spanId"], attributes=told)),
    ]
    both[1]["resourceLogs"][0]["scopeLogs"][0]["logRecords"][1]["attributes"] = pairs(
        told | {"gen_ai.input.messages": more}
    )
    ((conversation, user, turns, _, pieces),) = talks(otel, both)
    assert (conversation, user, pieces) == ("c", "u", 2)
    assert turns == (*TOLD, ("user", "more"), ("assistant", "ho"))
