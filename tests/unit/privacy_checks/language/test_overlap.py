import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.detectors import ALL, PERSONAL
from privacy_checks.language.overlap import (
    holds_piece,
    longest_shared_run,
    mask_pieces,
    personal_pieces,
    shares_run,
    spoken,
)

SENTENCE = "how do I tell my landlord that the boiler in my flat is broken"


def transcript(*texts: str) -> str:
    return "\n".join(f"<user>{text}</user>" for text in texts)


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
def test_longest_shared_run_counts_consecutive_words(facet: str, said: str, words: int) -> None:
    assert longest_shared_run(facet, transcript(said)) == words


def test_longest_shared_run_reads_what_was_said_when_a_transcript_is_escaped() -> None:
    assert longest_shared_run("a <b> & c d", transcript("a &lt;b> &amp; c d")) == 4
    shortened = '<user>bake<omitted characters="1234"/>bread</user>'
    assert spoken(shortened).split() == ["bake", "bread"]
    assert longest_shared_run("user 1234 characters omitted", shortened) == 0


@pytest.mark.parametrize(("words", "shares"), [(1, True), (14, True), (15, False)])
def test_shares_run_compares_with_a_length(words: int, shares: bool) -> None:
    assert shares_run(f"{SENTENCE} completely", transcript("hello", SENTENCE), words) == shares


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("abc"), max_size=12),
    st.lists(st.sampled_from("abc"), max_size=12),
)
def test_longest_shared_run_is_that_of_a_search_by_brute_force(
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
    assert longest_shared_run(" ".join(own), " ".join(other)) == expected


@pytest.mark.parametrize("unit", ["word ", "one two ", "東京"])
def test_longest_shared_run_takes_linear_time_when_everything_repeats(unit: str) -> None:
    start = time.process_time()
    longest_shared_run(unit * 300, transcript(unit * 30_000))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("nothing of the kind, at all", set()),
        ("I am at Anna.Miller@example.org", {"anna", "miller", "example"}),
        ("I am at anna dot miller at example dot org", {"anna", "miller", "example"}),
        ("ａｎｎａ@example.org", {"anna", "example"}),
        ("call +44 20 7946 0958 now", {"7946", "0958"}),
    ],
)
def test_personal_pieces_are_the_words_and_numbers_of_personal_data(
    said: str, pieces: set[str]
) -> None:
    assert personal_pieces(transcript(said), ALL) == pieces


@pytest.mark.parametrize(
    ("facet", "holds"),
    [
        ("", False),
        ("writes to a friend", False),
        ("writes to Anna", True),
        ("writes to ANNA's friend", True),
        ("writes as anna_99", True),
        ("likes Hanna and bananna", False),
        ("writes to [anna]", True),
        ("writes to [e-mail]", False),
    ],
)
def test_holds_piece_compares_whole_words(facet: str, holds: bool) -> None:
    assert holds_piece(facet, frozenset({"anna", "mail"}), PERSONAL) == holds


def test_mask_pieces_leaves_nothing_to_find() -> None:
    pieces = frozenset({"anna"})
    masked = mask_pieces("Tell anna_99, Anna's or Hanna", pieces, "[…]")
    assert masked == "Tell […] […] or Hanna"
    assert not holds_piece(masked, pieces, ALL)
