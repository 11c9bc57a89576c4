"""Turns are cut into sentences, and lose the stretches that many conversations share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clio_assets.domain.boilerplate import normal, parts_of, without_boilerplate

PREAMBLE = "You are a helpful clerk. Follow the rules of the house."
SHARED = frozenset(map(normal, parts_of(PREAMBLE)))


@given(st.text())
def test_parts_are_the_turn_when_they_are_joined(turn: str) -> None:
    assert "".join(parts_of(turn)) == turn


@pytest.mark.parametrize(
    ("turn", "left"),
    [
        (f"{PREAMBLE} Where is the lift?", "Where is the lift?"),
        (f"Where is the lift? {PREAMBLE}", "Where is the lift?"),
        ("You are a  HELPFUL clerk.\n\nFollow the rules of the house.\n\nHi there", "Hi there"),
        ("Where is the lift? You are a kind clerk.", "Where is the lift? You are a kind clerk."),
        (PREAMBLE, PREAMBLE),  # nothing else was asked
        (f"{PREAMBLE} 17!", f"{PREAMBLE} 17!"),
    ],
)
def test_turn_loses_what_is_shared_when_words_are_left(turn: str, left: str) -> None:
    assert list(without_boilerplate([turn], SHARED)) == [left]


def test_short_sentence_stays_when_it_stands_alone() -> None:
    shared = {"why?", "tell me."}
    assert list(without_boilerplate(["Why? It rains. Tell me."], shared)) == [
        "Why? It rains. Tell me."
    ]


def test_numbers_do_not_tell_sentences_apart() -> None:
    assert normal("Today is 2026-10-05. ") == normal("today  is 2027-1-17.")


def test_later_turns_lose_it_too_when_each_request_repeats_it() -> None:
    turns = [f"{PREAMBLE} Where is the lift?", f"{PREAMBLE} And the exit?"]
    assert list(without_boilerplate(turns, SHARED)) == ["Where is the lift?", "And the exit?"]
