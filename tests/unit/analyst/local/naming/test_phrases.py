import pytest

from clio_assets.analyst.local.naming.parse import requests_of
from clio_assets.analyst.local.naming.phrases import Phrase, phrases_of
from clio_assets.analyst.local.naming.word_classes import WordClasses
from privacy_checks.language.lemmas import content_lemmas


def phrases(text: str, hidden: str = "", nouns: str = "") -> list[Phrase]:
    """Phrases of a text in which all words but the hidden ones are supported."""
    supported = set(content_lemmas(text)) - set(content_lemmas(hidden))
    classes = WordClasses(nouns=frozenset(nouns.split()))
    return [
        phrase
        for request in requests_of(text)
        for phrase in phrases_of(request, supported, classes)
    ]


def written(text: str, hidden: str = "", nouns: str = "") -> set[str]:
    """Template and words of the phrases of a text."""
    found = phrases(text, hidden, nouns)
    return {f"{phrase.template}: {' '.join(phrase.words)}" for phrase in found}


def test_wish_offers_its_verb_with_what_it_is_about() -> None:
    found = written("i need to change the oil in my car")
    assert found >= {"do: change the oil", "do: change the oil in the car", "about: the oil"}


def test_possessive_becomes_an_article_after_a_preposition() -> None:
    assert "do: transfer money to the account" in written("transfer money to my account")


def test_phrase_steps_over_a_word_without_support_but_never_holds_it() -> None:
    found = written("what is the limit of my zorblax card", hidden="zorblax")
    assert "about: limit of the card" in found
    assert not any("zorblax" in phrase for phrase in found)


def test_word_before_a_gap_is_no_phrase_when_it_may_belong_to_the_gap() -> None:
    assert "about: red" not in written("show me the red zorblax", hidden="zorblax")


def test_missing_object_is_noted() -> None:
    gaps = {p.words: p.gap for p in phrases("say zorblax in spanish", hidden="zorblax")}
    assert gaps["say", "in", "spanish"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how old are you", "wh: how old you are"),
        ("who do you work for", "wh: who you work for"),
        ("who made you", "wh: who made you"),
        ("tell me when my bill is due", "wh: when my bill is due"),
        ("do you have pets", "whether: you have pets"),
        ("how long does it take to cook", "wh: how long it takes to cook"),
        ("i want to know why my card was declined", "wh: why my card was declined"),
    ],
)
def test_question_is_turned_into_a_clause(text: str, expected: str) -> None:
    assert expected in written(text)


def test_clause_does_not_end_within_a_noun_phrase() -> None:
    found = written("do you know when my credit card is due")
    assert not any(phrase.endswith(("my credit", "when my")) for phrase in found)


def test_verb_becomes_a_gerund_when_it_is_asked_about() -> None:
    assert "about: taking reservations" in written("do they take reservations")


def test_place_of_a_phrase_tells_things_from_actions() -> None:
    noun = {phrase.words: phrase.noun for phrase in phrases("the cards sit is what i want")}
    assert noun.get(("the", "cards", "sit"), -1) == -1
    noun = {phrase.words: phrase.noun for phrase in phrases("what is the price of the tires")}
    assert noun["price", "of", "the", "tires"] >= 0


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("why does the crust go soft", "about: the soft"),
        ("show me a formula that calculates working days", "about: a formula calculates"),
        ("do they like rotting", "about: rotting"),
        ("plan three days", "do: plan days"),
        ("who do i call if a zzyx drips", "about: a drips"),
        ("write a message to make up with a friend", "do: write a message up with a friend"),
    ],
)
def test_phrase_is_none_when_it_ends_in_no_thing(text: str, phrase: str) -> None:
    assert phrase not in written(text)


def test_keys_hold_exactly_the_content_lemmas_of_the_words() -> None:
    for text in ("please book a cheap flight to rome for my wife", "when does my card expire"):
        for phrase in phrases(text):
            assert sorted(phrase.key) == sorted(content_lemmas(" ".join(phrase.words)))
