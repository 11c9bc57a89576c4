"""Votes of the LMSYS arena, where a user sees two answers to everything and takes one.

    {"question_id": ..., "model_a": ..., "model_b": ..., "winner": "model_a", "judge": ...,
     "tstamp": ..., "conversation_a": [{"role": ..., "content": ...}], "conversation_b": [...],
     "openai_moderation": {"flagged": false}}

The user said the same on both sides, so a vote makes one conversation: with the answers that the
user preferred, and those of side a where neither was preferred; the other side is left out. `judge`
is the user. Later releases name the session (`evaluation_session_id`), each vote of which repeats
all turns before it in `full_conversation`; it counts where it is there.
"""

from collections.abc import Iterator, Mapping
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
    """Two conversations and the two models they were held with."""
    return "conversation_a" in record and "conversation_b" in record and "model_a" in record


def parse(record: Record) -> ParsedConversation:
    """The conversation of a vote. Raises Malformed."""
    vote = record.get("winner")
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
                attributes.FEEDBACK: _FEEDBACK.get(vote) if isinstance(vote, str) else None,
            }
        ),
    )


def _turns(record: Record, side: Literal["a", "b"]) -> Iterator[Message]:
    whole = record.get("full_conversation")
    if isinstance(whole, list) and whole:
        messages = list(_of_a_side(whole, side))
    else:
        messages = fields.message_list(record, f"conversation_{side}")
    for message in messages:
        yield from read_message(role_of(message.get("role")), message.get("content"))


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
