import numpy as np
import pytest

from clio_assets.analyst.local.naming.parents import name_parents
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.clusters import ClusterText, Node, Term
from privacy_checks.language.lemmas import content_lemmas
from privacy_checks.language.vocabulary import unsupported


def child(name: str, size: int = 30, words: str = "") -> Node:
    """A cluster whose terms are the words of its name and some more."""
    lemmas = dict.fromkeys(content_lemmas(f"{name} {words}"))
    terms = [Term(lemma, lemma, size // 2) for lemma in lemmas]
    text = ClusterText(name, "Users asked. They did.")
    return Node(text, size, np.ones(4, dtype=np.float32) / 2, terms)


BILLS = [child("Pay the electric bill"), child("Ask about the water bill"), child("Pay a bill")]
TRAVEL = [
    child("Book a flight", 60),
    child("Ask for a hotel", 40),
    child("Rent a car", 30),
    child("Ask about travel alerts", 20),
]


def texts(*families: list[Node]) -> list[ClusterText]:
    return [answer for answer in name_parents(families) if isinstance(answer, ClusterText)]


def test_parent_is_named_by_what_most_children_are_about() -> None:
    bills, travel = texts(BILLS, TRAVEL)
    assert bills.name == "Pay electric and water bills"
    assert travel.name == "Get help with flights, hotels and cars"


def test_parent_is_asked_about_when_most_children_ask() -> None:
    (text,) = texts([child("Ask about the gas tank"), child("Ask about gas mileage", 40)])
    assert text.name == "Ask about gas mileage and gas tank"


def test_parent_keeps_the_language_of_its_children() -> None:
    (text,) = texts([child("Tarjeta (Spanish)"), child("Receta (Spanish)")])
    assert text.name.endswith(" (Spanish)")
    assert "ask" not in text.name.lower()


def test_parent_is_in_english_when_a_child_is_though_most_requests_are_not() -> None:
    (text,) = texts(
        [
            child("Tarjeta (Spanish)", 90),
            child("Book a hotel (in Spanish)"),
            child("Rent a car (in Spanish)"),
        ]
    )
    assert text.name == "Get help with cars and hotels"
    assert text.description.startswith("Users asked to book a hotel and to rent a car.")


def test_description_tells_of_the_largest_children_first() -> None:
    _, travel = texts(BILLS, TRAVEL)
    first, second = travel.description.split(". ")
    assert first == (
        "Users asked to book a flight and to rent a car, and for a hotel, among other things"
    )
    assert second == "More than in other groups, they asked about travel alerts."


def test_single_child_lends_its_text() -> None:
    only = child("Book a flight")
    assert texts([only]) == [only.text]


def test_names_are_distinct_and_other_than_those_of_children() -> None:
    families = [[child("Pay bills"), child("Pay the bill")] for _ in range(4)]
    found = [text.name.lower() for text in texts(*families)]
    assert len(set(found)) == len(found) > 1
    assert not {"pay bills", "pay the bill"} & set(found)


def test_names_hold_at_most_ten_words() -> None:
    long = "Ask about {} and the very long carry-on baggage policy"
    (text,) = texts([child(long.format(word)) for word in ("delta", "united", "spirit")])
    assert len(text.name.split()) <= 10


def test_texts_hold_only_words_of_the_children() -> None:
    for family, text in zip((BILLS, TRAVEL), texts(BILLS, TRAVEL), strict=True):
        supported = {term.lemma for node in family for term in node.terms}
        assert unsupported(f"{text.name} {text.description}", supported) == []


@pytest.mark.parametrize(
    ("children", "name"),
    [
        (
            [child("Report a lost card"), child("Report a stolen card", 40)],
            "Report stolen and lost cards",
        ),
        (
            [child("Make believable in a story"), child("Write a poem", 40)],
            "Get help with poems and stories",
        ),
        (
            [child("Ask how long to cook steak", 40), child("Ask about meat")],
            "Ask how long to cook steak, among other things",
        ),
        (
            [child("Tarif (French)"), child("Ask about prices"), child("Fix a car")],
            "Ask about cars and prices",
        ),
        (
            [child("Ask how much I have spent", 50), child("Ask how much I have spent on food")],
            "Ask how much I have spent, among other things",
        ),
        (
            [child("Book a flight"), child("Book a flight to town"), child("Say thank you")],
            "Book flights",
        ),
    ],
    ids=["kinds", "no adjective", "no verb", "one language", "little covered", "no formula"],
)
def test_name_is_made_of_nouns_that_cover_most_when_children_say_more(
    children: list[Node], name: str
) -> None:
    assert [text.name for text in texts(children)] == [name]


def test_description_tells_of_different_things_when_the_largest_children_are_alike() -> None:
    sizes = {"Rob a bank": 50, "Rob a bank at night": 40, "Ask about taxes": 30, "Sell a car": 20}
    (text,) = texts([child(name, size) for name, size in sizes.items()])
    assert text.description.startswith(
        "Users asked to rob a bank and to sell a car, and about taxes, among other things."
    )


def test_parent_is_not_answered_when_children_have_no_words() -> None:
    nameless = Node(ClusterText("Ask", "None."), 5, np.ones(4, dtype=np.float32))
    assert name_parents([[nameless, nameless]]) == [NotAnswered("no_supported_words")]


@pytest.mark.parametrize("families", [[], [BILLS], [BILLS, BILLS]])
def test_one_answer_comes_for_each_family(families: list[list[Node]]) -> None:
    assert len(name_parents(families)) == len(families)
