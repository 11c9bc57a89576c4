import pytest

from clio_assets.analyst.local.naming.parse import (
    BREAK,
    ParsedRequest,
    requests_of,
    sentences_in_words,
)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("can you please translate this?", "do", "translate this"),
        ("hey siri, i'd like to set an alarm", "do", "set an alarm"),
        ("Set an alarm for tomorrow", "do", "set an alarm for tomorrow"),
        ("i need help paying my bill", "do", "paying my bill"),
        ("help me find my phone", "do", "find my phone"),
        ("is it possible to change language", "do", "change language"),
        ("how do i change the oil", "how", "change the oil"),
        ("can you tell me how to change my oil", "how", "change my oil"),
        ("what are the steps to change oil", "how", "change oil"),
        ("tell me about hobbies", "about", "hobbies"),
        ("what's my balance", "about", "balance"),
        ("let me know the status of my order", "about", "the status of my order"),
        ("are there any travel alerts", "about", "travel alerts"),
        ("i need a hotel in rome", "want", "a hotel in rome"),
        ("how old are you", "wh", "how old are you"),
        ("when is my bill due", "wh", "when is my bill due"),
        ("do you have pets", "whether", "do you have pets"),
        ("my card was declined", "say", "my card was declined"),
        ("flight status", "say", "flight status"),
    ],
)
def test_request_is_read_by_how_it_begins(text: str, kind: str, words: str) -> None:
    (request,) = requests_of(text)
    assert (request.kind, " ".join(request.words)) == (kind, words)


def test_question_is_embedded_when_an_opener_comes_before_it() -> None:
    assert requests_of("do you know when my bill is due") == [
        ParsedRequest("wh", ("when", "my", "bill", "is", "due"), embedded=True)
    ]
    assert requests_of("i want to know if they take cards") == [
        ParsedRequest("whether", ("they", "take", "cards"), embedded=True)
    ]


def test_clause_after_a_statement_is_read_as_well() -> None:
    kinds = [request.kind for request in requests_of("i lost my card, can you block it")]
    assert kinds == ["say", "do"]


def test_every_sentence_is_read_up_to_the_third() -> None:
    text = "Pay my bill. Then call mum! Is it late? Book a flight."
    assert [request.kind for request in requests_of(text)] == ["do", "do", "whether"]


def test_sentences_break_at_punctuation_and_at_masked_personal_data() -> None:
    assert sentences_in_words("call [phone number] now, please") == [
        ("call", BREAK, "now", BREAK, "please")
    ]


@pytest.mark.parametrize("text", ["", "   ", "?!", "please", "can you", "how do i", "...", "| |"])
def test_text_without_a_request_raises_nothing(text: str) -> None:
    assert all(request.words for request in requests_of(text))


def test_requests_are_read_in_linear_time_when_a_text_is_long_and_polite() -> None:
    assert len(requests_of("please " * 20_000 + "pay")) == 1
