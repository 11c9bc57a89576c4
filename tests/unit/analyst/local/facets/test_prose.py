"""What users said, told apart from what they showed."""

import time

import pytest

from clio_assets.analyst.local.facets.prose import LONGEST, said, sentences_said


def texts(turn: str) -> list[str]:
    return [sentence.text for sentence in sentences_said(turn, 0)]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("Dr. Lee is late, e.g. today. Why? No idea!", 3),
        ("Version 3.5 is out. Is it good?", 2),
        ("请帮我写一封信。谢谢！", 2),
        ("名前は？住所は？", 2),
        ("इसे ठीक करो। धन्यवाद।", 2),
        ("ما هذا؟ اشرح لي.", 2),
        ("one line\nanother Line", 2),
        ("a line that goes on until the margin of the page is\nreached by hand", 1),
        ("", 0),
        (" \n\t ", 0),
    ],
)
def test_sentences_are_counted_when_scripts_and_marks_differ(turn: str, expected: int) -> None:
    assert len(texts(turn)) == expected


@pytest.mark.parametrize(
    ("turn", "left"),
    [
        ("Why?\n```python\nx = 1\n```\nIt fails.", ["Why?", "It fails."]),
        ("Why?\n```\nnever closed", ["Why?"]),
        ("Fix `a.sort()` please", ["Fix a.sort() please"]),
        ("> an old mail\n> of two lines\nReply to it", ["Reply to it"]),
        ("Fix it\nimport os\ndef f(x):\n    return x\nfor (i = 0) {\n}\nx = f(2)", ["Fix it"]),
        ("What is it?\nTraceback (most recent call last):\nKeyError: 3", ["What is it?"]),
        ("Make <b>this</b> bold", ["Make this bold"]),
        (f'Translate "{"Das ist ein Satz. " * 8}" now', ["Translate now"]),
        (
            '<div class="markdown prose"><p>Which shoes for chess?&nbsp;Mine&#39;s red</p></div>',
            ["Which shoes for chess?", "Mine's red"],
        ),
        ("What does &nbsp; mean?", ["What does &nbsp; mean?"]),
        ("Write to NAME_1 about the XXXX flat", ["Write to [left out] about the [left out] flat"]),
        (
            "Reply to it\n\nFrom: A Clerk\nSent: Monday\nSubject: lift\n\nIt stands still.",
            ["Reply to it", "It stands still."],
        ),
        ("Reply to it\nFrom: me", ["Reply to it", "From: me"]),
        ("Is it well put?\n\n-- \nA Clerk\nRoom 3\n\nSay why.", ["Is it well put?", "Say why."]),
        ('What does "inter alia" mean?', ['What does "inter alia" mean?']),
        ("from this text make a summary:", ["from this text make a summary:"]),
        ("if it rains, what can we do with the children", None),
    ],
)
def test_what_is_shown_is_left_out_when_a_turn_mixes_it_in(
    turn: str, left: list[str] | None
) -> None:
    assert texts(turn) == ([turn] if left is None else left)


def test_an_older_mail_is_shown_when_its_line_announces_it() -> None:
    found = sentences_said("Reply to it\n-----Original Message-----\nThe lift stands still.", 0)
    assert [sentence.shown for sentence in found] == [False, False, True]


def test_lists_and_what_a_colon_announces_are_shown_when_marked() -> None:
    found = sentences_said("Sort these:\n- pears\n- figs\n\nThe end is near.", 2)
    assert [(s.text, s.shown, s.turn, s.place) for s in found] == [
        ("Sort these:", False, 2, 0),
        ("pears", True, 2, 1),
        ("figs", True, 2, 2),
        ("The end is near.", True, 2, 3),
    ]


def test_run_on_sentence_is_cut_at_clauses_when_it_is_too_long() -> None:
    found = texts("I waited for the bus, " * 40 + "what now")
    assert len(found) > 1
    assert max(map(len, found)) <= LONGEST
    assert found[-1].endswith("what now")


def test_head_and_tail_stay_when_a_turn_is_long() -> None:
    middle = " ".join(f"Sentence {n} is here." for n in range(2_000))
    found = texts(f"First of all. {middle} Last of all.")
    assert found[0] == "First of all."
    assert found[-1] == "Last of all."
    assert len(found) == 24


@pytest.mark.parametrize(
    "turn",
    [
        '"' * 20_000,
        "“" * 20_000,
        "<a" * 10_000,
        "!" * 20_000,
        "ai" * 10_000 + "!",
        "-\n" * 9_000,
        "x = " * 5_000,
        "SELECT " * 3_000,
        "\n" * 20_000,
        ", " * 10_000,
        "[" * 20_000,
    ],
    ids=lambda turn: repr(turn[:6]),
)
def test_reading_takes_little_time_when_a_turn_is_hostile(turn: str) -> None:
    start = time.process_time()
    said(turn)
    sentences_said(turn, 0)
    assert time.process_time() - start < 1
