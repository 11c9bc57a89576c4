"""Logged requests of the Messages API.

    {"timestamp": ..., "request": {"model": ..., "system": ..., "messages": [...],
     "metadata": {"user_id": ...}}, "response": {"content": [...]}}

or the request body itself with a `timestamp` beside its fields. Each request repeats the whole
conversation so far. Where neither the log (`conversation_id`, `session_id`) nor the user id names
a conversation, requests of one user that begin with the same system prompt and first message
count as one, of which de-duplication keeps the newest; this can join two conversations that begin
alike, and never splits one.
"""

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from clio_assets.domain.transcript import Message, storable
from clio_assets.home.settings import Format
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.protocol import Malformed, ParsedConversation, Record

name: Final[Format] = "messages-api"
users_are_accounts: Final = False

_TIMES: Final = ("timestamp", "started_at", "created_at", "time")
_CONVERSATIONS: Final = ("conversation_id", "session_id")
_OF_A_BODY: Final = ("model", "max_tokens", "system")
_USER_AND_SESSION = re.compile(r"(?P<user>.+)_session_(?P<session>[0-9a-f-]{36})")


def recognises(record: Record) -> bool:
    """A request body with messages, or a record that has one."""
    request = record.get("request")
    if isinstance(request, Mapping):
        return "messages" in request
    return (
        "messages" in record
        and "conversation_id" not in record
        and "call_type" not in record  # of LiteLLM
        and any(key in record for key in _OF_A_BODY)
    )


def parse(record: Record) -> ParsedConversation:
    """The conversation of a request and its response. Raises Malformed."""
    request = record.get("request", record)
    if not isinstance(request, Mapping):
        raise Malformed("request_not_an_object")
    messages = fields.message_list(request, "messages")
    user, session = _user_and_session(record, request)
    identifier = fields.first_present(record, _CONVERSATIONS) or session
    if identifier is None:
        identifier = _beginning(user, request, messages)
    started_at, latest_at = fields.span([fields.first_present(record, _TIMES)], ())
    return ParsedConversation(
        fields.conversation_id(identifier),
        user,
        started_at,
        latest_at,
        (
            *read_message("system", request.get("system")),
            *(
                turn
                for message in messages
                for turn in read_message(role_of(message.get("role")), message.get("content"))
            ),
            *_answer(record.get("response")),
        ),
        fields.flagged(record.get("flagged")),
    )


def _answer(response: object) -> list[Message]:
    """The assistant's turn of a response; none where the request failed or none was logged."""
    content = response.get("content") if isinstance(response, Mapping) else None
    return read_message("assistant", content)


def _user_and_session(record: Record, request: Record) -> tuple[str | None, str | None]:
    """Who sent the request. Some clients put account and session into one user id: taken whole
    it would make each session a user, and the thresholds count users."""
    details = request.get("metadata")
    value = details.get("user_id") if isinstance(details, Mapping) else None
    user = fields.user_id(record.get("user_id") if value is None else value)
    if user is None:
        return None, None
    match = _USER_AND_SESSION.fullmatch(user)
    if match:
        return match["user"], match["session"]
    if user.startswith("{"):
        return _from_object(user)
    return user, None


def _from_object(user: str) -> tuple[str, str | None]:
    try:
        parts = json.loads(user)
    except (ValueError, RecursionError):
        return user, None
    session, account = parts.pop("session_id", None), parts.get("account_uuid")
    named = account if isinstance(account, str) and account else json.dumps(parts, sort_keys=True)
    return named, session if isinstance(session, str) and session else None


def _beginning(user: str | None, request: Record, messages: list[Record]) -> str:
    """Digest of what all requests of a conversation have in common."""
    first = [_unmarked(message.get("content")) for message in messages[:1]]
    try:
        parts = [user, _unmarked(request.get("system")), first]
        text = json.dumps(parts, sort_keys=True, default=str)
    except RecursionError:
        raise Malformed("nested_too_deeply") from None
    return f"digest {blake2b(text.encode(), digest_size=16).hexdigest()}"


def _unmarked(content: object) -> object:
    """Content as blocks without cache marks, which move from request to request."""
    if isinstance(content, str):
        return [{"type": "text", "text": storable(content)}]
    if not isinstance(content, list):
        return content
    return [
        {key: value for key, value in block.items() if key != "cache_control"}
        if isinstance(block, Mapping)
        else block
        for block in content
    ]
