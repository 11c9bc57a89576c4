from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clio_assets.analyst.local.naming.base_clusters import name_clusters
from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.domain.clusters import ClusterText
from clio_assets.phrases.book import PhraseBook
from privacy_checks.language.vocabulary import unsupported
from tests.fakes.analyst import FakeEmbedder
from tests.unit.analyst.local.naming.corpus import THEMES, question, questions, texts_of


def named(clusters: Sequence[ClusterToName]) -> list[ClusterText | NotAnswered]:
    return name_clusters(clusters, FakeEmbedder(), PhraseBook(()))


def names(*themes: str) -> list[str]:
    return [answer.name for answer in named(questions(*themes)) if isinstance(answer, ClusterText)]


def test_names_say_what_users_asked_for() -> None:
    assert names(*THEMES) == [
        "Translate something into Spanish",
        "Change the oil",
        "Ask about account balance",
        "Ask for a joke",
        "Ask why my card was declined",
        "Ask how old you are",
        "Bloquear mi tarjeta (Spanish)",
        "Passwort zurücksetzen (German)",
        "予約を変更 (Japanese)",
    ]


def test_descriptions_are_two_sentences_about_users_and_neighbours() -> None:
    oil, *_ = named(questions("oil", "translate", "age"))
    assert isinstance(oil, ClusterText)
    assert oil.description == (
        "Users asked how to change the oil. "
        "Unlike in neighbouring groups, many mentioned car and show."
    )


def test_descriptions_speak_of_the_assistant_and_of_users_in_the_third_person() -> None:
    age, declined = named(questions("age", "declined"))
    assert isinstance(age, ClusterText)
    assert isinstance(declined, ClusterText)
    assert age.description.startswith("Users asked how old the assistant is")
    assert declined.description.startswith("Users asked why their card was declined")


def test_names_and_descriptions_hold_only_supported_words() -> None:
    clusters = questions(*THEMES)
    for cluster, answer in zip(clusters, named(clusters), strict=True):
        assert isinstance(answer, ClusterText)
        supported = {term.lemma for term in cluster.terms}
        assert unsupported(f"{answer.name} {answer.description}", supported) == []


def test_word_of_too_few_users_is_in_no_text() -> None:
    secret = ["please pay my zanzibar bill for zanzibar"] * 30
    others = [f"please pay my {kind} bill" for kind in ("water", "phone", "gas") * 10]
    users = ["planter"] * 30 + [f"user {number}" for number in range(30)]
    (answer,) = named([question(secret + others, users)])
    assert isinstance(answer, ClusterText)
    assert "bill" in answer.name
    assert "zanzibar" not in f"{answer.name} {answer.description}".lower()


def test_placeholders_are_in_no_text() -> None:
    texts = [f"send an invoice to [e-mail] {word}" for word in ("now", "today", "soon") * 10]
    (answer,) = named([question(texts)])
    assert isinstance(answer, ClusterText)
    assert "mail" not in f"{answer.name} {answer.description}"


def test_names_are_distinct_when_clusters_are_alike() -> None:
    flights = [f"book a flight to {city}" for city in ("rome", "paris") * 20]
    rome, paris = flights[::2], flights[1::2]
    clusters = [
        question(rome, neighbours=[1]),
        question(paris, neighbours=[0]),
        question(flights, neighbours=[0, 1]),
        question(flights, neighbours=[0, 1]),
    ]
    found = [a.name for a in named(clusters) if isinstance(a, ClusterText)]
    assert len({name.lower() for name in found}) == 4
    assert all(len(name.split()) <= 10 for name in found)
    assert "Rome" in found[0]
    assert "Paris" in found[1]


def test_many_equal_clusters_are_not_answered_when_nothing_tells_them_apart() -> None:
    answers = named([question(["pay"] * 10)] * 30)
    found = [answer.name for answer in answers if isinstance(answer, ClusterText)]
    assert len(set(found)) == len(found)
    assert NotAnswered("no_distinct_name") in answers


@pytest.mark.parametrize(
    "members",
    [
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"],  # no word is shared
        ["what is it"] * 10,  # only function words
        [""] * 10,
        ["12345"] * 10,
    ],
)
def test_cluster_is_not_answered_when_no_word_is_supported(members: list[str]) -> None:
    assert named([question(members)]) == [NotAnswered("no_supported_words")]


def test_cluster_is_named_by_its_words_when_no_phrase_is_shared() -> None:
    words = ("sourdough", "proofing", "hydration")
    texts = [f"{word} x{number} stuff{number}" for number in range(8) for word in words]
    (answer,) = named([question(texts)])
    assert isinstance(answer, ClusterText)
    assert any(word in answer.name.lower() for word in words)


def test_single_cluster_is_named_when_it_has_no_neighbours() -> None:
    (answer,) = named(questions("balance"))
    assert isinstance(answer, ClusterText)
    assert answer.name == "Ask about account balance"
    assert answer.description.endswith("no neighbouring groups to compare these requests with.")


def test_answers_do_not_depend_on_the_order_of_members() -> None:
    clusters = questions("oil", "balance", "joke")
    turned = [
        replace(one, members=list(one.members)[::-1], users=list(one.users)[::-1])
        for one in clusters
    ]
    assert named(turned) == named(clusters)


def test_nothing_is_named_when_nothing_is_asked() -> None:
    assert named([]) == []


def test_large_cluster_is_read_in_part() -> None:
    texts = texts_of("oil", 5_000)
    (answer,) = named([question(texts)])
    assert isinstance(answer, ClusterText)
    assert answer.name == "Change the oil"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=60), min_size=1, max_size=12), max_size=4))
@example([["ß0"]])  # whose capital is another word
def test_any_text_gives_a_sound_answer(clusters: list[list[str]]) -> None:
    asked = [question([text for text in texts for _ in range(5)]) for texts in clusters]
    for cluster, answer in zip(asked, named(asked), strict=True):
        if isinstance(answer, ClusterText):
            supported = {term.lemma for term in cluster.terms}
            assert unsupported(f"{answer.name} {answer.description}", supported) == []
            assert 1 <= len(answer.name.split()) <= 10


def test_group_is_called_mixed_when_it_has_no_one_topic() -> None:
    oil, joke = questions("oil", "joke")
    mixed, other = named([replace(oil, mixed=True), joke])
    assert isinstance(mixed, ClusterText)
    assert isinstance(other, ClusterText)
    assert mixed.name.startswith("Mixed requests about ")
    assert mixed.description.startswith("Users asked different things, about ")
    supported = {term.lemma for term in oil.terms}
    assert not unsupported(mixed.name, supported)
    assert not unsupported(mixed.description, supported)
    assert not other.name.startswith("Mixed")
