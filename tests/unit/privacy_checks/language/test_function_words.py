"""Words that need no support in any text."""

import pytest

from privacy_checks.language.function_words import FUNCTION_WORDS, FUNCTION_WORDS_OF


@pytest.mark.parametrize("word", ["john", "maria", "kim", "ali", "ben", "mia", "car", "war", "hat"])
def test_function_words_hold_no_name_and_no_english_content_word(word: str) -> None:
    assert word not in FUNCTION_WORDS


def test_function_words_of_every_language_are_lower_case_and_not_few() -> None:
    for words in FUNCTION_WORDS_OF.values():
        assert len(words) > 20
        assert all(word == word.lower() for word in words)
