"""What Simon Willison's `llm` logs: its database, in both layouts, or `llm logs list --json`.

    {"id": ..., "conversation_id": ..., "model": ..., "datetime_utc": ..., "prompt": "hi",
     "response": "hello", "tool_calls": [...], "tool_results": [...], "attachments": [...],
     "prompt_fragments": [{"content": ...}]}

    {"id": ..., "conversation_id": ..., "datetime_utc": ..., "parts": "[{...}]"}     llm.sql

Each record is what was new in a turn. Until 0.31 the database had the texts in `responses`; now it
has `messages` of `parts` that conversations share, and one may have begun in the old tables and
gone on in the new ones. A log is one person's and names nobody. The system prompt stands in every
turn of it, and is left out; a fragment is a file of the user's, not what the user wrote.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final, cast

from clio_assets.domain import placeholders
from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.observed import labels, number, who
from clio_assets.sources.formats.protocol import Aside, Database, Keys, Malformed, Piece, Record

name: Final[Format] = "llm"
users_are_accounts: Final = False

_HERE: Final = Path(__file__)
_NEW: Final = _HERE.with_name("llm.sql").read_text("utf-8")
_OLD: Final = _HERE.with_name("llm_responses.sql").read_text("utf-8")
_OLDEST: Final = _HERE.with_name("llm_responses_oldest.sql").read_text("utf-8")

_RESPONSES: Final = frozenset({"id", "model", "prompt", "response", "conversation_id"})
_OLD_TABLES: Final[Mapping[str, frozenset[str]]] = {
    "responses": _RESPONSES | {"datetime_utc", "input_tokens", "output_tokens"},
    "prompt_attachments": frozenset({"response_id", "attachment_id"}),
    "prompt_fragments": frozenset({"response_id", "fragment_id"}),
    "tool_calls": frozenset({"response_id", "name"}),
    "tool_results": frozenset({"response_id", "name"}),
}
_NEW_TABLES: Final[Mapping[str, frozenset[str]]] = {
    "threads": frozenset({"id", "forked_from"}),
    "turns": frozenset({"id", "thread_id", "parent_message_hash", "tip_message_hash"}),
    "messages": frozenset({"hash", "parent_hash", "role"}),
    "parts": frozenset({"message_hash", "position", "type", "tool_name", "text", "payload"}),
    "part_attachments": frozenset({"part_id", "attachment_id"}),
}
DATABASES: Final = (
    Database(
        {**_OLD_TABLES, **_NEW_TABLES},
        f"{_NEW}\nUNION ALL\n{_OLD}\nWHERE responses.id NOT IN (SELECT id FROM turns)",
    ),
    Database(_OLD_TABLES, _OLD),
    Database({"responses": _RESPONSES | {"datetime_utc"}}, _OLDEST),
)


def recognises(record: Record) -> bool:
    """A turn of a conversation with the moment under llm's name for it."""
    texts = "parts" in record or ("prompt" in record and "response" in record)
    return texts and "datetime_utc" in record and "conversation_id" in record


def pieces(record: Record, keys: Keys) -> Iterator[Piece | Aside]:
    """What a turn added. Raises Malformed."""
    known = who(record, keys, (), ("conversation_id",))
    at = fields.instant(record.get("datetime_utc"))
    parts = fields.unwrapped(record.get("parts"))
    messages = _of_parts(parts) if isinstance(parts, list) else _of_texts(record)
    if not messages:
        yield Aside("no_messages_logged")
        return
    told = labels(
        {
            attributes.MODEL: fields.first_present(record, ("resolved_model", "model")),
            attributes.INPUT_TOKENS: number(record.get("input_tokens")),
            attributes.OUTPUT_TOKENS: number(record.get("output_tokens")),
        }
    )
    yield Piece(
        "delta",
        tuple(messages),
        conversation_id=known.conversation,
        user_id=known.user,
        tenant=known.tenant,
        at=at,
        attributes=told,
    )


def _of_texts(record: Record) -> list[Message]:
    fragments = _objects(record, "prompt_fragments")
    asked = [
        *({"type": "file"} for _ in fragments),
        *_written(_without(fragments, record.get("prompt"))),
        *(_media(file.get("type")) for file in _objects(record, "attachments")),
    ]
    answered = [
        *_written(record.get("response")),
        *(
            {"type": "tool_call", "name": call.get("name")}
            for call in _objects(record, "tool_calls")
        ),
    ]
    return [
        *(Message("tool", placeholders.TOOL_RESULT) for _ in _objects(record, "tool_results")),
        *read_message("user", asked),
        *read_message("assistant", answered),
    ]


def _objects(record: Record, key: str) -> list[Record]:
    values = fields.unwrapped(record.get(key))
    return (
        [value for value in values if isinstance(value, Mapping)]
        if isinstance(values, list)
        else []
    )


def _without(fragments: Iterable[Record], prompt: object) -> object:
    """What was written behind the fragments, which the newer layout counts among the prompt."""
    if not isinstance(prompt, str):
        return prompt
    for fragment in fragments:
        content = fragment.get("content")
        if isinstance(content, str) and prompt.startswith(content):
            prompt = prompt.removeprefix(content).removeprefix("\n")
    return prompt


def _written(text: object) -> list[Record]:
    if fields.is_missing(text):
        return []
    if not isinstance(text, str):
        raise Malformed("content_of_wrong_type")
    return [{"type": "text", "text": text}]


def _media(kind: object) -> Record:
    """A block of what an attachment is by its media type."""
    main, _, sub = str(kind).partition("/")
    if main in {"image", "audio", "video"}:
        return {"type": main}
    return {"type": "document" if sub == "pdf" else "file"}


def _of_parts(parts: list[object]) -> list[Message]:
    if not all(isinstance(part, Mapping) for part in parts):
        raise Malformed("message_not_an_object")
    found: list[Message] = []
    listed = cast("list[Record]", parts)
    for _, group in groupby(listed, key=lambda part: part.get("message")):
        members = list(group)
        blocks = [block for part in members for block in _blocks(part)]
        found += read_message(role_of(members[0].get("role")), blocks)
    return found


def _blocks(part: Record) -> Iterator[Record]:
    kind = part.get("type")
    if kind == "tool_call":
        yield {"type": "tool_call", "name": part.get("tool")}
    elif kind == "attachment":
        yield _media(part.get("media"))
    elif kind == "text":
        yield from _text_blocks(part)
    else:
        yield {"type": str(kind)}


def _text_blocks(part: Record) -> Iterator[Record]:
    """A text, or the list of what it is made of: fragments by number, and what was written."""
    yield from _written(part.get("text"))
    made_of = fields.at_path(part, "payload.text_ref")
    for item in made_of if isinstance(made_of, list) else []:
        written = item.get("literal") if isinstance(item, Mapping) else None
        if written is None:
            yield {"type": "file"}
        elif isinstance(written, str) and written != "\n":  # what llm puts behind a fragment
            yield {"type": "text", "text": written.removeprefix("\n")}
