"""Forms of names."""

import pytest

from clio_assets.evaluate.forms import count_forms, forms_of


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Report a lost card", ["verb_first"]),
        ("Ask about cards or ask for a loan", ["verb_first", "or_ask", "ask_about"]),
        ("Ask why my card was declined", ["verb_first", "ask_why_or_whether"]),
        ("Talk about films", ["verb_first", "talk_about"]),
        ("Bake bread and cakes", ["verb_first", "a_and_b"]),
        ("Ask in Spanish about recipes", ["verb_first", "ask_in_language"]),
        ("Ask about paycheck (payday)", ["verb_first", "ask_about", "parentheses"]),
        ("Lost cards", ["verb_first"]),  # by shape alone an imperative: a known weakness
        ("Questions about cards", []),
        ("Finding recipes", []),
        ("Unnamed group", []),
        ("The weather", []),
        ("Цены на хлеб", []),
    ],
)
def test_forms_are_told_when_a_name_is_looked_at(name: str, forms: list[str]) -> None:
    assert forms_of(name) == forms


def test_every_form_is_counted_when_no_name_has_it() -> None:
    found = count_forms(["Bake bread", "Bake bread and cakes"])
    assert (found["verb_first"], found["a_and_b"], found["parentheses"]) == (2, 1, 0)
