"""What the server's answers mean: a reply, or what is wrong and what to do about it.

The body is read as plain JSON, not into the SDK's models: half of the CPU time of a call otherwise.
Nothing that the server wrote is repeated in a message, since it may echo the request; statuses and
documented error types alone are.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import Any, Literal

from clio_assets.analyst.claude.exchange import Reply, Usage
from clio_assets.analyst.protocol import NotAnswered

#: What to do: ask again after a while; wait as the server says, then again; set this request
#: aside; set it aside, and stop where all are so; stop the run.
Remedy = Literal["again", "slower", "aside", "doubtful", "stop"]

#: Of the API's documentation; a server may send others, which are not repeated.
ERROR_TYPES = frozenset(
    (
        "invalid_request_error",
        "authentication_error",
        "billing_error",
        "permission_error",
        "not_found_error",
        "conflict_error",
        "request_too_large",
        "rate_limit_error",
        "timeout_error",
        "api_error",
        "overloaded_error",
    )
)

#: How servers say that a prompt, with the reply that it allows, is longer than their model takes:
#: Anthropic's; vLLM's, SGLang's and LMDeploy's; llama.cpp's.
_OVERFLOW = re.compile(r"prompt is too long|context (length|size|window)", re.IGNORECASE)

CONTEXT_OVERFLOW = NotAnswered("context_overflow")
TOO_LARGE = NotAnswered("too_large")
INVALID_REQUEST = NotAnswered("invalid_request")


@dataclass(frozen=True)
class Trouble:
    """An attempt without a reply. `what` is fit for messages: a status, a kind, no content."""

    what: str
    remedy: Remedy
    status: int = 0
    outcome: NotAnswered = INVALID_REQUEST
    retry_after: float | None = None


def reply_from(message: Any, *, batch: bool = False) -> Reply | None:
    """The reply of a message as the API documents it (JSON, or `model_dump()` of the SDK's
    `Message`); None where it is of another form.

    Text blocks are found by type, as thinking comes before them.
    """
    try:
        blocks = message["content"]
        text = "".join([block["text"] for block in blocks if block["type"] == "text"])
        if not text.isascii():  # half a surrogate pair, of an escape that was cut off
            text = text.encode("utf-8", "replace").decode()
        usage = message["usage"]
        return Reply(
            text=text,
            stop_reason=_word(message["stop_reason"]),
            usage=Usage(
                input_tokens=_count(usage["input_tokens"]),
                output_tokens=_count(usage["output_tokens"]),
                cache_read_tokens=_count(usage.get("cache_read_input_tokens")),
                cache_write_tokens=_count(usage.get("cache_creation_input_tokens")),
            ),
            batch=batch,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def read_success(body: bytes) -> Reply | Trouble:
    """The reply of an answer of status 200; one that is no message is asked for again."""
    try:
        message = json.loads(body)
    except ValueError:  # of JSON and of UTF-8
        return Trouble("an answer that is no JSON", "again")
    return reply_from(message) or Trouble("an answer that is no message", "again")


def read_failure(status: int, body: object, headers: Mapping[str, str]) -> Trouble:
    """What to do about an answer of another status; `body` is its JSON, where it was JSON."""
    error = body.get("error") if isinstance(body, dict) else None
    kind = error.get("type") if isinstance(error, dict) else None
    words = error.get("message") if isinstance(error, dict) else None
    what = f"{status} {kind}" if isinstance(kind, str) and kind in ERROR_TYPES else str(status)
    if status == 429:
        return Trouble(what, "slower", status, retry_after=retry_after(headers))
    if status in (408, 409) or status >= 500:
        return Trouble(what, "again", status, retry_after=retry_after(headers))
    if status == 413:
        return Trouble(what, "aside", status, TOO_LARGE)
    if status in (400, 422):
        if isinstance(words, str) and _OVERFLOW.search(words):
            return Trouble(what, "doubtful", status, CONTEXT_OVERFLOW)
        if lacks_credit(words):
            return Trouble(what, "stop", 402)
        return Trouble(what, "doubtful", status)
    return Trouble(what, "stop", status)


def lacks_credit(words: object) -> bool:
    """Whether an error that is called an invalid request says that the account has no credit."""
    return isinstance(words, str) and "credit balance is too low" in words.lower()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the header `retry-after` says in either of its forms; None without one.

    The date form is counted from the server's own `date`, whose clock need not be ours.
    """
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        end, now = parsedate_tz(text), parsedate_tz(headers.get("date") or "")
        if end is None or now is None:
            return None
        seconds = float(mktime_tz(end) - mktime_tz(now))
    return seconds if 0 <= seconds < float("inf") else None


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no word")
    return value


def _count(value: object) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or value < 0:
        raise TypeError("no count")
    return value
