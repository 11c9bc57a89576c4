"""What answers of the server are taken for."""

import json
from typing import Any

import pytest

from clio_assets.analyst.claude.exchange import Reply, Usage
from clio_assets.analyst.claude.sending.responses import (
    Trouble,
    read_failure,
    read_success,
    reply_from,
    retry_after,
)

MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": '{"a": '},
        {"type": "text", "text": "1}"},
    ],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 7,
        "output_tokens": 5,
        "cache_read_input_tokens": 3,
        "cache_creation_input_tokens": None,
    },
}


def test_reply_holds_text_blocks_and_all_tokens_when_thinking_comes_first() -> None:
    reply = read_success(json.dumps(MESSAGE).encode())
    assert reply == Reply('{"a": 1}', "end_turn", Usage(7, 5, 3, 0))


def test_reply_can_be_stored_when_an_escape_in_it_was_cut_off() -> None:
    body = json.dumps({**MESSAGE, "content": [{"type": "text", "text": "né \ud83d"}]})
    reply = read_success(body.encode())
    assert isinstance(reply, Reply)
    assert reply.text.encode().decode() == "né ?"


def test_run_stops_when_an_invalid_request_is_one_that_nobody_pays_for() -> None:
    words = "Your credit balance is too low to access the API. Please go to Plans & Billing."
    body = {"type": "error", "error": {"type": "invalid_request_error", "message": words}}
    trouble = read_failure(400, body, {})
    assert (trouble.remedy, trouble.status) == ("stop", 402)
    assert "credit" not in trouble.what


def test_reply_is_of_a_batch_when_read_as_such() -> None:
    reply = reply_from(MESSAGE, batch=True)
    assert reply is not None
    assert reply.batch


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"content": ',
        b"\xff\xfe",
        b"[]",
        b"null",
        json.dumps({**MESSAGE, "usage": None}).encode(),
        json.dumps({**MESSAGE, "stop_reason": None}).encode(),
        json.dumps({**MESSAGE, "content": [{"type": "text"}]}).encode(),
        json.dumps({**MESSAGE, "usage": {"input_tokens": "7", "output_tokens": 1}}).encode(),
    ],
)
def test_body_is_asked_for_again_when_it_is_no_message(body: bytes) -> None:
    trouble = read_success(body)
    assert isinstance(trouble, Trouble)
    assert trouble.remedy == "again"


@pytest.mark.parametrize(
    ("status", "error", "words", "remedy", "outcome"),
    [
        (408, "timeout_error", "", "again", "invalid_request"),
        (409, "conflict_error", "", "again", "invalid_request"),
        (429, "rate_limit_error", "", "slower", "invalid_request"),
        (500, "api_error", "", "again", "invalid_request"),
        (502, None, "", "again", "invalid_request"),
        (529, "overloaded_error", "", "again", "invalid_request"),
        (400, "invalid_request_error", "", "doubtful", "invalid_request"),
        (
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            "doubtful",
            "context_overflow",
        ),
        (413, "request_too_large", "", "aside", "too_large"),
        (401, "authentication_error", "", "stop", "invalid_request"),
        (402, "billing_error", "", "stop", "invalid_request"),
        (403, "permission_error", "", "stop", "invalid_request"),
        (404, "not_found_error", "", "stop", "invalid_request"),
        (302, None, "", "stop", "invalid_request"),
    ],
)
def test_failure_has_its_remedy_when_read(
    status: int, error: str | None, words: str, remedy: str, outcome: str
) -> None:
    body = {"type": "error", "error": {"type": error, "message": words}} if error else "<html>"
    trouble = read_failure(status, body, {})
    assert (trouble.remedy, trouble.outcome.reason) == (remedy, outcome)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (  # vLLM 0.32
            "BadRequestError",
            "This model's maximum context length is 8192 tokens. However, your prompt contains at "
            "least 8193 input tokens, which exceeds this limit even without any output tokens.",
        ),
        (  # llama.cpp
            "exceed_context_size_error",
            "request (9001 tokens) exceeds the available context size (8192 tokens), try "
            "increasing it",
        ),
        (  # SGLang 0.5
            "invalid_request_error",
            "The input (9001 tokens) is longer than the model's context length (8192 tokens).",
        ),
    ],
)
def test_conversation_counts_as_too_long_when_a_server_of_ones_own_says_so(
    error: str, words: str
) -> None:
    trouble = read_failure(400, {"error": {"type": error, "message": words}}, {})
    assert (trouble.outcome.reason, trouble.what) == (
        "context_overflow",
        "400 invalid_request_error" if error == "invalid_request_error" else "400",
    )


def test_failure_repeats_no_word_of_the_server_when_it_is_undocumented() -> None:
    body = {"type": "error", "error": {"type": "secret of a user", "message": "secret"}}
    assert read_failure(400, body, {}).what == "400"
    assert read_failure(400, {"error": {"type": ["x"]}}, {}).what == "400"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 05:00:30 GMT",
                "date": "Mon, 23 Nov 2026 05:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Mon, 23 Nov 2026 05:00:30 GMT"}, None),
    ],
)
def test_retry_after_is_in_seconds_when_given_in_either_form(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds
