"""A conversation as an analyst sees it."""

from dataclasses import dataclass
from typing import Literal

#: What was wrong with text facets: they held personal data of the conversation, or more
#: consecutive words of it than a description needs.
Complaint = Literal["personal_data", "overlap"]


@dataclass(frozen=True)
class Conversation:
    """What an analyst sees of a conversation: its transcript (conversations/transcript.py).

    `complaints` say what was wrong with an earlier answer, where it is asked for once more.
    `boilerplate` are sentences that many conversations share (domain/boilerplate.py).
    """

    transcript: str
    turns: int
    complaints: tuple[Complaint, ...] = ()
    boilerplate: frozenset[str] = frozenset()
