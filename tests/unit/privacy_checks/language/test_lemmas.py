"""Words of any script, and their lemmas."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.language.lemmas import (
    content_lemmas,
    is_unspaced,
    lemma,
    lemmas,
    replace_bracketed,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay the e-mail bill, now!", ["Pay", "the", "e-mail", "bill", "now"]),
        ("don’t", ["don't"]),
        ("l'école naïve", ["l'école", "naïve"]),
        ("東京でホテルを", ["東京", "で", "ホテル", "を"]),
        ("उदाहरण हिन्दी", ["उदाहरण", "हिन्दी"]),
        ("은행에서 _x_ 3.5", ["은행에서", "x", "3", "5"]),
        ("", []),
    ],
)
def test_tokens_are_words_of_any_script(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("Phrases", ("phrase",)),
        ("went", ("go",)),
        ("doesn't", ()),
        ("what's", ()),
        ("they'll", ()),
        ("France's", ("france",)),
        ("check-in", ("check",)),
        ("T-shirt", ("tshirt",)),
        ("mother-in-law", ("mother", "law")),
        ("l'école", ("école",)),
        ("AI", ("ai",)),
        ("401k", ("401k",)),
        ("7", ("7",)),
        ("x", ()),
        ("翻译成英文", ("翻译", "译成", "成英", "英文")),
        ("英", ("英",)),
        ("ください", ()),
        ("さくらさん", ("さくら", "くらさ", "らさん")),
        ("クレジット", ("クレジット",)),
        ("은행에서", ("은행",)),
        ("สวัสดี", ("สวัสดี",)),
    ],
)
def test_lemmas_are_dictionary_forms_of_content_words(
    token: str, expected: tuple[str, ...]
) -> None:
    assert lemmas(token) == expected


def test_content_lemmas_leave_out_placeholders_when_a_text_is_masked() -> None:
    assert content_lemmas("Write to [e-mail] about [date of birth] soon") == ["write", "soon"]


def test_replace_bracketed_keeps_brackets_when_they_hold_something_else() -> None:
    assert replace_bracketed("a [name] [1] []", "#") == "a # [1] []"


@settings(deadline=None)
@given(st.text(alphabet="aäbn's-é東京はカ ไท이 '", max_size=30))
def test_lemmas_do_not_depend_on_what_was_looked_up_before(text: str) -> None:
    first = [lemmas(token) for token in tokens(text)]
    assert first == [lemmas(token) for token in tokens(text)]
    assert all(part for found in first for part in found)


@pytest.mark.parametrize("text", ["a" * 300_000, "a'" * 150_000, "é-" * 150_000, "東" * 100_000])
def test_content_lemmas_take_linear_time_when_a_text_is_one_long_word(text: str) -> None:
    start = time.process_time()
    content_lemmas(text)
    assert time.process_time() - start < 3


def test_content_lemmas_read_20_000_short_texts_a_second() -> None:
    words = [
        "can",
        "you",
        "please",
        "transfer",
        "money",
        "from",
        "my",
        "savings",
        "account",
        "to",
        "checking",
    ]
    texts = [" ".join(words[i % 7 :] + words[: i % 5]) for i in range(20_000)]
    content_lemmas(texts[0])
    start = time.process_time()
    for text in texts:
        content_lemmas(text)
    assert time.process_time() - start < 1


def test_lemma_is_lower_case_when_the_dictionary_writes_a_capital() -> None:
    assert lemma("Paris") == "paris"


@pytest.mark.parametrize(
    ("token", "expected"),
    [("word", False), ("Köln", False), ("은행", False), ("東京", True), ("สวัสดี", True)],
)
def test_is_unspaced_tells_scripts_apart(token: str, expected: bool) -> None:
    assert is_unspaced(token) == expected
