"""What an observer wrote down as the input and the output of a request, as turns.

Gateways and tracing tools keep what they were handed: a request's body, its messages alone, a
question as text; a response's body, its message, a text; any of these as JSON text.

    input    [{"role": ...}]   {"system": ..., "messages": [...]}   {"prompts": ["..."]}   "hi"
    output   {"choices": [{"message": ...}]}   {"content": [...]}   {"generations": [[...]]}   "ho"
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.chat_message import is_message, turns_of
from clio_assets.sources.formats.content import read_message
from clio_assets.sources.formats.protocol import Loss, Malformed, Record
from clio_assets.sources.formats.side_calls import system_turns

#: Where a request's body has its messages, and where the question if it is a text.
_MESSAGES: Final = ("messages", "contents", "input", "prompts", "prompt")
_SYSTEM: Final = ("system", "instructions", "system_instruction")
_QUESTIONS: Final = ("question", "query", "text", "content", "message")
#: Where a response has its message or text, the surest first.
_ANSWERS: Final = ("output_text", "message", "messages", "output", "content", "text")
_LOOSE_ANSWERS: Final = ("response", "answer", "completion", "result")

_REDACTED: Final = frozenset({"redacted-by-litellm", "[REDACTED]", "<REDACTED>"})
_CUT: Final = "litellm_truncated"
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-fA-F]+>")


class Exchange(NamedTuple):
    """The turns of a request and its answer, and what the observer lost of them."""

    messages: tuple[Message, ...]
    losses: tuple[Loss, ...]


def exchange(asked: object, answered: object) -> Exchange:
    """What was sent, and what came back. Raises Malformed where it cannot be told."""
    losses: list[Loss] = []
    sent, reply = _sent(asked), _reply(answered, losses)
    said = [message for message in (*sent, *reply) if message.content not in _REDACTED]
    if len(said) < len(sent) + len(reply):
        losses.append("content_redacted")
        sent = [message for message in sent if message.content not in _REDACTED]
    if any(_CUT in message.content for message in said):
        losses.append("content_truncated")
    if not any(message.role == "user" for message in sent) and "content_redacted" in losses:
        said = []  # an answer without its question tells nothing
    return Exchange(tuple(said), tuple(losses))


def _sent(asked: object) -> list[Message]:
    if fields.is_missing(asked):
        return []
    found = fields.unwrapped(asked)
    turns = _sent_messages(found)
    if turns is None and isinstance(asked, str):  # a text, be it one that is JSON
        return read_message("user", asked)
    if turns is None:
        raise Malformed("messages_missing")
    return turns


def _sent_messages(value: object) -> list[Message] | None:
    """The turns of an input; None where it is no known form."""
    if isinstance(value, list):
        return _listed(value)
    if not isinstance(value, Mapping):
        return None
    if is_message(value):
        return turns_of(value)
    if not value:
        return []
    before = system_turns(fields.first_present(value, _SYSTEM))
    for key in _MESSAGES:
        if not fields.is_missing(value.get(key)):
            return [*before, *_sent(value[key])]
    question = fields.first_present(value, _QUESTIONS)
    if isinstance(question, str):
        return read_message("user", question)
    return _of_an_argument(list(value.values()))


def _of_an_argument(values: list[object]) -> list[Message] | None:
    """The messages among the arguments of a function, whatever it calls them."""
    lists = [value for value in values if isinstance(value, list) and any(map(is_message, value))]
    return _listed(lists[0]) if len(lists) == 1 else None


def _listed(values: list[object]) -> list[Message] | None:
    """Messages, a batch of which the first one counts, or texts."""
    values = [fields.unwrapped(value) for value in values]
    if values and isinstance(values[0], list):
        return _listed(values[0])
    if all(isinstance(value, str) for value in values):
        return [turn for value in values for turn in read_message("user", value)]
    if not any(is_message(value) for value in values):
        blocks = [value for value in values if isinstance(value, Mapping) and "type" in value]
        return read_message("user", blocks) if len(blocks) == len(values) else None
    return [turn for value in values for turn in _any_turns(value)]


def _any_turns(value: object) -> list[Message]:
    return read_message("user", value) if isinstance(value, str) else turns_of(value)


def _reply(answered: object, losses: list[Loss]) -> list[Message]:
    if fields.is_missing(answered) or answered in ([], {}, "{}", "[]"):
        return []
    found = fields.unwrapped(answered)
    if isinstance(found, str):
        if _OBJECT.fullmatch(found.strip()):
            losses.append("answer_not_text")
            return []
        return read_message("assistant", found)
    turns = _answers(found)
    if turns is None and isinstance(answered, str):
        return read_message("assistant", answered)
    if turns is None:
        losses.append("answer_missing")
        return []
    return [turn for turn in turns if turn.role in {"assistant", "tool"}]


def _answers(value: object) -> list[Message] | None:
    """The turns of an output; None where it is no known form."""
    if isinstance(value, list):
        return _answer_list(value)
    if isinstance(value, str):
        return read_message("assistant", value)
    if not isinstance(value, Mapping):
        return None
    for key in ("choices", "generations", "candidates"):
        if isinstance(value.get(key), list):
            return _first_of(value[key])
    if is_message(value) or "tool_calls" in value:
        return _as_answer(value)
    for key in _ANSWERS:
        if not fields.is_missing(value.get(key)):
            return _under(key, value[key])
    answer = fields.first_present(value, _LOOSE_ANSWERS)
    if answer is not None:
        return _answers(answer)
    text = json.dumps(value, ensure_ascii=False, default=str)  # an answer that is an object
    return read_message("assistant", text) if value else []


def _under(key: str, value: object) -> list[Message] | None:
    if key == "content" and isinstance(value, list):  # blocks of the Messages API
        return read_message("assistant", value)
    if key == "messages" and isinstance(value, list):  # the history too, where a graph answers
        return _behind_the_last_question(value)
    return _answers(fields.unwrapped(value))


def _first_of(values: list[object]) -> list[Message] | None:
    """The first of several answers to one request."""
    first = values[0] if values else {}
    if isinstance(first, list):
        return _first_of(first)
    if not isinstance(first, Mapping):
        return None
    for key in ("message", "content", "delta"):
        if isinstance(first.get(key), Mapping):
            return _as_answer(first[key])
    return read_message("assistant", first.get("text")) if "text" in first else []


def _as_answer(message: Record) -> list[Message]:
    """The turns of a message, which is an assistant's where no role stands there."""
    if is_message(message):
        return turns_of(message)
    return turns_of({**message, "role": "assistant"})


def _answer_list(values: list[object]) -> list[Message] | None:
    if not all(isinstance(value, Mapping) for value in values):
        texts = [value for value in values if isinstance(value, str)]
        return read_message("assistant", "".join(texts)) if len(texts) == len(values) else None
    if any(is_message(value) for value in values):
        return _behind_the_last_question(values)
    if values and isinstance(values[0], Mapping) and "choices" in values[0]:
        return _answers(values[0])
    return read_message("assistant", values)


def _behind_the_last_question(values: Iterable[object]) -> list[Message]:
    """What an assistant said after all the user had said."""
    turns = [turn for value in values for turn in _any_turns(fields.unwrapped(value))]
    places = [place for place, turn in enumerate(turns) if turn.role == "user"]
    return turns[places[-1] + 1 :] if places else turns
