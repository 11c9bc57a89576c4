"""Slots keep their values within a conversation, and articles fit them."""

from random import Random

import pytest

from clio_assets.sample.templates import Values, compile_options, compile_templates


def fill(text: str, slots: dict[str, str | list[str]], *, articles: bool = True) -> str:
    options = compile_options(slots)
    (template,) = compile_templates([text], options, articles=articles)
    return Values(options, Random(0)).fill(template)


@pytest.mark.parametrize(
    ("text", "slots", "expected"),
    [
        ("take a {fruit}", {"fruit": ["apple"]}, "Take an apple"),
        ("take a {fruit}", {"fruit": ["pear"]}, "Take a pear"),
        ("a {thing} helps", {"thing": ["useful unicorn"]}, "A useful unicorn helps"),
        ("wait a {time}", {"time": ["hour"]}, "Wait an hour"),
        ("{fruit} is red", {"fruit": ["apple"]}, "Apple is red"),
        ("a { b: {fruit} }", {"fruit": ["fig"]}, "A { b: fig }"),
        ("pay {n}0", {"n": "3..3"}, "Pay 30"),
        ("{deal}", {"deal": ["{n} for {n}"], "n": ["2"]}, "2 for 2"),
    ],
)
def test_fill_gives_a_whole_sentence_when_slots_have_values(
    text: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert fill(text, slots) == expected


def test_fill_keeps_the_article_when_the_language_is_not_english() -> None:
    assert fill("a {place}", {"place": ["Aveiro"]}, articles=False) == "A Aveiro"


def test_fill_repeats_a_value_and_varies_its_twin_when_asked_twice() -> None:
    for seed in range(50):
        options = compile_options({"city": ["Bonn", "Bern", "Brest"]})
        values = Values(options, Random(seed))
        assert values.fill("{city}") == values.fill("{city}")
        assert values.fill("{city}") != values.fill("{city2}")


def test_range_covers_first_and_last_when_compiled() -> None:
    assert compile_options({"n": "10..20/5"}) == {"n": ("10", "15", "20")}


@pytest.mark.parametrize("broken", ["5", "a..b", "1-3"])
def test_range_is_refused_when_malformed(broken: str) -> None:
    with pytest.raises(ValueError, match="neither a list nor a range"):
        compile_options({"n": broken})


def test_template_is_refused_when_a_slot_has_no_list() -> None:
    with pytest.raises(ValueError, match="no list"):
        compile_templates(["buy {fruit}"], {}, articles=True)
