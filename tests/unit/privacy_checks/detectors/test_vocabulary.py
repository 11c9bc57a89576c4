import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_checks.detectors.function_words import FUNCTION_WORDS, FUNCTION_WORDS_OF
from privacy_checks.detectors.vocabulary import (
    FRAME_WORDS,
    content_lemmas,
    lemma,
    lemmas,
    tokens,
    unsupported,
    without_placeholders,
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


def test_without_placeholders_keeps_brackets_that_hold_something_else() -> None:
    assert without_placeholders("a [name] [1] []", "#") == "a # [1] []"


def test_unsupported_finds_words_that_are_neither_shared_nor_of_the_platform() -> None:
    name = "Ask about John's [secret] flight to the bank in Spanish"
    assert unsupported(name, {"flight", "bank"}) == ["john", "secret"]


def test_unsupported_accepts_other_forms_of_a_supported_word() -> None:
    assert unsupported("Paying bills and taxes", {"pay", "bill", "tax"}) == []


def test_unsupported_accepts_a_stretch_of_a_longer_text_without_spaces() -> None:
    assert unsupported("翻译成英文", set(content_lemmas("请帮我把这句话翻译成英文谢谢"))) == []
    assert unsupported("张伟", set(content_lemmas("我想翻译"))) == ["张伟"]


def test_frame_words_need_no_support() -> None:
    assert unsupported(" ".join(sorted(FRAME_WORDS)), set()) == []


@pytest.mark.parametrize("word", ["john", "maria", "kim", "ali", "ben", "mia", "car", "war", "hat"])
def test_function_words_hold_no_name_and_no_english_content_word(word: str) -> None:
    assert word not in FUNCTION_WORDS


def test_function_words_of_every_language_are_lower_case_and_not_few() -> None:
    for words in FUNCTION_WORDS_OF.values():
        assert len(words) > 20
        assert all(word == word.lower() for word in words)


@given(st.text())
def test_a_text_is_always_supported_by_its_own_lemmas(text: str) -> None:
    masked = without_placeholders(text)
    assert unsupported(masked, set(content_lemmas(masked))) == []


@given(st.text(alphabet="aäbn's-é東京はカ ไท이 '", max_size=30))
def test_lemmas_do_not_depend_on_what_was_looked_up_before(text: str) -> None:
    first = [lemmas(token) for token in tokens(text)]
    assert first == [lemmas(token) for token in tokens(text)]
    assert all(part for found in first for part in found)


@pytest.mark.parametrize("text", ["a" * 300_000, "a'" * 150_000, "é-" * 150_000, "東" * 100_000])
def test_content_lemmas_take_linear_time_when_a_text_is_one_long_word(text: str) -> None:
    start = time.perf_counter()
    content_lemmas(text)
    assert time.perf_counter() - start < 3


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
    start = time.perf_counter()
    for text in texts:
        content_lemmas(text)
    assert time.perf_counter() - start < 1


def test_lemma_is_lower_case_when_the_dictionary_writes_a_capital() -> None:
    assert lemma("Paris") == "paris"
