"""Runs of words that a facet shares with its conversation."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.language.quoting import shares_run

SENTENCE = "how do I tell my landlord that the boiler in my flat is broken"


def transcript(*texts: str) -> str:
    return "\n".join(f"<user>{text}</user>" for text in texts)


def longest_run(facet: str, said: str) -> int:
    """The most consecutive words that both hold."""
    words = 0
    while shares_run(facet, said, words + 1):
        words += 1
    return words


@pytest.mark.parametrize(
    ("facet", "said", "words"),
    [
        ("", SENTENCE, 0),
        (SENTENCE, "", 0),
        (SENTENCE, SENTENCE, 14),
        ("tell my landlord", SENTENCE, 3),
        ("the landlord in my street", SENTENCE, 2),
        ("Tell MY Landlord, that - the boiler!", SENTENCE, 6),
        ("ｔｅｌｌ my land\u200blord", SENTENCE, 3),
        ("landlord my tell", SENTENCE, 1),
        ("my my my my", "my my", 2),
        ("a b a b c", "x a b a b a b c y", 5),
        ("Straße in Köln", "die STRASSE IN KÖLN", 3),
        ("翻译成英文", "请帮我翻译成英文谢谢", 2),
        ("请帮我把这句话翻译成英文谢谢你们", "请帮我把这句话翻译成英文谢谢你们", 8),
        ("learn 日本語 now", "learn 日本語 now", 3),
        ("แปลประโยคนี้เป็นภาษา", "แปลประโยคนี้เป็นภาษา", 10),
    ],
)
def test_shares_run_counts_consecutive_words_when_both_hold_them(
    facet: str, said: str, words: int
) -> None:
    assert longest_run(facet, transcript(said)) == words


def test_shares_run_reads_what_was_said_when_a_transcript_is_escaped() -> None:
    assert longest_run("a <b> & c d", transcript("a &lt;b> &amp; c d")) == 4
    shortened = '<user>bake<omitted characters="1234"/>bread</user>'
    assert longest_run("user 1234 characters omitted", shortened) == 0


@pytest.mark.parametrize(("words", "shares"), [(1, True), (14, True), (15, False)])
def test_shares_run_compares_when_a_length_is_given(words: int, shares: bool) -> None:
    assert shares_run(f"{SENTENCE} completely", transcript("hello", SENTENCE), words) == shares


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("abc"), max_size=12),
    st.lists(st.sampled_from("abc"), max_size=12),
)
def test_shares_run_agrees_with_a_search_by_brute_force_when_words_repeat(
    own: list[str], other: list[str]
) -> None:
    runs = {
        tuple(own[start:end]) for start in range(len(own)) for end in range(start + 1, len(own) + 1)
    }
    expected = max(
        (
            end - start
            for start in range(len(other))
            for end in range(start + 1, len(other) + 1)
            if tuple(other[start:end]) in runs
        ),
        default=0,
    )
    assert longest_run(" ".join(own), " ".join(other)) == expected


@pytest.mark.parametrize(("unit", "words"), [("word ", 300), ("one two ", 600), ("東京", 300)])
def test_shares_run_takes_linear_time_when_everything_repeats(unit: str, words: int) -> None:
    said = transcript(unit * 30_000)
    start = time.process_time()
    assert not shares_run(f"{unit * 300} end", said, words + 1)  # one too many: all is read
    assert time.process_time() - start < 2
