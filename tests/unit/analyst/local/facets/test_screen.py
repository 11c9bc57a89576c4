"""The screener: a topic filter by resemblance."""

import pytest

from clio_assets.analyst.local.facets import screen
from clio_assets.analyst.local.facets.screen import subjects_of
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.embedder import Embedder
from clio_assets.domain.transcript import Message, render
from clio_assets.errors import UsageError


def conversation(*turns: str) -> Conversation:
    return Conversation(render([Message("user", turn) for turn in turns]), len(turns))


@pytest.mark.parametrize(
    ("question", "subjects"),
    [
        ("Is the conversation about cars or traffic?", ["cars or traffic", "cars", "traffic"]),
        ("Does the user ask for a recipe?", ["a recipe"]),
        ("weather", ["weather"]),
        ("Is it?", ["Is it?"]),
    ],
)
def test_subject_is_what_follows_the_frame_when_a_question_is_read(
    question: str, subjects: list[str]
) -> None:
    assert subjects_of(question) == subjects


def test_conversations_on_the_topic_stay_when_screened(bundled: Embedder) -> None:
    conversations = [
        conversation("Will it rain in Bergen tomorrow?"),
        conversation("Transfer 50 euros to my savings account."),
        conversation("Tell me a joke", "What's the weather like in June in Rome?"),
        conversation("👍"),
    ]
    found = screen(conversations, "Is the conversation about the weather?", bundled)
    assert list(found) == [True, False, True, False]


def test_question_is_refused_when_it_is_empty(bundled: Embedder) -> None:
    with pytest.raises(UsageError, match="screener is empty"):
        screen([], " ", bundled)


def test_nothing_is_answered_when_nothing_is_asked_about(bundled: Embedder) -> None:
    assert list(screen([], "Is it about food?", bundled)) == []
