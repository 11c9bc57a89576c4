"""What kinds of words English words can be."""

import pytest

from clio_assets.analyst.local.naming.dictionary import is_finite_verb, may_be_noun


@pytest.mark.parametrize(
    ("word", "noun", "finite"),
    [
        ("recipe", True, False),
        ("recipe's", True, False),
        ("docker", True, False),  # no dictionary has it
        ("CV", True, False),
        ("cost", True, False),
        ("enjoy", False, False),
        ("soft", False, False),
        ("calculates", False, True),
        ("costs", True, False),
    ],
)
def test_word_may_be_what_the_dictionary_says(word: str, noun: bool, finite: bool) -> None:
    assert (may_be_noun(word), is_finite_verb(word)) == (noun, finite)
