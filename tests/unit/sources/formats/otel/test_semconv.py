import json
from typing import Any

import pytest

from clio_assets.sources.formats.otel import semconv
from clio_assets.sources.formats.otel.item import Item, Told
from clio_assets.sources.formats.protocol import Malformed


def part(kind: str, **fields: object) -> dict[str, object]:
    return {"type": kind, **fields}


def said(role: str, *parts: object) -> dict[str, object]:
    return {"role": role, "parts": list(parts), "name": None}


TALK = [
    said("user", part("text", content="Which trains go?"), part("blob", modality="image")),
    said("assistant", part("reasoning", content="canary"), part("tool_call", name="timetable")),
    said("user", part("tool_call_response", response="canary")),
    said("tool", part("tool_call_response", response="canary")),
    said("assistant", part("text", content="At noon."), part("text", content=" Or at six.")),
]
TURNS = (
    ("user", "Which trains go?\n[image]"),
    ("assistant", "[tool call: timetable]"),
    ("tool", "[tool result]"),
    ("tool", "[tool result]"),
    ("assistant", "At noon. Or at six."),
)


def read(asked: object, answered: object = None, **more: object) -> Told:
    attributes = {"gen_ai.input.messages": asked, "gen_ai.output.messages": answered, **more}
    told = semconv.read(Item("span", attributes))
    assert told is not None
    return told


@pytest.mark.parametrize("written", [json.dumps, lambda value: value], ids=["text", "nested"])
def test_messages_are_turns_when_they_are_text_or_nested(written: Any) -> None:
    system = written([part("text", content="canary")])
    told = read(written(TALK), written([said("assistant", part("text", content="Yes."))]))
    assert told == Told(TURNS, (("assistant", "Yes."),))
    told = read(written(TALK), **{"gen_ai.system_instructions": system})
    assert told.asked[0] == ("system", "[system prompt]")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (part("uri", modality="video", uri="canary"), "[video]"),
        (part("file", modality="image", file_id="canary"), "[image]"),
        (part("file", file_id="canary"), "[attachment]"),
        (part("blob", mime_type="audio/wav", content="canary"), "[audio]"),
        (part("blob", mime_type="application/x", content="canary"), "[other content]"),
        (part("brand_new"), "[other content]"),
        ({"text": "plain"}, "plain"),
        ({"image": {"format": "png"}}, "[image]"),
        ("plain", "plain"),
    ],
)
def test_part_is_a_placeholder_when_it_is_no_text(given: object, shown: str) -> None:
    assert read([said("user", given)]).asked == (("user", shown),)


def test_content_is_read_when_messages_have_no_parts() -> None:
    call = {"function": {"name": "timetable", "arguments": "canary"}}
    asked = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        "and?",
    ]
    assert read(asked).asked == (
        ("user", "hi"),
        ("assistant", "[tool call: timetable]"),
        ("user", "and?"),
    )
    assert read("just a question", "just an answer") == Told(
        (("user", "just a question"),), (("assistant", "just an answer"),)
    )


def test_first_choice_counts_when_there_are_several() -> None:
    choices = [said("assistant"), said("", part("text", content="one")), said("assistant", "two")]
    assert read(TALK, choices).answer == (("assistant", "one"),)


def test_user_turn_stays_when_nothing_of_it_was_kept() -> None:
    told = read([said("user"), said("assistant")])
    assert told.asked == (("user", "[other content]"),)
    assert told.losses == {"message_left_empty"}


@pytest.mark.parametrize("end", [40, 60, 90, 120, 200])
def test_loss_is_told_when_the_text_was_cut(end: int) -> None:
    told = read(json.dumps(TALK)[:end], json.dumps([said("assistant", "Yes.")]))
    assert told.losses == {"content_truncated"}
    assert all(turn in TURNS or "Which trains go?".startswith(turn[1]) for turn in told.asked[:-1])
    assert told.answer == (("assistant", "Yes."),)


def test_message_is_left_out_when_it_was_cut_before_its_role() -> None:
    cut = '[{"role": "user", "content": "hi"}, {"content": "no more'
    assert read(cut).asked == (("user", "hi"),)
    assert read("[{canary").asked == ()


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ([5], "message_not_an_object"),
        ([{"role": "canary", "parts": []}], "role_unknown"),
        ([{"parts": ["x"]}], "role_unknown"),
        ([said("user", 5)], "content_of_wrong_type"),
        ([said("user", part("text", content=5))], "content_of_wrong_type"),
    ],
)
def test_reason_is_told_when_messages_are_malformed(asked: object, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(asked)
    assert caught.value.reason == reason


@pytest.mark.parametrize("attributes", [{}, {"gen_ai.input.messages": ""}, {"gen_ai.prompt": "x"}])
def test_nothing_is_told_when_the_attributes_are_others(attributes: dict[str, Any]) -> None:
    assert semconv.read(Item("span", attributes)) is None
