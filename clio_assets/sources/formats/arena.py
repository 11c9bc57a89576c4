"""Votes of the LMSYS arena, where a user sees two answers to everything and takes one.

    {"question_id": ..., "model_a": ..., "model_b": ..., "winner": "model_a", "judge": ...,
     "tstamp": ..., "conversation_a": [{"role": ..., "content": ...}], "conversation_b": [...],
     "openai_moderation": {"flagged": false}}

The user said the same on both sides, so a vote makes one conversation: with the answers that the
user preferred, and those of side a where neither was preferred; the other side is left out. `judge`
is the user. Later releases name the session (`evaluation_session_id`), each vote of which repeats
all turns before it in `full_conversation`; it counts where it is there. The release for a contest
has lists of texts (`prompt`, `response_a`, `response_b`) and a column for each outcome
(`winner_model_a`, `winner_model_b`, `winner_tie`).
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final, Literal

from clio_assets.domain.transcript import Message
from clio_assets.home.settings import Format
from clio_assets.sources.formats import attributes, fields
from clio_assets.sources.formats.content import read_message, role_of
from clio_assets.sources.formats.extended_json import bare
from clio_assets.sources.formats.labels import known, label
from clio_assets.sources.formats.lmsys import flagged_of
from clio_assets.sources.formats.protocol import Malformed, ParsedConversation, Record

name: Final[Format] = "arena"
users_are_accounts: Final = False

_IDS: Final = ("evaluation_session_id", "question_id", "id", "conversation_id")
_TIMES: Final = ("tstamp", "timestamp")

#: Whether the user liked the answers that count, by the vote.
_FEEDBACK: Final[Mapping[str, int]] = {
    "model_a": 1,
    "model_b": 1,
    "tie": 0,
    "tie (bothbad)": -1,
    "both_bad": -1,
    "bothbad": -1,
}


def recognises(record: Record) -> bool:
    """Two conversations, or two answers, and the two models they are of."""
    two = {"conversation_a", "conversation_b"} <= record.keys()
    return "model_a" in record and (two or {"prompt", "response_a", "response_b"} <= record.keys())


def parse(record: Record) -> ParsedConversation:
    """The conversation of a vote. Raises Malformed."""
    vote = _vote(record)
    side: Literal["a", "b"] = "b" if vote == "model_b" else "a"
    started_at, latest_at = fields.span([bare(fields.first_present(record, _TIMES))], ())
    judge = record.get("judge")
    return ParsedConversation(
        fields.conversation_id(fields.first_present(record, _IDS)),
        fields.user_id(judge) if isinstance(judge, str) else None,
        started_at,
        latest_at,
        tuple(_turns(record, side)),
        flagged_of(record.get("openai_moderation")),
        attributes=known(
            **{
                attributes.MODEL: label(record.get(f"model_{side}")),
                attributes.FEEDBACK: _FEEDBACK.get(vote),
            }
        ),
    )


def _vote(record: Record) -> str:
    """The outcome; nothing where the user gave none."""
    told = record.get("winner")
    if isinstance(told, str):
        return told
    columns = {"winner_model_a": "model_a", "winner_model_b": "model_b", "winner_tie": "tie"}
    return next((vote for column, vote in columns.items() if _is_one(record.get(column))), "")


def _is_one(value: object) -> bool:
    return isinstance(value, str | int | float) and str(value) in {"1", "1.0", "True"}


def _turns(record: Record, side: Literal["a", "b"]) -> Iterator[Message]:
    whole = fields.unwrapped(record.get("full_conversation"))
    key = f"conversation_{side}"
    if isinstance(whole, list) and whole:
        messages = list(_of_a_side(whole, side))
    elif key in record:
        messages = fields.message_list({key: fields.unwrapped(record[key])}, key)
    else:
        yield from _of_texts(record, f"response_{side}")
        return
    for message in messages:
        yield from read_message(role_of(message.get("role")), message.get("content"))


def _of_texts(record: Record, answers: str) -> Iterator[Message]:
    """Prompts and answers in turn, each a list of texts, or one text."""
    asked, told = (fields.unwrapped(record.get(key)) for key in ("prompt", answers))
    if asked is None or answers not in record:
        raise Malformed("messages_missing")
    prompts, responses = (part if isinstance(part, list) else [part] for part in (asked, told))
    for prompt, response in zip_longest(prompts, responses):
        yield from read_message("user", prompt)
        yield from read_message("assistant", response)


def _of_a_side(whole: list[object], side: Literal["a", "b"]) -> Iterator[Record]:
    """User and answer of each turn of a session."""
    for turn in whole:
        if not isinstance(turn, Mapping):
            raise Malformed("message_not_an_object")
        for key in ("user", f"model_side_{side}"):
            message = turn.get(key)
            if message is None:
                continue
            if not isinstance(message, Mapping):
                raise Malformed("message_not_an_object")
            yield message
