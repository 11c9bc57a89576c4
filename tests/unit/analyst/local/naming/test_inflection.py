import pytest

from clio_assets.analyst.local.naming.inflection import gerund, listed, plural, third_person


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("take", "taking"),
        ("pay", "paying"),
        ("run", "running"),
        ("lie", "lying"),
        ("see", "seeing"),
        ("refer", "referring"),
        ("offer", "offering"),
        ("zorblax", ""),
    ],
)
def test_gerund_is_a_form_that_the_dictionary_knows(verb: str, expected: str) -> None:
    assert gerund(verb) == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [("take", "takes"), ("go", "goes"), ("try", "tries"), ("pay", "pays"), ("are", "is")],
)
def test_third_person_has_an_s(verb: str, expected: str) -> None:
    assert third_person(verb) == expected


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("card", "cards"), ("tax", "taxes"), ("city", "cities"), ("tires", "tires"), ("men", "men")],
)
def test_plural_keeps_what_is_one_already(noun: str, expected: str) -> None:
    assert plural(noun) == expected


def test_listed_joins_with_commas_and_a_last_word() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"], last="or") == "a or b"
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("noun", "expected"),
    [("woman", "women"), ("people", "people"), ("child", "children"), ("tooth", "teeth")],
)
def test_plural_is_the_irregular_one_when_there_is_one(noun: str, expected: str) -> None:
    assert plural(noun) == expected
