import json
from typing import Any

import pytest

from clio_assets.sources.formats import attributes, otel
from clio_assets.sources.formats.otel import langfuse
from clio_assets.sources.formats.otel.item import Item, Told
from clio_assets.sources.formats.protocol import Aside, Keys, Piece
from tests.fakes.grouped import Talk, talks
from tests.fakes.telemetry import request, span

OBSERVATION = "langfuse.observation"
ASKED = [{"role": "system", "content": "canary"}, {"role": "user", "content": "Which trains go?"}]
ANSWERED = {"role": "assistant", "content": "At noon."}
TURNS = (("system", "[system prompt]"), ("user", "Which trains go?"))
ANSWER = (("assistant", "At noon."),)


def told(kind: str = "generation", **more: object) -> dict[str, Any]:
    texts = {name: json.dumps(value) for name, value in more.items() if value is not None}
    return {f"{OBSERVATION}.{name}": text for name, text in texts.items()} | {
        f"{OBSERVATION}.type": kind
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (told(input=ASKED, output=ANSWERED), Told(TURNS, ANSWER)),
        (told("GENERATION", input={"messages": ASKED}, output=ANSWERED), Told(TURNS, ANSWER)),
        (told(input=ASKED), Told(TURNS)),
        (told(), None),
        (told("span", input=ASKED, output=ANSWERED), None),
        ({}, None),
    ],
    ids=["generation", "whole request", "no answer", "content off", "span", "of another kind"],
)
def test_messages_are_turns_when_the_sdk_wrote_them(
    found: dict[str, Any], expected: Told | None
) -> None:
    assert langfuse.read(Item("span", found)) == expected


@pytest.mark.parametrize(
    ("found", "reason", "losses"),
    [
        (told(), "no_messages_logged", ("content_not_logged",)),
        (told("tool", input=ASKED), "not_a_conversation", ()),
        (told("span", input="canary"), "not_a_conversation", ()),
    ],
)
def test_observation_is_left_out_when_nobody_asks_a_model(
    found: dict[str, Any], reason: str, losses: tuple[str, ...]
) -> None:
    *_, last = otel.pieces(request(span(found)), Keys())
    assert last == Aside(reason, losses)  # type: ignore[arg-type]


def test_generation_is_of_the_user_in_its_metadata_when_langchain_called_the_model_alone() -> None:
    found = told(input=ASKED, output=ANSWERED) | {
        f"{OBSERVATION}.metadata.langfuse_user_id": "user-1",
        f"{OBSERVATION}.metadata.langfuse_session_id": "session-1",
    }
    pieces = [one for one in otel.pieces(request(span(found)), Keys()) if isinstance(one, Piece)]
    assert {(one.user_id, one.conversation_id) for one in pieces} == {("user-1", "session-1")}


def test_generation_is_of_the_user_above_it_when_the_span_there_names_one() -> None:
    above = told("span") | {"user.id": "user-17", "session.id": "session-4"}
    below = told(input=ASKED, output=ANSWERED)
    found = [request(span(below, 2, 1)), request(span(above, 1))]
    assert talks(otel, found) == [Talk("session-4", "user-17", (*TURNS, *ANSWER))]


@pytest.mark.parametrize(
    "usage", [{"prompt_tokens": 11, "completion_tokens": 7}, {"input": 11, "output": 7}]
)
def test_model_and_tokens_are_known_when_the_sdk_counted(usage: dict[str, int]) -> None:
    more = {f"{OBSERVATION}.model.name": "m-1", "langfuse.trace.tags": ["web"]}
    found = told(input=ASKED, output=ANSWERED, usage_details=usage) | more
    (piece,) = otel.pieces(request(span(found)), Keys())
    assert isinstance(piece, Piece)
    known = {attributes.MODEL: "m-1", attributes.TAGS: ["web"]}
    known |= {attributes.INPUT_TOKENS: 11, attributes.OUTPUT_TOKENS: 7}  # type: ignore[dict-item]
    assert known.items() <= piece.attributes.items()
