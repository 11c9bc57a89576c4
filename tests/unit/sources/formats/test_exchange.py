import json
from typing import Any

import pytest

from clio_assets.sources.formats.chat_message import is_message, turns_of
from clio_assets.sources.formats.exchange import exchange
from clio_assets.sources.formats.protocol import Malformed

ASKED = (("user", "Which trains go?"),)
CALL = {"name": "timetable", "args": {}, "id": "t1"}


def constructed(name: str, **kwargs: Any) -> dict[str, Any]:
    """A message as LangChain writes it down."""
    names = ["langchain", "schema", "messages", name]
    return {"lc": 1, "type": "constructor", "id": names, "kwargs": kwargs}


@pytest.mark.parametrize(
    ("message", "turns"),
    [
        ({"role": "user", "content": "hi"}, [("user", "hi")]),
        ({"role": "developer", "content": "be brief"}, [("system", "[system prompt]")]),
        ({"type": "human", "content": "hi"}, [("user", "hi")]),
        ({"type": "ai", "data": {"content": "hello"}}, [("assistant", "hello")]),
        ({"type": "AIMessageChunk", "content": "hello"}, [("assistant", "hello")]),
        (constructed("HumanMessage", content="hi"), [("user", "hi")]),
        (constructed("AIMessage", content="", tool_calls=[CALL]), "[tool call: timetable]"),
        (constructed("ToolMessage", content="noon"), [("tool", "[tool result]")]),
        (constructed("ChatMessage", content="hi", role="user"), [("user", "hi")]),
        ({"role": "model", "parts": [{"text": "hello"}]}, [("assistant", "hello")]),
        ({"role": "tool", "content": {"trains": [8, 12]}}, [("tool", "[tool result]")]),
        ({"role": "user", "content": {"type": "image"}}, [("user", "[image]")]),
        ({"role": "assistant", "content": {"trains": 2}}, [("assistant", '{"trains": 2}')]),
        ({"role": "assistant", "content": None, "tool_calls": [CALL]}, "[tool call: timetable]"),
        (
            {"role": "assistant", "content": None, "function_call": {"name": "timetable"}},
            "[tool call: timetable]",
        ),
        (
            constructed("AIMessage", content="", additional_kwargs={"tool_calls": [CALL]}),
            "[tool call: timetable]",
        ),
        (
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "name": "timetable"}],
                "tool_calls": [CALL],
            },
            "[tool call: timetable]",
        ),
        ({"type": "function_call", "name": "timetable"}, "[tool call: timetable]"),
        ({"type": "function_call_output", "output": "noon"}, [("tool", "[tool result]")]),
        ({"type": "reasoning", "summary": []}, []),
    ],
)
def test_turns_are_the_same_when_a_message_comes_in_another_form(
    message: dict[str, Any], turns: Any
) -> None:
    assert is_message(message)
    expected = [("assistant", turns)] if isinstance(turns, str) else turns
    assert turns_of(message) == expected


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("hi", "message_not_an_object"),
        ({"content": "hi"}, "role_unknown"),
        ({"type": "ghost", "content": "hi"}, "role_unknown"),
        ({"role": "ghost", "content": "hi"}, "role_unknown"),
        (constructed("ChatMessage", content="hi"), "role_unknown"),
    ],
)
def test_turns_of_says_why_when_a_message_is_malformed(message: Any, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        turns_of(message)
    assert caught.value.reason == reason


USER = {"role": "user", "content": "Which trains go?"}


@pytest.mark.parametrize(
    "asked",
    [
        "Which trains go?",
        [USER],
        json.dumps([USER]),
        {"messages": [USER]},
        json.dumps({"messages": [USER], "tools": []}),
        {"messages": [[constructed("HumanMessage", content="Which trains go?")]]},
        {"messages": json.dumps([USER])},
        {"input": "Which trains go?"},
        {"input": [USER | {"type": "message"}]},
        {"prompt": "Which trains go?"},
        {"prompts": ["Which trains go?"]},
        {"contents": [{"role": "user", "parts": [{"text": "Which trains go?"}]}]},
        {"question": "Which trains go?"},
        {"history": [USER], "temperature": 0.5},
        USER,
        [json.dumps(USER)],
        [{"type": "text", "text": "Which trains go?"}],
    ],
)
def test_a_question_is_the_same_when_it_was_kept_in_another_form(asked: object) -> None:
    assert exchange(asked, None) == (ASKED, ())


def test_a_system_prompt_comes_first_when_a_body_has_one() -> None:
    found = exchange({"system": "Be brief.", "messages": [USER]}, None)
    assert found.messages == (("system", "[system prompt]"), *ASKED)


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", '{"a": ', "[not json"])
def test_a_question_stays_as_it_was_written_when_it_looks_like_json(text: str) -> None:
    assert exchange(text, None).messages == (("user", text),)


ANSWER = {"role": "assistant", "content": "At noon."}


@pytest.mark.parametrize(
    "answered",
    [
        "At noon.",
        ANSWER,
        json.dumps(ANSWER),
        [ANSWER],
        {"choices": [{"message": ANSWER}, {"message": {"content": "another"}}]},
        {"choices": [{"message": {"content": "At noon."}}]},
        {"choices": [{"text": "At noon."}]},
        {"role": None, "content": "At noon.", "tool_calls": None},
        {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "At noon."}]},
        {"content": [{"type": "text", "text": "At noon."}]},
        {"generations": [[{"message": constructed("AIMessage", content="At noon.")}]]},
        {"generations": [{"text": "At noon."}]},
        {"output": [{"type": "reasoning"}, ANSWER | {"type": "message"}]},
        {"output_text": "At noon."},
        {"output": "At noon."},
        {"messages": [USER, ANSWER]},
        {"message": ANSWER},
        {"response": "At noon."},
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "At noon."}]}}]},
        ["At ", "noon."],
        [{"type": "text", "text": "At noon."}],
        [{"choices": [{"delta": {"content": "At noon."}}]}],
    ],
)
def test_an_answer_is_the_same_when_it_was_kept_in_another_form(answered: object) -> None:
    found = exchange([USER], answered)
    assert found == ((*ASKED, ("assistant", "At noon.")), ())


