"""What many users of a day begin their conversations with is found; what they want is not."""

import pytest

from clio_assets.domain.transcript import Message, render_transcript
from clio_assets.facets.boilerplate import boilerplate_of

PREAMBLE = "You are a helpful clerk. Answer shortly."
PARTS = {"you are a helpful clerk.", "answer shortly."}
PLACES = ["lift", "exit", "canteen", "garage", "office", "library", "lab", "garden"]


def found(*turns: str, users: list[str] | None = None) -> frozenset[str]:
    transcripts = [
        render_transcript([Message("user", turn), Message("assistant", "There.")]) for turn in turns
    ]
    return boilerplate_of(transcripts, users or [f"u{number}" for number in range(len(turns))])


def asked(place: str) -> str:
    return f"Where is the {place}?"


def test_sentences_are_found_when_many_users_begin_with_them() -> None:
    turns = [f"{PREAMBLE} {asked(place)}" for place in PLACES]
    assert found(*turns, *map(asked, PLACES)) == PARTS


@pytest.mark.parametrize(
    ("turns", "users"),
    [
        (["Tell me a joke, please. It is for fun."] * 8, None),  # it is what they want
        ([f"{PREAMBLE} {asked(place)}" for place in PLACES], ["u1"] * 4 + ["u2"] * 4),
        ([f"{PREAMBLE} {asked(place)}" for place in PLACES[:2]], None),
        # three of 61 users are less than a twentieth
        (
            [f"{PREAMBLE} {asked(place)}" for place in PLACES[:3]]
            + [f"Is {number} a prime number or is it odd" for number in range(58)],
            None,
        ),
        ([], None),
        (["17", ""], None),
    ],
    ids=["wanted", "two users", "two conversations", "rare", "none", "no words"],
)
def test_nothing_is_found_when_the_sentence_is_not_shared(
    turns: list[str], users: list[str] | None
) -> None:
    assert found(*turns, users=users) == frozenset()


def test_a_text_that_is_no_transcript_shows_nothing() -> None:
    assert boilerplate_of(["no turns"] * 4, ["a", "b", "c", "d"]) == frozenset()
