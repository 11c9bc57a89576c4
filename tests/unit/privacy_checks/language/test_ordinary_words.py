import pytest

from privacy_checks.language.ordinary_words import is_listed_name, is_ordinary

ORDINARY = """
provide guidance improve improving workplace communication drafting professional emails scientific
concepts write creative stories translate documents marketing financial analysis recipes essays
interview questions resume target bill rose mark may baker sexual 7 10 company's AI PDF Spanish
Monday I debug brainstorming roleplay optimisation
"""
NAMES_AND_RARE_WORDS = """
john maria anna jessica mohammed fatima priya hiroshi chen nguyen patel kowalski smith jones
barnsley slough totnes springfield london paris tuesday
nike pfizer ikea walmart google tesla amazon microsoft acme
kubernetes skylark zyxtron projectfalcon john's 120 4711 covid19 x9 c_abc
"""


@pytest.mark.parametrize("word", ORDINARY.split())
def test_is_ordinary_when_everybody_uses_a_word(word: str) -> None:
    assert is_ordinary(word)


@pytest.mark.parametrize("word", NAMES_AND_RARE_WORDS.split())
def test_is_not_ordinary_when_a_word_names_or_is_rare(word: str) -> None:
    assert not is_ordinary(word)


@pytest.mark.parametrize(
    "word", ["Will", "Apple", "Rose", "Bill", "Target", "Falcon", "Guidance", "SHELL", "McDonald"]
)
def test_is_not_ordinary_when_a_word_has_a_capital(word: str) -> None:
    assert not is_ordinary(word)


@pytest.mark.parametrize("word", ["東京", "привет", "şirket", "", "'"])
def test_is_not_ordinary_when_the_dictionary_cannot_know_a_word(word: str) -> None:
    assert not is_ordinary(word)


def test_is_listed_name_when_a_function_word_is_a_name_too() -> None:
    assert is_listed_name("will")
    assert not is_listed_name("with")
