from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.clusters.terms import supported_terms
from clio_assets.domain.clusters import Term
from privacy_checks.language.vocabulary import content_lemmas


def test_supported_terms_count_distinct_users() -> None:
    members = ["Pay my bill", "paying bills", "bill!", "a bill, a bill, a bill", "rent"]
    users = ["a", "b", "c", "d", "a"]
    assert supported_terms(members, users, 3) == [Term("bill", "bill", 4)]
    assert supported_terms(members, users, 2) == [Term("bill", "bill", 4), Term("pay", "pay", 2)]


def test_supported_terms_ignore_repetition_by_one_user() -> None:
    assert supported_terms(["secret project"] * 50, ["a"] * 50, 2) == []


def test_supported_terms_leave_out_placeholders_numbers_and_function_words() -> None:
    members = ["Send 12345 to [e-mail] for the W2"] * 3
    found = supported_terms(members, ["a", "b", "c"], 3)
    assert [term.lemma for term in found] == ["send", "w2"]


def test_supported_terms_show_the_form_that_most_users_wrote() -> None:
    members = ["Learn Spanish", "in spanish", "some Spanish", "Tires flat", "my tires", "a tire"]
    surfaces = {t.lemma: t.surface for t in supported_terms(members, list("abcdef"), 2)}
    assert surfaces == {"spanish": "Spanish", "tire": "tires"}


def test_supported_terms_take_the_first_form_in_the_alphabet_on_a_tie() -> None:
    (term,) = supported_terms(["the cards", "a card"], ["a", "b"], 2)
    assert term.surface == "card"


def test_supported_terms_drop_the_capital_when_it_only_begins_a_sentence() -> None:
    (term,) = supported_terms(["Flights please. Flights!", "Flights"], ["a", "b"], 2)
    assert term.surface == "flights"


def test_supported_terms_do_not_depend_on_the_order_of_members() -> None:
    members = ["book a flight", "flights to Rome", "Rome flight", "book Rome"]
    users = list("abcd")
    found = supported_terms(members, users, 2)
    assert supported_terms(members[::-1], users[::-1], 2) == found


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_supported_terms_are_the_lemmas_that_the_gate_counts(members: list[str]) -> None:
    users = [str(number) for number in range(len(members))]
    expected = {lemma for text in members for lemma in content_lemmas(text) if not lemma.isdigit()}
    assert {term.lemma for term in supported_terms(members, users, 1)} == expected