@pytest.mark.parametrize("answered", [None, "", "null", {}, [], "{}", float("nan")])
def test_an_answer_adds_no_turn_when_none_was_kept(answered: object) -> None:
    assert exchange([USER], answered) == (ASKED, ())


def test_an_answer_keeps_its_calls_when_it_holds_nothing_else() -> None:
    found = exchange([USER], {"tool_calls": [CALL]})
    assert found.messages[-1] == ("assistant", "[tool call: timetable]")


def test_an_answer_is_its_text_when_it_is_an_object_of_its_own() -> None:
    assert exchange([USER], '{"trains": 3}').messages[-1] == ("assistant", '{"trains": 3}')


@pytest.mark.parametrize(
    ("asked", "answered", "turns", "loss"),
    [
        ([USER], "<anthropic.Stream object at 0x7f0ba74dba50>", ASKED, "answer_not_text"),
        ([USER], 5, ASKED, "answer_missing"),
        ([USER], "redacted-by-litellm", ASKED, "content_redacted"),
        ("redacted-by-litellm", ANSWER, (), "content_redacted"),
        (
            [USER | {"content": "redacted-by-litellm"}],
            {"choices": [{"message": {"content": "redacted-by-litellm"}}]},
            (),
            "content_redacted",
        ),
    ],
)
def test_a_loss_is_told_when_the_observer_lost_words(
    asked: object, answered: object, turns: object, loss: str
) -> None:
    assert exchange(asked, answered) == (turns, (loss,))


def test_a_loss_is_told_when_the_observer_cut_a_message() -> None:
    cut = "Which ... (litellm_truncated skipped 9000 chars. It does so.) ... trains go?"
    found = exchange([USER | {"content": cut}], None)
    assert found == ((("user", cut),), ("content_truncated",))


@pytest.mark.parametrize("asked", [{"unheard": "of"}, [{"unheard": "of"}], [5], 5])
def test_exchange_says_so_when_it_knows_no_such_input(asked: object) -> None:
    with pytest.raises(Malformed, match="messages_missing"):
        exchange(asked, None)
