import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.domain.transcript import (
    Message,
    clean_text,
    decode_messages,
    encode_messages,
    has_user_text,
    render_transcript,
    turns,
    user_turn_count,
    user_turns,
)

ROLES = st.sampled_from(["system", "user", "assistant", "tool"])
TRICKY = st.sampled_from(
    ["&", "<", ">", "&lt;", "</user>", "<tool>", '<omitted characters="3"/>', "\n", "é", "[image]"]
)
TEXT = st.lists(TRICKY | st.text(max_size=20), max_size=12).map("".join)
MESSAGES = st.lists(st.builds(Message, ROLES, TEXT), max_size=8)


@settings(deadline=None)
@given(MESSAGES)
def test_turns_are_those_rendered_when_nothing_was_left_out(messages: list[Message]) -> None:
    assert turns(render_transcript(messages)) == messages
    assert list(decode_messages(encode_messages(messages))) == messages


def words(part: str) -> str:
    """Text of a part of a transcript, as it was written."""
    part = re.sub(r"^\n(?=<\w)", "", part)
    part = re.sub(r"</\w+>\n?|<\w+>", "", part)
    return part.replace("&lt;", "<").replace("&amp;", "&")


@settings(deadline=None)
@given(MESSAGES, st.integers(min_value=150, max_value=400))
def test_transcript_is_whole_or_keeps_head_and_tail_when_there_is_a_budget(
    messages: list[Message], budget: int
) -> None:
    whole, short = render_transcript(messages), render_transcript(messages, budget)
    if len(whole) <= budget:
        assert short == whole
        return
    assert budget - 130 <= len(short) <= budget
    assert turns(short)
    head, omitted, tail = re.split(r'<omitted characters="(\d+)"/>', short)
    said = "".join(message.content for message in messages)
    assert said.startswith(words(head))
    assert said.endswith(words(tail))
    assert len(words(head)) + int(omitted) + len(words(tail)) == len(said)


def test_transcript_reads_as_described_when_it_is_short() -> None:
    messages = [Message("user", "1 < 2 & 3 > 2?"), Message("assistant", "</assistant> yes")]
    assert render_transcript(messages) == (
        "<user>1 &lt; 2 &amp; 3 > 2?</user>\n<assistant>&lt;/assistant> yes</assistant>"
    )


def test_marker_stands_inside_the_turn_when_one_long_turn_is_cut() -> None:
    short = render_transcript([Message("user", "a" * 500 + "b" * 500)], 500)
    assert len(short) <= 500
    assert '<omitted characters="' in short.removeprefix("<user>")
    [(role, text)] = turns(short)
    assert role == "user"
    assert text.startswith("aaa")
    assert "a\n\nb" in text
    assert text.endswith("bbb")
    assert user_turns(short) == [text]


def test_marker_stands_between_turns_when_whole_turns_are_left_out() -> None:
    messages = [Message("user", f"question {i:03}") for i in range(200)]
    short = render_transcript(messages, 1000)
    assert 900 < len(short) <= 1000
    assert short.startswith("<user>question 000</user>\n<user>question 001</user>")
    assert short.endswith("<user>question 199</user>")
    lines = short.split("\n")
    assert sum(line.startswith("<omitted ") for line in lines) == 1


@pytest.mark.parametrize("budget", range(200, 260))
@pytest.mark.parametrize("text", ["&" * 300, "<" * 300, "&lt;" * 80])
def test_no_entity_is_cut_when_the_budget_ends_inside_one(text: str, budget: int) -> None:
    [(_, found)] = turns(render_transcript([Message("user", text)], budget))
    head, tail = found.split("\n\n")
    assert text.startswith(head)
    assert text.endswith(tail)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "<user>open",
        "<user>a</assistant>",
        "<user>a</user> <user>b</user>",
        "<root><user>a</user></root>",
        "<user><b></user>",
    ],
)
def test_turns_refuses_when_the_text_is_no_transcript(text: str) -> None:
    with pytest.raises(ValueError, match="not a transcript"):
        turns(text)


def test_user_turns_hold_what_was_written_when_placeholders_stand_between() -> None:
    messages = [
        Message("system", "[system prompt]"),
        Message("user", "[image]\nwhat is this?"),
        Message("assistant", "[tool call: look]"),
        Message("tool", "[tool result]"),
        Message("user", "[attachment]"),
        Message("user", "thanks [smiles]"),
    ]
    assert user_turns(render_transcript(messages)) == ["what is this?", "thanks [smiles]"]
    assert user_turn_count(messages) == 3


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([], False),
        ([Message("assistant", "hi")], False),
        ([Message("user", "[image]\n[tool call: a.b:c-d_e]\n[tool call]")], False),
        ([Message("user", "[document] read it")], True),
        ([Message("user", "[tool call: not a name]")], True),
    ],
)
def test_user_text_is_found_when_the_user_wrote_some(
    messages: list[Message], expected: bool
) -> None:
    assert has_user_text(messages) is expected


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain\r\n\ttext", "plain\r\n\ttext"),
        ("a\0b", "ab"),
        ("a\ud83dxb", "axb"),
        ("e\u0301", "é"),
        ("\ufb01 \u200d \u202e", "\ufb01 \u200d \u202e"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_clean_text_changes_only_what_cannot_stay_when_text_is_odd(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_clean_text_can_be_stored_and_stays_when_cleaned_again(text: str) -> None:
    cleaned = clean_text(text)
    assert "\0" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_text(cleaned.encode().decode()) == cleaned
