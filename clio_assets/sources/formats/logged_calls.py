"""A logged request to a model's API with its answer, and which API it was.

    {"timestamp": ..., "request": {...}, "response": {...}}     what most loggers write
    {"timestamp": ..., "messages": [...], "model": ...}         the request's body itself
    {"request": {"body": {...}}, "response": {"body": {...}}}   what proxies write

Each may be JSON text. What several APIs have in common (`model`, `messages`) tells nothing; the
answer tells most, then what a request says that only one API knows.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.protocol import Malformed, Record

#: Of these a request's body has at least one beside its messages.
_OF_A_BODY: Final = ("model", "max_tokens", "system")
#: Of gateways and tracing tools, which have shapes of their own, and of the plain shape.
_OF_OTHERS: Final = ("call_type", "trace_id", "run_type", "conversation_id", "chat", "mapping")

_ONLY_MESSAGES: Final = ("system", "stop_sequences", "thinking", "anthropic_version", "top_k")
_ONLY_CHAT: Final = (
    "user",
    "safety_identifier",
    "max_completion_tokens",
    "frequency_penalty",
    "presence_penalty",
    "response_format",
    "logit_bias",
    "logprobs",
    "n",
    "seed",
    "stop",
    "store",
    "stream_options",
    "reasoning_effort",
    "functions",
    "parallel_tool_calls",
)
_ONLY_RESPONSES: Final = (
    "instructions",
    "previous_response_id",
    "conversation",
    "max_output_tokens",
    "truncation",
    "text",
)
_CHAT_ROLES: Final = ("developer", "tool", "function")
_LOOKED_AT: Final = 8  # messages


class Call(NamedTuple):
    """A request, its answer, and the record with both where they may be named."""

    log: Record
    request: Record
    response: object


def call_of(record: Record) -> Call:
    """The call of a record. Raises Malformed."""
    request = _request(record)
    if request is None:
        raise Malformed("request_not_an_object")
    response = fields.unwrapped(record.get("response"))
    if isinstance(response, Mapping) and "body" in response and "content" not in response:
        response = fields.unwrapped(response["body"])
    if response is None and _is_stored(record):
        response = record
    return Call({**record, "request": request, "response": response}, request, response)


def kind_of(record: Record) -> Format | None:
    """Which API was called; None where the record is no call of one."""
    if any(key in record for key in _OF_OTHERS) and "request" not in record:
        return None
    request = _request(record)
    if request is None or "call_type" in record:
        return None
    if request is record and not _is_stored(record):
        beside = _ONLY_RESPONSES if "input" in record else _OF_A_BODY
        if not any(key in record for key in beside) or "type" in record:
            return None
    if "messages" in request:
        return _kind_of_messages(request, call_of(record).response)
    if "input" in request or request.get("object") == "response":
        return "responses" if _is_of_responses(request, call_of(record).response) else None
    return None


def _request(record: Record) -> Record | None:
    for key in ("request", "body"):
        if key in record:
            found = fields.unwrapped(record[key])
            if isinstance(found, Mapping) and "body" in found:
                found = fields.unwrapped(found["body"])
            return found if isinstance(found, Mapping) else None
    return record


def _is_stored(record: Record) -> bool:
    """Whether this is an answer as the API gives it back later, with its request in it."""
    return record.get("object") in ("chat.completion", "response")


def _is_of_responses(request: Record, response: object) -> bool:
    told = isinstance(response, Mapping) and (
        response.get("object") == "response" or "output" in response
    )
    return told or "model" in request or any(key in request for key in _ONLY_RESPONSES)


def _kind_of_messages(request: Record, response: object) -> Format:
    if isinstance(response, Mapping):
        if "choices" in response:
            return "chat-completions"
        if response.get("type") == "message" or isinstance(response.get("content"), list):
            return "messages-api"
    if isinstance(response, list) and response and isinstance(response[0], Mapping):
        return "chat-completions" if "choices" in response[0] else "messages-api"
    messages = request["messages"]
    first = messages[:_LOOKED_AT] if isinstance(messages, list) else []
    seen = [message for message in first if isinstance(message, Mapping)]
    if any(message.get("role") in _CHAT_ROLES or "tool_calls" in message for message in seen):
        return "chat-completions"
    if any(key in request for key in _ONLY_MESSAGES) or _names_its_user(request):
        return "messages-api"
    is_chat = any(key in request for key in _ONLY_CHAT)
    is_chat = is_chat or any(message.get("role") == "system" for message in seen)
    return "chat-completions" if is_chat else "messages-api"


def _names_its_user(request: Record) -> bool:
    """Where the Messages API has the user's id."""
    details = request.get("metadata")
    return isinstance(details, Mapping) and "user_id" in details
