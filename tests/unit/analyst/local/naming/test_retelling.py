import pytest

from clio_assets.analyst.local.naming.retelling import retold, told_as


@pytest.mark.parametrize(
    ("name", "template", "clause"),
    [
        ("Book a flight", "do", "asked to book a flight"),
        ("Ask about traffic", "about", "asked about traffic"),
        ("Ask for a joke", "for", "asked for a joke"),
        ("Ask how old you are", "wh", "asked how old the assistant is"),
        ("Ask whether they take cards", "whether", "asked whether they take cards"),
        ("Ask a friend out", "do", "asked to ask a friend out"),
        ("Talk about luggage", "talk", "talked about luggage"),
        ("Talk faster", "do", "asked to talk faster"),
        ("Say thanks", "greet", "said thanks"),
        ("Say hi in French", "do", "asked to say hi in French"),
        ("Get help with bills and cards", "help", "asked for help with bills and cards"),
        ("Tarjeta (Spanish)", "native", "asked in Spanish about Tarjeta"),
        ("Find out the exchange rate", "value", "wanted to find out the exchange rate"),
        ("Learn about jazz", "learn", "wanted to learn about jazz"),
        ("Discuss the news", "talk", "talked about the news"),
        (
            "Mixed requests about cats and cars",
            "mixed",
            "asked different things, about cats and cars",
        ),
        ("Change your name (call, bob)", "do", "asked to change the assistant's name"),
        ("Order", "do", "asked to order"),
    ],
)
def test_name_is_taken_apart_and_told_again(name: str, template: str, clause: str) -> None:
    told = told_as(name)
    assert told.template == template
    assert retold(told) == clause


def test_told_as_keeps_words_apart_that_a_comma_parts() -> None:
    assert told_as("Ask about bills, cards and taxes").words == (
        "bills", ",", "cards", "and", "taxes",
    )  # fmt: skip
