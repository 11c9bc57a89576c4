"""A word that people write with a capital keeps it, however some write it."""

import pytest

from privacy_checks.language.capitals import capitalised_words, with_capital


def found(*texts: str) -> frozenset[str]:
    """Each text by a user of its own."""
    return capitalised_words(texts, [f"user {number}" for number in range(len(texts))])


@pytest.mark.parametrize(
    "texts",
    [
        # most write it with a capital, inside a sentence
        ["a poem for Quibblewick"] * 3 + ["tell quibblewick a joke"],
        # a third do
        ["a poem for Quibblewick", "tell quibblewick a joke", "ask quibblewick"],
        # it begins sentences, and nobody writes it small
        ["Quibblewick likes chess. Write a poem", "Quibblewick likes tea"],
        ["a poem for Quibblewick's cat"],
    ],
    ids=["most", "a third", "opening", "possessive"],
)
def test_word_has_a_capital_when_people_write_it_so(texts: list[str]) -> None:
    assert "quibblewick" in found(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ["a poem for Quibblewick"] + ["tell quibblewick a joke"] * 3,  # few do
        ["Quibblewick likes chess", "tell quibblewick"],  # only where a sentence begins
        ["a poem for QUIBBLEWICK"],  # shouted
        ["Recipe for bread. Please write it", "Write a Recipe", "A Poem"],  # ordinary words
        ["see [Quibblewick]"],  # a placeholder
    ],
    ids=["few", "opening and small", "shouted", "ordinary", "placeholder"],
)
def test_word_has_no_capital_when_hardly_anybody_writes_one(texts: list[str]) -> None:
    assert found(*texts) == frozenset()


def test_users_count_and_not_texts_when_one_of_them_writes_much() -> None:
    texts = ["a poem for Quibblewick"] + ["tell quibblewick a joke"] * 9
    assert capitalised_words(texts, ["a"] + ["b"] * 9) == {"quibblewick"}
    assert capitalised_words(texts, list("abcdefghij")) == frozenset()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("change the oil", "Change the oil"),
        ("öl wechseln", "Öl wechseln"),
        ("ß0", "ß0"),  # its capital is two letters, and would read as another word
        ("ŉaf", "ŉaf"),
        ("", ""),
    ],
)
def test_first_letter_is_a_capital_when_the_word_stays_the_same(text: str, written: str) -> None:
    assert with_capital(text) == written
