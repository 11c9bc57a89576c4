"""Calls of a model's API as pieces, read alike whichever API the record is of: a gateway logs
calls of several, and a request without an answer may be of either of two.

A request repeats the conversation so far. Of Responses those that go on from a stored answer or a
stored conversation hold only what was new; so does the first of such a chain, which cannot be told
from a single question: it names the answer that others go on from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.chat_message import is_message, turns_of
from clio_assets.sources.formats.content import read_message
from clio_assets.sources.formats.logged_calls import Call, call_of, kind_of
from clio_assets.sources.formats.observed import Who, labels, number, who
from clio_assets.sources.formats.protocol import Aside, Keys, Loss, Malformed, Piece, Record
from clio_assets.sources.formats.side_calls import system_turns
from clio_assets.sources.formats.streams import joined

_TIMES: Final = (
    "timestamp",
    "started_at",
    "created_at",
    "time",
    "response.created_at",
    "response.created",
)
_ENDS: Final = ("completed_at", "ended_at", "response.completed_at")
_USERS: Final = (
    "request.metadata.user_id",
    "request.user",
    "request.safety_identifier",
    "response.metadata.user_id",
    "user_id",
    "user",
)
_CONVERSATIONS: Final = (
    "conversation_id",
    "session_id",
    "request.metadata.conversation_id",
    "request.metadata.session_id",
)


def pieces(record: Record, keys: Keys, expected: Format) -> Iterator[Piece | Aside]:
    """The request and its answer. Raises Malformed."""
    call = call_of(record)
    call = call._replace(response=joined(call.response))
    call = call._replace(log={**call.log, "response": call.response})
    known = who(call.log, keys, _USERS, _CONVERSATIONS)
    if (kind_of(record) or expected) == "responses":
        yield _of_responses(call, known)
        return
    sent = [
        *read_message("system", call.request.get("system")),
        *(turn for m in fields.message_list(call.request, "messages") for turn in turns_of(m)),
    ]
    yield _piece(call, known, sent, _answer(call.response))


def _answer(response: object) -> list[Message]:
    """The turns of an answer; none where the request failed or none was logged."""
    if not isinstance(response, Mapping):
        return []
    choices = response.get("choices")
    if isinstance(choices, list):
        first = choices[0] if choices else None
        message = first.get("message") if isinstance(first, Mapping) else None
        return turns_of({**message, "role": "assistant"}) if isinstance(message, Mapping) else []
    return read_message("assistant", response.get("content"))


def _piece(call: Call, known: Who, sent: list[Message], reply: list[Message]) -> Piece:
    times = (fields.first_at(call.log, _TIMES), fields.first_at(call.log, _ENDS))
    at, latest_at = fields.span(times, ())
    missing: tuple[Loss, ...] = () if reply or _failed(call.response) else ("answer_missing",)
    return Piece(
        "cumulative",
        (*sent, *reply),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=at,
        latest_at=latest_at,
        flagged=fields.flagged(call.log.get("flagged")),
        attributes=_attributes(call),
        losses=missing,
    )


def _failed(response: object) -> bool:
    if not isinstance(response, Mapping):
        return False
    return response.get("type") == "error" or not fields.is_missing(response.get("error"))


def _attributes(call: Call) -> Mapping[str, object]:
    usage = ("response.usage.input_tokens", "response.usage.prompt_tokens")
    told = ("response.usage.output_tokens", "response.usage.completion_tokens")
    return labels(
        {
            attributes.MODEL: fields.first_at(call.log, ("response.model", "request.model")),
            attributes.ERROR: _failed(call.response) or None,
            attributes.INPUT_TOKENS: number(fields.first_at(call.log, usage)),
            attributes.OUTPUT_TOKENS: number(fields.first_at(call.log, told)),
        }
    )


def _of_responses(call: Call, known: Who) -> Piece | Aside:
    response = call.response if isinstance(call.response, Mapping) else {}
    asked = fields.unwrapped(call.request.get("input"))
    if fields.is_missing(asked):  # an answer without its question tells nothing
        return Aside("no_messages_logged", ("content_not_logged",))
    sent = read_message("user", asked) if isinstance(asked, str) else _items(asked)
    system = system_turns(call.request.get("instructions"))
    before = fields.first_at(
        call.log, ("request.previous_response_id", "response.previous_response_id")
    )
    stored = _stored_conversation(call.log)
    named = Who(conversation=known.conversation or stored)
    reply = [turn for turn in _output(response) if turn.role != "user"]
    piece = _piece(call, known.else_(named), [*system, *sent], reply)
    own, parent = fields.user_id(response.get("id")), fields.user_id(before)
    repeats = any(turn.role == "assistant" for turn in sent) and parent is None and not stored
    if repeats or call.request.get("store") is False or (own is parent is stored is None):
        return piece
    # Several chains may lie in one named conversation: their first ones are no versions of another.
    node = None if piece.conversation_id and parent is None else own
    return replace(piece, kind="delta", node=node, parent=parent)


def _stored_conversation(log: Record) -> str | None:
    for path in ("request.conversation", "response.conversation"):
        found = fields.unwrapped(fields.at_path(log, path))
        found = found.get("id") if isinstance(found, Mapping) else found
        if not fields.is_missing(found):
            return fields.conversation_id(found)
    return None


def _output(response: Record) -> list[Message]:
    output = fields.unwrapped(response.get("output"))
    if isinstance(output, list) and output:
        return _items(output)
    text = response.get("output_text")
    return read_message("assistant", text) if isinstance(text, str) else []


def _items(values: object) -> list[Message]:
    """The turns of items: messages, calls of tools and their results; notes of the API's own are
    none."""
    if not isinstance(values, list):
        raise Malformed("messages_not_a_list")
    return [turn for value in values for turn in _item(value)]


def _item(value: object) -> list[Message]:
    if isinstance(value, str):
        return read_message("user", value)
    if is_message(value) or not isinstance(value, Mapping) or "role" in value:
        return turns_of(value)
    kind = str(value.get("type"))
    if kind.endswith("_output"):
        return read_message("tool", [{"type": "tool_result"}])
    if kind.endswith("_call"):
        name = value.get("name", kind)
        return read_message("assistant", [{"type": "tool_call", "name": name}])
    return []
