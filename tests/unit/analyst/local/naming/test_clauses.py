import pytest

from clio_assets.analyst.local.naming.clauses import as_clause, shortened
from clio_assets.analyst.local.naming.parse import ParsedRequest, requests_of
from clio_assets.analyst.local.naming.word_classes import WordClasses
from privacy_checks.language.lemmas import content_lemmas

CLASSES = WordClasses(nouns=frozenset({"package"}), predicates=frozenset({"due", "declined"}))


def clause(text: str, hidden: str = "") -> str:
    (request,) = requests_of(text)
    supported = set(content_lemmas(text)) - set(content_lemmas(hidden))
    return " ".join(as_clause(request, supported, CLASSES))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how old are you", "how old you are"),
        ("where do you live", "where you live"),
        ("when is my bill due", "when my bill is due"),
        ("why was my card declined", "why my card was declined"),
        ("where is my package", "where my package is"),
        ("when does my card expire", "when my card expires"),
        ("is it safe", "it is safe"),
        ("who made you", "who made you"),
        ("how does", ""),
        ("where did my money go", ""),
    ],
)
def test_clause_has_the_subject_first(question: str, expected: str) -> None:
    assert clause(question) == expected


def test_clause_is_empty_when_a_word_of_the_subject_has_no_support() -> None:
    assert clause("does zorblax take cards", hidden="zorblax") == ""
    assert clause("how busy is zorblax now", hidden="zorblax") == ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("when i should change the oil", "when to change the oil"),
        ("how long i need to bake a cake", "how long to bake a cake"),
        ("what i do", "what to do"),
        ("why i should change the oil", "why i should change the oil"),
        ("how many days i have left", "how many days i have left"),
    ],
)
def test_clause_is_shortened_when_it_says_what_a_person_should_do(said: str, expected: str) -> None:
    assert " ".join(shortened(tuple(said.split()))) == expected


def test_embedded_question_stays_as_it_is() -> None:
    request = ParsedRequest("wh", ("when", "the", "film", "starts"), embedded=True)
    assert as_clause(request, {"film", "start"}, CLASSES) == request.words
