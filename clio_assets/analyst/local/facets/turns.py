"""The turns of users, and conversations in parts that fit in memory."""

from collections.abc import Iterator, Sequence
from typing import Final

from clio_assets.domain.boilerplate import without_boilerplate
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.transcript import user_turns
from clio_assets.errors import AnalystError

#: Conversations whose summaries and vectors are in memory at a time.
_AT_ONCE: Final = 512


def in_parts(conversations: Sequence[Conversation]) -> Iterator[Sequence[Conversation]]:
    """The conversations in order, some hundreds at a time."""
    for start in range(0, len(conversations), _AT_ONCE):
        yield conversations[start : start + _AT_ONCE]


def turns_of(conversation: Conversation) -> Sequence[str]:
    """What the user wrote, turn by turn, without what many conversations share.

    AnalystError for anything but a transcript.
    """
    try:
        turns = user_turns(conversation.transcript)
    except ValueError:
        raise AnalystError("a conversation's transcript is not in the platform's form") from None
    return without_boilerplate(turns, conversation.boilerplate)
