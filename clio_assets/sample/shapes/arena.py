"""The sample as votes of the LMSYS arena: two answers to everything, of which the user took one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain, moment

name: Final[Format] = "arena"
lacks: Final[frozenset[Lack]] = frozenset()

_VOTES: Final = ("model_a", "model_b", "tie", "tie (bothbad)")


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """One vote each, on a whole conversation; the sample's answers are those that were taken."""
    for number, conversation in enumerate(conversations):
        vote = _VOTES[number % len(_VOTES)]
        told, other = conversation["messages"], _other(conversation["messages"])
        flagged = conversation.get("flagged")
        yield {
            "question_id": conversation["conversation_id"],
            "model_a": "vicuna-13b",
            "model_b": "koala-13b",
            "winner": vote,
            "judge": conversation["user_id"],
            "conversation_a": other if vote == "model_b" else told,
            "conversation_b": told if vote == "model_b" else other,
            "turn": sum(message["role"] == "user" for message in told),
            "anony": True,
            "language": "English",
            "tstamp": moment(conversation, 0).timestamp(),
            "openai_moderation": None if flagged is None else {"flagged": flagged},
        }


def _other(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The same questions with answers that are not the sample's."""
    return [
        message if message["role"] == "user" else {**message, "content": "I do not know."}
        for message in messages
    ]
