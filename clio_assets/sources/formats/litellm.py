"""Requests that LiteLLM logged: the payload of its loggers, and rows of its spend logs.

    {"litellm_call_id": ..., "call_type": "completion", "trace_id": ..., "session_id": "",
     "startTime": 1795761935.28, "end_user": ..., "messages": [...], "response": {"choices": ...},
     "model_parameters": {"user": ...}, "metadata": {...}}

    {"request_id": ..., "call_type": "acompletion", "startTime": ..., "end_user": ..., "user": ...,
     "session_id": ..., "messages": "{}", "proxy_server_request": "{...}", "response": "{...}"}

`user` of a spend log, and all of `user_api_key_*` but the end user, name the owner of the API key,
which is seldom the person who wrote; `[source] user_from` can say otherwise.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.exchange import Exchange, exchange
from clio_assets.sources.formats.observed import (
    About,
    Who,
    labels,
    number,
    opened,
    request,
    seconds,
    who,
)
from clio_assets.sources.formats.protocol import Aside, Keys, Piece, Record

name: Final[Format] = "litellm"
users_are_accounts: Final = False

_OBJECTS: Final = (
    "messages",
    "response",
    "metadata",
    "model_parameters",
    "proxy_server_request",
)
_OWN: Final = ("litellm_call_id", "request_id", "model_parameters")
#: Calls that talk, without the `a` of those that were awaited; all others are embeddings, files,
#: searches and the like.
_TALKS: Final = frozenset(
    {
        "completion",
        "text_completion",
        "anthropic_messages",
        "responses",
        "responses_websocket",
        "generate_content",
        "generate_content_stream",
        "create_interaction",
        "send_message",
        "realtime",
        "pass_through_endpoint",
        "llm_passthrough_route",
    }
)
_USERS: Final = (
    "end_user",
    "model_parameters.user",
    "model_parameters.safety_identifier",
    "metadata.user_api_key_end_user_id",
    "proxy_server_request.user",
    "proxy_server_request.litellm_metadata.user",
    "proxy_server_request.metadata.user_id",
    "proxy_server_request.safety_identifier",
    "model_parameters.metadata.user_id",
)
#: Where only the caller's own session can stand, and where LiteLLM puts an id for each call.
_SESSIONS: Final = (
    "proxy_server_request.litellm_session_id",
    "proxy_server_request.metadata.session_id",
    "proxy_server_request.litellm_metadata.session_id",
)
_TRACES: Final = ("session_id", "trace_id")
_PER_CALL = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32}"
)


def recognises(record: Record) -> bool:
    """The kind of a call, when it started, and a field that only LiteLLM writes."""
    return "call_type" in record and "startTime" in record and any(key in record for key in _OWN)


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """The request. Raises Malformed."""
    if not _talks(record.get("call_type")):
        yield Aside("not_a_conversation")
        return
    record = opened(record, _OBJECTS)
    known = who(record, keys, _USERS, _SESSIONS)
    known = known.else_(Who(conversation=_trace(record)))
    made = request(_said(record), known, _about(record))
    before = fields.first_at(
        record,
        ("model_parameters.previous_response_id", "proxy_server_request.previous_response_id"),
    )
    if isinstance(made, Piece) and before is not None:
        # What it sends is new, and the conversation is that of the answer it goes on from.
        yield replace(made, kind="delta", parent=fields.user_id(before))
    else:
        yield made


def _talks(kind: object) -> bool:
    if fields.is_missing(kind):
        return True
    plain = str(kind).lstrip("_")
    return plain in _TALKS or plain.removeprefix("a") in _TALKS


def _said(record: Record) -> Exchange:
    """A spend log has its request elsewhere: `messages` is an empty object there."""
    asked = record.get("messages")
    if asked in (None, "", {}, []):
        asked = record.get("proxy_server_request")
        if isinstance(asked, Mapping) and isinstance(asked.get("body"), Mapping):
            asked = asked["body"]
    return exchange(asked, record.get("response"))


def _trace(record: Record) -> str | None:
    """The caller's session or trace, where there was one. Without one LiteLLM makes an id for
    each call (UUID 4), and a proxy takes those of HTTP traces (32 digits): neither names a
    conversation, and as one it would keep apart the requests that continue each other."""
    found = fields.first_present(record, _TRACES)
    if found is None or _PER_CALL.fullmatch(str(found)):
        return None
    return fields.conversation_id(found)


def _about(record: Record) -> About:
    at, latest_at = fields.instant(record.get("startTime")), fields.instant(record.get("endTime"))
    failed = (
        record.get("status") == "failure"
        or fields.first_at(record, ("metadata.status",)) == "failure"
    )
    told = labels(
        {
            attributes.MODEL: fields.first_present(record, ("model_group", "model")),
            attributes.ERROR: failed or None,
            attributes.LATENCY: seconds(at, latest_at),
            attributes.INPUT_TOKENS: number(record.get("prompt_tokens")),
            attributes.OUTPUT_TOKENS: number(record.get("completion_tokens")),
            attributes.COST: number(fields.first_present(record, ("response_cost", "spend"))),
            attributes.TAGS: fields.unwrapped(record.get("request_tags")),
        }
    )
    node = fields.first_at(record, ("response.id",)) if _is_of_responses(record) else None
    return About(at, latest_at, node=fields.user_id(node), attributes=told)


def _is_of_responses(record: Record) -> bool:
    return "responses" in str(record.get("call_type"))
