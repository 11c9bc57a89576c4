"""What an application asks a model for itself, in a session of the user: set apart from the talk.

    {"messages": [{"role": "user", "content": "Find a title for this chat: ..."}],
     "metadata": {"task": "title_generation", ...}}

It is told by what the request says of itself where it does (`is_told`), else by the prompt, which
the application begins the same each time (`side_calls.toml` has marks of it). A prompt counts where
the user has no other turn; behind a conversation only the prompt and its answer are left out, for
the request holds the conversation too. The words of a system's prompt are not kept in turns, so
that the turn itself is a mark: `INSTRUCTED`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message
from clio_assets.sources.formats import fields
from clio_assets.sources.formats.protocol import Aside, ParsedConversation, Piece, Record

Part = TypeVar("Part", bound=Piece | ParsedConversation)

#: A system's turn which tells a model to serve the application; told by identity, not by its words.
INSTRUCTED: Final = Message("system", placeholders.SYSTEM_PROMPT)

_SYSTEM: Final = Message("system", placeholders.SYSTEM_PROMPT)

_TABLE: Final = Path(__file__).with_suffix(".toml")
_LOOKED_AT: Final = 1000  # characters of a beginning
_START: Final = 16  # characters
_DIGITS: Final = 16  # of a mark

#: Where the details of a request stand that its application sent along.
_DETAILS: Final = (
    "metadata",
    "request.metadata",
    "proxy_server_request.metadata",
    "metadata.requester_metadata",
    "extra.metadata",
    "attributes.metadata",
)
_OF_THE_APPLICATION: Final = ("task_body", "chat_id")  # beside `task`, which others have as well
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROOM: Final = (
    "request.max_tokens",
    "max_tokens",
    "model_parameters.max_tokens",
    "modelParameters.max_tokens",
    "proxy_server_request.max_tokens",
    "extra.invocation_params.max_tokens",
    "gen_ai.request.max_tokens",
)


class _Prompt(NamedTuple):
    """Marks of a prompt: of its start, its beginning, and of what else stands in it (`held` 0:
    nothing)."""

    starts: str
    characters: int
    begins: str
    held: int
    holds: str


class _Table(NamedTuple):
    """What is known of applications."""

    tasks: frozenset[str]
    probes: frozenset[str]
    lengths: tuple[int, ...]  # of the starts that prompts are looked up by
    prompts: Mapping[str, tuple[_Prompt, ...]]  # by the mark of such a start


@cache
def _table() -> _Table:
    apps: list[dict[str, Any]] = tomllib.loads(_TABLE.read_text("utf-8"))["app"]
    prompts = [
        _Prompt(**{"held": 0, "holds": ""} | {key: one[key] for key in one if key != "for"})
        for app in apps
        for one in app["prompts"]
    ]
    return _Table(
        frozenset(task for app in apps for task in app.get("tasks", ())),
        frozenset(probe for app in apps for probe in app.get("probes", ())),
        tuple({min(prompt.characters, _START) for prompt in prompts}),
        {
            starts: tuple(prompt for prompt in prompts if prompt.starts == starts)
            for starts in {prompt.starts for prompt in prompts}
        },
    )


def mark(text: str) -> str:
    """What the table has in place of a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def is_prompt(text: str) -> bool:
    """Whether a text is the prompt of a side call of an application that is known."""
    table, beginning = _table(), " ".join(text[:_LOOKED_AT].split())
    return any(
        mark(beginning[: found.characters]) == found.begins and _holds(text, found)
        for length in table.lengths
        for found in table.prompts.get(mark(beginning[:length]), ())
    )


def _holds(text: str, prompt: _Prompt) -> bool:
    if not prompt.held:
        return True
    whole = " ".join(text.split())
    places = range(len(whole) - prompt.held + 1)
    return any(mark(whole[at : at + prompt.held]) == prompt.holds for at in places)


def system_turns(prompt: object) -> list[Message]:
    """The turn that stands for a system's prompt, in whatever form; none where it is empty."""
    if not prompt or fields.is_missing(prompt):
        return []
    return [system_turn(_texts(fields.unwrapped(prompt)))]


def system_turn(texts: Iterable[str]) -> Message:
    """The turn that stands for the texts of a system's prompt."""
    return INSTRUCTED if any(map(is_prompt, texts)) else _SYSTEM


def _texts(prompt: object) -> Iterator[str]:
    if isinstance(prompt, str):
        yield prompt
    elif isinstance(prompt, list):
        for part in prompt:
            yield from _texts(part)
    elif isinstance(prompt, Mapping):
        for key in ("text", "content", "parts"):
            yield from _texts(prompt.get(key))


def is_told(record: Record) -> bool:
    """Whether a request says itself that it is a side call: in the details that the application
    sent along, or by its name and an id, as a filter of the application names it for a logger."""
    name, _, own = str(record.get("name")).partition(":")
    if name in _table().tasks and _ID.fullmatch(own):
        return True
    return any(_is_task(fields.unwrapped(fields.at_path(record, path))) for path in _DETAILS)


def _is_task(details: object) -> bool:
    if not isinstance(details, Mapping) or not any(key in details for key in _OF_THE_APPLICATION):
        return False
    return str(details.get("task")).lower().removeprefix("tasks.") in _table().tasks


def is_probe(record: Record, part: Piece | ParsedConversation) -> bool:
    """Whether a request has room for one token of an answer, and asks nothing."""
    said = [message.content.strip() for message in part.messages if message.role == "user"]
    if len(said) != 1 or said[0] not in _table().probes:
        return False
    return str(fields.first_at(record, _ROOM)) in ("1", "1.0")


def without(
    parts: Iterable[ParsedConversation | Piece | Aside], record: Record
) -> Iterator[ParsedConversation | Piece | Aside]:
    """What a record holds, side calls set apart."""
    found = list(parts)
    requests = [part for part in found if not isinstance(part, Aside) and part.messages]
    for part in found:
        if isinstance(part, Aside) or not part.messages:
            yield part
        else:  # what a record tells of several requests holds for none
            yield from apart(part, record if len(requests) == 1 else {})


def apart(part: Part, record: Record) -> Iterator[Part | Aside]:
    """What is left of a request without what its application asked for itself; the record is of
    this request alone."""
    messages = part.messages
    if (
        any(message is INSTRUCTED for message in messages)
        or is_told(record)
        or is_probe(record, part)
    ):
        yield from _silent(part)
        return
    asked = [place for place, message in enumerate(messages) if message.role == "user"]
    if not asked or not is_prompt(messages[asked[-1]].content):
        yield part
    elif len(asked) == 1:
        yield from _silent(part)
    else:
        yield _before(part, asked[-1])
        yield Aside("side_call")


def _before(part: Part, place: int) -> Part:
    """A request without what comes from a place on; what is told of a request is of its end."""
    messages = part.messages[:place]
    if isinstance(part, Piece):
        return replace(part, messages=messages, attributes={}, losses=())
    return replace(part, messages=messages)


def _silent(part: Part) -> Iterator[Part | Aside]:
    """A request that does not count; what its span tells holds for those below it all the same."""
    if isinstance(part, Piece) and part.span is not None:
        yield replace(part, messages=(), attributes={}, losses=(), at=None, latest_at=None)
    yield Aside("side_call")
