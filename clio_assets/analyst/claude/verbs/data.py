"""Conversations and clusters as data of a prompt."""

from collections.abc import Sequence
from typing import Final

from clio_assets.analyst.claude.store.subjects import subject_of
from clio_assets.analyst.claude.verbs.prompt import Data, one_line
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.domain.conversation import Conversation

#: Characters of a description beside its name.
DESCRIPTION: Final = 180


def data_of(key: bytes, conversation: Conversation) -> Data:
    """A conversation as data of a request that is about it alone."""
    transcript = conversation.transcript
    return Data(
        transcript,
        "conversation",
        subject_of(key, transcript),
        {"complaints": conversation.complaints},
    )


def line_of(text: ClusterText, characters: int = DESCRIPTION) -> str:
    """Name and description on one line."""
    return f"{one_line(text.name, 120)}: {one_line(text.description, characters)}"


def names_of(nodes: Sequence[Node]) -> list[str]:
    """The nodes' names, each on a line."""
    return [one_line(node.text.name, 120) for node in nodes]
