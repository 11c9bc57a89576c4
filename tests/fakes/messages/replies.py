"""The documented shapes: messages, errors, and what a script makes of them."""

import importlib
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tests.fakes.messages import answers
from tests.fakes.messages.obedience import obey
from tests.fakes.messages.scripts import Script

_ERRORS = {
    400: ("invalid_request_error", "The request is not valid."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low."),
    403: ("permission_error", "Your API key may not use this resource."),
    404: ("not_found_error", "Not found."),
    409: ("conflict_error", "The resource has changed."),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your rate limit."),
    500: ("api_error", "Internal server error"),
    503: ("api_error", "Service unavailable"),
    504: ("timeout_error", "The request timed out."),
    529: ("overloaded_error", "Overloaded"),
}
_STOP_REASONS = {
    "refusal": "refusal",
    "max_tokens": "max_tokens",
    "context": "model_context_window_exceeded",
}
_THOUGHT = "What was asked is plain; the answer follows from the text."
_CACHEABLE_TOKENS = 1_024


def error(
    status: int, request_id: str, message: str | None = None, kind: str | None = None
) -> dict[str, Any]:
    """The error envelope of a status."""
    usual, words = _ERRORS.get(status, ("api_error", "Error"))
    return {
        "type": "error",
        "error": {"type": kind or usual, "message": message or words},
        "request_id": request_id,
    }


def digest(parameters: Mapping[str, Any]) -> str:
    """SHA-256 of the parameters, the same as `exchange.Request.digest`."""
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def input_tokens(body: Mapping[str, Any]) -> int:
    """Tokens of the prompt: one for four characters of system prompt, turns and schema."""
    length = len(answers.system_text(body)) + 20
    for message in body["messages"]:
        content = message["content"]
        if isinstance(content, str):
            length += len(content)
        else:
            length += sum(len(block.get("text", "")) for block in content)
    form = (body.get("output_config") or {}).get("format")
    if form:
        length += 12 * len(form["schema"].get("properties", ())) + 100
    return length // 4


@dataclass(frozen=True)
class Made:
    """A message and its tokens."""

    message: dict[str, Any]
    input_tokens: int
    output_tokens: int


def load(name: str) -> Callable[[dict[str, Any]], Any]:
    """The function `module:function` that answers instead of the built-in rules."""
    module, _, function = name.partition(":")
    found = getattr(importlib.import_module(module), function)
    if not callable(found):
        raise TypeError(f"{name} is not a function")
    return found  # type: ignore[no-any-return]


class Model:
    """Answers requests; `answer` is a dotted name, `obey` as in obedience.py."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._cached: set[str] = set()
        self._hook: Callable[[dict[str, Any]], Any] | None = None
        self.obey: bool | str = False

    def use(self, answer: str | None) -> None:
        """Answer by that function from now on."""
        self._hook = load(answer) if answer else None

    def reply(
        self, body: dict[str, Any], script: Script | None = None, tier: str = "standard"
    ) -> Made:
        """The message that answers the request, as a script would have it."""
        kind = script.kind if script else "status"
        text = self._text(body, kind)
        stop = _STOP_REASONS.get(kind, "end_turn")
        thinks = (body.get("thinking") or {}).get("type") != "disabled"
        thinking_tokens = 24 if thinks else 0
        tokens = len(text) // 4 + 1 + thinking_tokens
        most = body["max_tokens"]
        if stop == "max_tokens" or tokens > most:
            stop, tokens = "max_tokens", most
            text = text[: max(0, min(len(text) // 2, 4 * (most - thinking_tokens)))]
        if kind in ("refusal", "empty"):
            text, tokens = "", thinking_tokens + 1
        elif kind == "context":
            text = text[: len(text) // 2]
        content: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
        if thinks:
            content.insert(0, {"type": "thinking", "thinking": _THOUGHT, "signature": "c2lnbmVk"})
        usage, total = self._usage(body)
        usage["output_tokens"] = tokens
        usage["output_tokens_details"] = {"thinking_tokens": thinking_tokens}
        usage["service_tier"] = tier
        message = {
            "id": f"msg_{next(self._numbers):024x}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": {"type": "refusal", "category": "general_harms", "explanation": None}
            if stop == "refusal"
            else None,
            "usage": usage,
        }
        return Made(message, total, tokens)

    def _text(self, body: dict[str, Any], kind: str) -> str:
        if kind == "not_json":
            return "Certainly! Here is what I found: {"
        if self._hook is not None:
            given = self._hook(body)
            text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        else:
            text = answers.text_of(body)
        if kind == "schema":
            return _against_schema(text)
        if self.obey:
            schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
            asked, system = answers.user_text(body), answers.system_text(body)
            return obey(self.obey, system, asked, text, schema)
        return text

    def _usage(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        total = input_tokens(body)
        read = written = 0
        prefix = _cached_prefix(body)
        if prefix is not None and len(prefix) // 4 >= _CACHEABLE_TOKENS:
            key = sha256((body["model"] + prefix).encode()).hexdigest()
            if key in self._cached:
                read = len(prefix) // 4
            else:
                self._cached.add(key)
                written = len(prefix) // 4
        return {
            "input_tokens": max(1, total - read - written),
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written,
                "ephemeral_1h_input_tokens": 0,
            },
        }, total


def _cached_prefix(body: Mapping[str, Any]) -> str | None:
    """The system prompt up to its last cache mark."""
    system = body.get("system")
    if not isinstance(system, list):
        return None
    marks = [at for at, block in enumerate(system) if block.get("cache_control")]
    return "\n".join(block["text"] for block in system[: marks[-1] + 1]) if marks else None


def _against_schema(text: str) -> str:
    """JSON of the right shape whose values are all of a wrong type, with a stranger's field."""
    value = json.loads(text)
    if isinstance(value, dict):
        return json.dumps({key: {"wrong": True} for key in value} | {"surprise": 1})
    return json.dumps({"surprise": 1})
