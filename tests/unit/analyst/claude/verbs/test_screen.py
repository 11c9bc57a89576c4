"""Screening."""

import json

import pytest

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.subjects import subject_of
from clio_assets.analyst.claude.verbs.screen import screen
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.errors import AnalystError
from tests.fakes.desk import desk_of, user_of


def conversations(count: int) -> list[Conversation]:
    return [Conversation(f"<user>conversation {at}</user>", 1) for at in range(count)]


def even(request: Request) -> str:
    number = int(user_of(request).partition("<user>conversation ")[2].partition("<")[0])
    return json.dumps({"answer": number % 2 == 0})


def test_screen_answers_each_conversation_in_order() -> None:
    desk, asker = desk_of(even)
    assert screen(desk, conversations(5), "Is it even?") == [True, False, True, False, True]
    request = asker.requests[0]
    assert "Is it even?" in request.parameters["system"]
    assert request.model == desk.settings.extract.model
    assert request.subject == subject_of(desk.key, "<user>conversation 0</user>")


def test_screen_lets_a_conversation_without_answer_not_pass() -> None:
    desk, _ = desk_of(
        lambda request: NotAnswered("refused") if "ion 1<" in user_of(request) else even(request)
    )
    assert screen(desk, conversations(3), "Is it even?") == [True, False, True]


def test_screen_stops_when_more_than_a_few_have_no_answer() -> None:
    desk, _ = desk_of(lambda _: "no JSON")
    with pytest.raises(AnalystError, match="no answer for 11 of 11"):
        screen(desk, conversations(11), "Is it even?")
