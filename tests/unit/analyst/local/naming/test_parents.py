import numpy as np
import pytest

from clio_assets.analyst.local.naming.parents import name_parents
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.clusters import ClusterText, Node, Term
from privacy_checks.language.vocabulary import content_lemmas, unsupported


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
    assert bills.name == "Pay bills"
    assert travel.name == "Get help with flights, hotels and cars"


def test_parent_is_asked_about_when_most_children_ask() -> None:
    (text,) = texts([child("Ask about the gas tank"), child("Ask about gas mileage", 40)])
    assert text.name == "Ask about gas"


def test_parent_keeps_the_language_of_its_children() -> None:
    (text,) = texts([child("Ask in Spanish about tarjeta"), child("Ask in Spanish about receta")])
    assert text.name.startswith("Ask in Spanish about ")


def test_description_tells_of_the_largest_children_first() -> None:
    _, travel = texts(BILLS, TRAVEL)
    first, second = travel.description.split(". ")
    assert first == (
        "Users asked to book a flight, for a hotel and to rent a car, among other things"
    )
    assert second.startswith("Compared with other groups")


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


def test_parents_of_parents_are_named_alike() -> None:
    families = [BILLS, TRAVEL]
    nodes = [
        Node(text, 100, np.ones(4, dtype=np.float32) / 2, [t for n in family for t in n.terms])
        for family, text in zip(families, texts(*families), strict=True)
    ]
    (top,) = texts(nodes)
    assert "bills" in top.name
    assert "flights" in top.name


def test_parent_is_not_answered_when_children_have_no_words() -> None:
    nameless = Node(ClusterText("Ask", "None."), 5, np.ones(4, dtype=np.float32))
    assert name_parents([[nameless, nameless]]) == [NotAnswered("no_supported_words")]


@pytest.mark.parametrize("families", [[], [BILLS], [BILLS, BILLS]])
def test_one_answer_comes_for_each_family(families: list[list[Node]]) -> None:
    assert len(name_parents(families)) == len(families)
