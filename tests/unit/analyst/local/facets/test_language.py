"""The language of a user, by its full English name."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langcodes import Language, find

from clio_assets.analyst.local.facets.language import (
    _LANGUAGE_OF_SCRIPT,
    _LANGUAGES_OF_SCRIPT,
    UNKNOWN,
    _name,
    language_of_turns,
)

SENTENCES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (Path(__file__).parent / "languages.toml").read_text("utf-8")
)


def share_right(kind: str) -> tuple[float, list[str]]:
    pairs = [(language, text) for language, of in SENTENCES.items() for text in of[kind]]
    wrong = sorted({language for language, text in pairs if language_of_turns([text]) != language})
    return 1 - len(wrong) / len(pairs), wrong


@pytest.mark.parametrize(("kind", "least"), [("whole", 0.97), ("short", 0.95)])
def test_most_sentences_are_recognised_when_written_in_54_languages(
    kind: str, least: float
) -> None:
    share, wrong = share_right(kind)
    assert share >= least, wrong


@pytest.mark.parametrize(
    ("turns", "language"),
    [
        ([], UNKNOWN),
        ([""], UNKNOWN),
        (["42", "3.14?"], UNKNOWN),
        (["👍 :)"], UNKNOWN),
        (["https://example.org/a/page"], UNKNOWN),
        (["[e-mail]"], UNKNOWN),
        (["Hi", "necesito ayuda con mi tarea de matemáticas"], "Spanish"),
        (["Translate 你好 to English please"], "English"),
        (["帮我写一个 python function 排序 list"], "Chinese"),
        (["東京の天気"], "Japanese"),
        (["HOW DO I FIX THIS"], "English"),
        (["What Is The Capital Of France"], "English"),
        (["```python\nfor x in range(3): print(x)\n```\n¿por qué no funciona esto?"], "Spanish"),
        ([f'Übersetze bitte: "{"the quick brown fox is lazy today and so on. " * 4}"'], "German"),
        (["schau auf https://www.example.com/how-to-fix-the-thing an"], "German"),
        (["ok"], "English"),
        (["lol"], "English"),
    ],
)
def test_language_is_that_of_the_user_when_turns_mix(turns: list[str], language: str) -> None:
    assert language_of_turns(turns) == language


def test_later_turns_decide_when_the_first_is_only_a_greeting() -> None:
    turns = ["hello", "ich möchte gern wissen, wie man Kartoffeln anbaut", "und wann erntet man?"]
    assert language_of_turns(turns) == "German"


def test_names_are_full_english_names_when_codes_are_known() -> None:
    tiers: list[Any] = list(_LANGUAGES_OF_SCRIPT.values())
    codes = [code for tier in tiers for line in tier for code in line.split()]
    for code in (*codes, *_LANGUAGE_OF_SCRIPT.values()):
        assert len(_name(code)) > 2
        assert find(_name(code)) == Language.get(code)


@pytest.mark.parametrize(("data", "every"), [("clinc150", 12), ("hh_rlhf", 6), ("oasst", 1)])
def test_real_english_is_english_when_short_or_long(
    user_turns_of: Callable[[str, int], list[list[str]]], data: str, every: int
) -> None:
    conversations = user_turns_of(data, every)
    english = sum(language_of_turns(turns) == "English" for turns in conversations)
    assert english / len(conversations) >= 0.995
