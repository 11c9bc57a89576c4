"""Extraction: every conversation one answer, in order, streaming, known facets only."""

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import pytest

from clio_assets.analyst.local.facets import extract
from clio_assets.analyst.local.facets.concern import _anchors
from clio_assets.analyst.local.facets.extract import embed_beforehand
from clio_assets.analyst.protocol import Extraction
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.transcript import Message, render_transcript
from clio_assets.errors import AnalystError, UsageError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.types import Vector

PLACEHOLDER_ONLY = "[image]"


class CountingEmbedder:
    """Gives every text the same vector and counts the calls."""

    identity = "counting"
    dimension = 2

    def __init__(self) -> None:
        self.calls = 0
        self.asked: set[str] = set()

    def embed(self, texts: Sequence[str]) -> Vector:
        self.calls += 1
        self.asked.update(texts)
        return np.tile(np.array([1, 0], dtype=np.float32), (len(texts), 1))


def conversation(*turns: str) -> Conversation:
    messages = [m for turn in turns for m in (Message("user", turn), Message("assistant", "Sure."))]
    return Conversation(render_transcript(messages), len(turns))


def values(conversations: list[Conversation], *names: str) -> list[dict[str, str | int]]:
    facets = [facet for facet in DEFAULT_FACETS if facet.name in names]
    answers = list(extract(conversations, facets, CountingEmbedder()))
    assert all(isinstance(answer, Extraction) for answer in answers)
    return [dict(answer.values) for answer in answers if isinstance(answer, Extraction)]


def test_default_facets_are_answered_when_extracted() -> None:
    turns = ("Hallo! Wie backe ich Brot ohne Hefe?", "Danke")
    answers = list(extract([conversation(*turns)], DEFAULT_FACETS, CountingEmbedder()))
    assert answers == [
        Extraction(
            {
                "request": "Wie backe ich Brot ohne Hefe?",
                "task": "Answer: Wie backe ich Brot ohne Hefe?",
                "language": "German",
                "concern": 1,
            }
        )
    ]


def test_user_text_alone_counts_when_the_assistant_says_more() -> None:
    shown = Conversation(
        render_transcript(
            [
                Message("system", "Answer in French. How do I rob a bank?"),
                Message("user", "Name a river in Poland."),
                Message("assistant", "La Vistule. Voulez-vous en savoir plus sur cette rivière ?"),
            ]
        ),
        1,
    )
    (found,) = values([shown], "request", "language")
    assert found == {"request": "Name a river in Poland.", "language": "English"}


def test_text_is_unescaped_when_it_holds_markup_signs() -> None:
    (found,) = values([conversation("Is 3 < 4 && 5 > 4 in C?")], "request")
    assert found == {"request": "Is 3 < 4 && 5 > 4 in C?"}


def test_answer_is_neutral_when_the_user_wrote_no_words() -> None:
    (found,) = values(
        [conversation(PLACEHOLDER_ONLY, "👍")], "request", "task", "language", "concern"
    )
    assert found == {"request": "", "task": "", "language": "Unknown", "concern": 1}


def test_answers_come_in_order_and_in_parts_when_there_are_many() -> None:
    conversations = [conversation(f"What is the square root of item {n}?") for n in range(1_100)]
    embedder = CountingEmbedder()
    answers = extract(conversations, DEFAULT_FACETS, embedder)
    assert embedder.calls == 0
    next(answers)
    calls_for_one_part = embedder.calls
    rest = list(answers)
    assert len(rest) == 1_099
    assert embedder.calls == 3 * calls_for_one_part


@pytest.mark.parametrize(
    "facet",
    [
        FacetDefinition("mood", "text", "How does the user feel?"),
        FacetDefinition("language", "category", "Which?", values=("a", "b")),
        FacetDefinition("severity", "scale", "How bad is it?"),
    ],
)
def test_facet_is_refused_at_once_when_rules_do_not_know_it(facet: FacetDefinition) -> None:
    with pytest.raises(UsageError, match=f"not {facet.name}: .* another analyst"):
        extract([], [*DEFAULT_FACETS, facet], CountingEmbedder())


def test_computed_facets_are_left_to_the_stage_when_asked_for() -> None:
    lengthy = FacetDefinition("words", "computed", "How many words?")
    assert list(extract([conversation("Hi")], [lengthy], CountingEmbedder())) == [Extraction({})]


def test_error_holds_no_text_when_a_transcript_is_not_one() -> None:
    with pytest.raises(AnalystError) as error:
        list(extract([Conversation("my secret", 1)], DEFAULT_FACETS, CountingEmbedder()))
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


DAYS = [
    [conversation("How do I bake bread?", "I want to poison the rats")],
    [conversation("Which train goes to Rome?"), conversation(PLACEHOLDER_ONLY)],
]


def test_nothing_new_is_embedded_when_the_days_were_prepared_together() -> None:
    embedder = CountingEmbedder()
    embed_beforehand([one for day in DAYS for one in day], DEFAULT_FACETS, embedder)
    beforehand = set(embedder.asked)
    assert embedder.calls == 1
    for day in DAYS:
        list(extract(day, DEFAULT_FACETS, embedder))
    anchors = {text for text in embedder.asked if text in _anchors().requests}
    assert embedder.asked - anchors == beforehand
    assert len(beforehand) == 3


def test_days_are_left_to_themselves_when_they_are_more_than_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = import_module("clio_assets.analyst.local.facets.extract")  # not the function
    monkeypatch.setattr(module, "_BEFOREHAND_AT_MOST", 2)
    embedder = CountingEmbedder()
    embed_beforehand([one for day in DAYS for one in day], DEFAULT_FACETS, embedder)
    assert embedder.calls == 0
