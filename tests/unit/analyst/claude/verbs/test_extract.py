"""Extraction of facets."""

import json
from typing import Any

import pytest

from clio_assets.analyst.claude.subjects import subject_of
from clio_assets.analyst.claude.verbs.extract import MAX_TEXT, extract, language_of
from clio_assets.analyst.protocol import Extraction, NotAnswered
from clio_assets.domain.conversation import Complaint, Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.desk import desk_of, user_of

GOOD = {
    "request": "The user wants to bake bread.",
    "task": "Explain baking.",
    "language": "German",
    "concern": 1,
}
MOOD = FacetDefinition("mood", "category", "How does the user feel?", values=("glad", "cross"))
#: Named as something that every model has.
COPY = FacetDefinition("copy", "text", "What is copied?")


def ask(
    reply: Any, facets: tuple[FacetDefinition, ...] = DEFAULT_FACETS, text: str = "hello"
) -> Extraction | NotAnswered:
    desk, _ = desk_of(lambda _: reply if isinstance(reply, str) else json.dumps(reply))
    (answer,) = extract(desk, [Conversation(f"<user>{text}</user>", 1)], facets)
    return answer


def test_extract_gives_all_facets_but_the_computed_ones() -> None:
    assert ask(GOOD) == Extraction(GOOD)


def test_extract_asks_once_for_all_facets_of_a_conversation() -> None:
    desk, asker = desk_of(lambda _: json.dumps(GOOD))
    list(extract(desk, [Conversation("<user>hello</user>", 1)], DEFAULT_FACETS))
    (request,) = asker.requests
    for facet in DEFAULT_FACETS:
        assert (facet.question in request.parameters["system"]) == (facet.kind != "computed")
    assert request.subject == subject_of(desk.key, "<user>hello</user>")
    assert request.verb == "extract"


def test_extract_costs_few_tokens_besides_the_conversation() -> None:
    desk, asker = desk_of(lambda _: json.dumps(GOOD))
    list(extract(desk, [Conversation("<user>hello</user>", 1)], DEFAULT_FACETS))
    parameters = asker.requests[0].parameters
    schema = json.dumps(parameters["output_config"]["format"]["schema"], separators=(",", ":"))
    assert len(parameters["system"]) + len(user_of(asker.requests[0])) + len(schema) < 1_450


def test_extract_streams_one_question_at_a_time() -> None:
    desk, asker = desk_of(lambda _: json.dumps(GOOD))
    answers = extract(
        desk, [Conversation(f"<user>{n}</user>", 1) for n in range(3)], DEFAULT_FACETS
    )
    next(answers)
    assert len(asker.requests) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"concern": 6},
        {"concern": "1"},
        {"language": "Python"},
        {"language": "en"},
        {"request": "x" * (MAX_TEXT + 1)},
        {"request": None},
        {"secret": "field"},
    ],
    ids=str,
)
def test_extract_has_no_answer_when_the_form_is_broken_twice(change: dict[str, Any]) -> None:
    assert ask({**GOOD, **change}) == NotAnswered("invalid")


def test_extract_asks_once_more_with_what_was_wrong() -> None:
    replies = [json.dumps({**GOOD, "concern": 9}), json.dumps(GOOD)]
    desk, asker = desk_of(lambda _: replies.pop(0))
    (answer,) = extract(desk, [Conversation("<user>hello</user>", 1)], DEFAULT_FACETS)
    assert answer == Extraction(GOOD)
    assert "concern" in user_of(asker.requests[1])
    assert "concern" not in user_of(asker.requests[0])


def test_extract_offers_a_category_s_values_alone() -> None:
    facets = (*DEFAULT_FACETS, MOOD)
    assert ask({**GOOD, "mood": "cross"}, facets) == Extraction({**GOOD, "mood": "cross"})
    assert ask({**GOOD, "mood": "sad"}, facets) == NotAnswered("invalid")
    desk, asker = desk_of(lambda _: json.dumps(GOOD))
    list(extract(desk, [Conversation("<user>hello</user>", 1)], facets))
    schema = asker.requests[0].parameters["output_config"]["format"]["schema"]
    assert schema["properties"]["mood"] == {"type": "string", "enum": ["glad", "cross"]}
    assert "one of: glad, cross" in asker.requests[0].parameters["system"]


def test_extract_takes_facets_of_any_name() -> None:
    assert ask({"copy": "A letter."}, (COPY,)) == Extraction({"copy": "A letter."})


def test_privacy_wording_is_for_text_facets_only() -> None:
    desk, asker = desk_of(lambda _: "{}")
    list(extract(desk, [Conversation("<user>hello</user>", 1)], (COPY,)))
    list(extract(desk, [Conversation("<user>hello</user>", 1)], (MOOD,)))
    with_text, without = asker.requests[0], asker.requests[-1]
    assert "proper nouns" in with_text.parameters["system"]
    assert "proper nouns" not in without.parameters["system"]


@pytest.mark.parametrize(
    ("complaint", "word"), [("personal_data", "personal data"), ("overlap", "copied")]
)
def test_complaints_say_what_to_avoid(complaint: Complaint, word: str) -> None:
    desk, asker = desk_of(lambda _: json.dumps(GOOD))
    first = Conversation("<user>hello</user>", 1)
    second = Conversation("<user>hello</user>", 1, (complaint,))
    list(extract(desk, [first, second], DEFAULT_FACETS))
    assert word not in user_of(asker.requests[0])
    assert word in user_of(asker.requests[1])
    assert asker.requests[0].digest != asker.requests[1].digest


@pytest.mark.parametrize(
    ("answer", "language"),
    [
        ("English", "English"),
        (" english ", "English"),
        ("French, then English", "French"),
        ("Spanish and English", "Spanish"),
        ("Chinese (Simplified)", "Chinese"),
        ("Mandarin Chinese", "Chinese"),
        ("Brazilian Portuguese", "Portuguese"),
        ("Farsi", "Persian"),
        ("Unknown", "Unknown"),
        ("none", "Unknown"),
    ],
)
def test_language_is_the_first_one_in_its_usual_name(answer: str, language: str) -> None:
    assert language_of(answer) == language


@pytest.mark.parametrize("answer", ["Python", "fr", "x" * 100, "SQL", "né\0 Language_"])
def test_language_is_refused_when_it_is_no_human_one(answer: str) -> None:
    with pytest.raises(ValueError, match="human language"):
        language_of(answer)
