"""What applications ask models for themselves, beside what users ask."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clio_assets.home.settings import SourceSettings
from clio_assets.landing.land import survey
from clio_assets.sources.formats import FORMATS, detect, read, side_calls
from clio_assets.sources.formats.protocol import Aside, Keys, ParsedConversation, Piece
from tests.fakes.grouped import pieces_of, talks
from tests.fakes.telemetry import log, logs, request, span

TABLE = tomllib.loads(Path(side_calls.__file__).with_suffix(".toml").read_text("utf-8"))["app"]
#: How an invented application begins its prompts, and what else stands in them.
PROMPTS: list[dict[str, str]] = [
    {"begins": "## Job: Find a heading of four words", "holds": "<the_chat>"},
    {"begins": "## Job: Find three labels. The chat: ", "holds": "<the_chat>"},
    {"begins": "[GUESSING] What may the person type now"},
    {"begins": "Say: ", "holds": "which three things the person would ask next"},
]
ASIDE = Aside("side_call")
TASK = {"task": "title_generation", "chat_id": "c", "task_body": {}}


def marks(prompt: dict[str, str]) -> str:
    """The prompt as a line of the table."""
    begins, held = prompt["begins"].strip(), prompt.get("holds", "")
    found = {"for": "something", "starts": side_calls.mark(begins[:16]),
             "characters": len(begins), "begins": side_calls.mark(begins),
             "held": len(held), "holds": side_calls.mark(held)}  # fmt: skip
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in found.items()) + " }"


@pytest.fixture(autouse=True)
def _invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table with the invented prompts in place of those of real applications."""
    tasks = [task for app in TABLE for task in app.get("tasks", ())]
    probes = [probe for app in TABLE for probe in app.get("probes", ())]
    path = tmp_path / "side_calls.toml"
    lines = ",\n".join(map(marks, PROMPTS))
    path.write_text(f"[[app]]\ntasks = {tasks}\nprobes = {probes}\nprompts = [\n{lines}\n]\n")
    monkeypatch.setattr(side_calls, "_TABLE", path)
    side_calls._table.cache_clear()
    yield
    side_calls._table.cache_clear()


def written(prompt: dict[str, str]) -> str:
    """The prompt as an application may write it: over several lines, with the chat in it."""
    begins = prompt["begins"].replace(". ", ".\n\n").replace(": ", ":  \n")
    return f"\n  {begins} and so on.\nUSER: canary\n{prompt.get('holds', '')}\nASSISTANT: A"


TITLE = written(PROMPTS[0])

Messages = list[dict[str, Any]]


def said(*texts: str) -> Messages:
    """What the user said, with answers between."""
    turns: Messages = []
    for text in texts:
        turns += [{"role": "user", "content": text}, {"role": "assistant", "content": "A"}]
    return turns[:-1]


def chat(messages: Messages, **more: Any) -> dict[str, Any]:
    answer = {"choices": [{"message": {"role": "assistant", "content": "A"}}]}
    body = {"model": "m", "user": "u", "messages": messages, **more}
    return {"timestamp": "2026-03-01T10:00:00Z", "request": body, "response": answer}


@pytest.mark.parametrize("prompt", PROMPTS, ids=[prompt["begins"][:30] for prompt in PROMPTS])
def test_request_is_set_apart_when_its_prompt_is_an_applications(prompt: dict[str, str]) -> None:
    shape, text = FORMATS["chat-completions"], written(prompt)
    assert pieces_of(shape, chat(said(text))) == [ASIDE]
    blocks = [{"type": "text", "text": "You serve a chat."}, {"type": "text", "text": text}]
    for content in (text, blocks):
        instructed = [{"role": "system", "content": content}, *said("What is the time?")]
        assert pieces_of(shape, chat(instructed)) == [ASIDE]


def messages_api(system: str | None, messages: Messages) -> dict[str, Any]:
    answer = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "A"}]}
    body = {"model": "m", "max_tokens": 9, "messages": messages, "metadata": {"user_id": "u"}}
    told = {"system": [{"type": "text", "text": system}]} if system else {}
    return {"timestamp": "2026-03-01T10:00:00Z", "request": body | told, "response": answer}


def responses(system: str | None, messages: Messages) -> dict[str, Any]:
    return {
        "timestamp": "2026-03-01T10:00:00Z",
        "request": {"model": "m", "input": messages, "instructions": system, "store": False},
        "response": {"object": "response", "id": "r", "output_text": "A"},
    }


def with_system(system: str | None, messages: Messages) -> Messages:
    return [{"role": "system", "content": system}, *messages] if system else messages


def litellm(system: str | None, messages: Messages) -> dict[str, Any]:
    answer = {"choices": [{"message": {"role": "assistant", "content": "A"}}]}
    asked = json.dumps(with_system(system, messages))
    times = {"startTime": 1772359200.0, "endTime": 1772359201.0}
    return {"call_type": "acompletion", **times, "messages": asked, "response": answer,
            "model_parameters": {}, "end_user": "u", "request_tags": []}  # fmt: skip


def langfuse(system: str | None, messages: Messages) -> dict[str, Any]:
    return {
        "id": "o", "trace_id": "t", "type": "GENERATION", "user_id": "u", "session_id": "s",
        "start_time": "2026-03-01 10:00:00.0", "output": "A", "name": "chat",
        "input": {"messages": messages, **({"system": system} if system else {})},
    }  # fmt: skip


def langsmith(system: str | None, messages: Messages) -> dict[str, Any]:
    return {
        "id": "r", "trace_id": "r", "run_type": "llm", "start_time": "2026-03-01T10:00:00",
        "inputs": {"messages": [with_system(system, messages)]}, "outputs": {"content": "A"},
        "extra": {"metadata": {"user_id": "u", "thread_id": "s"}},
    }  # fmt: skip


def parts(messages: Messages) -> Messages:
    return [
        {"role": m["role"], "parts": [{"type": "text", "content": m["content"]}]} for m in messages
    ]


def otel(system: str | None, messages: Messages) -> dict[str, Any]:
    told = {"gen_ai.operation.name": "chat", "user.id": "u", "session.id": "s"}
    told["gen_ai.input.messages"] = json.dumps(parts(messages))
    told["gen_ai.output.messages"] = json.dumps(parts([{"role": "assistant", "content": "A"}]))
    if system:
        told["gen_ai.system_instructions"] = json.dumps([{"type": "text", "content": system}])
    return request(span(told))


def openinference(system: str | None, messages: Messages) -> dict[str, Any]:
    told: dict[str, Any] = {"openinference.span.kind": "LLM", "session.id": "s"}
    for place, message in enumerate(with_system(system, messages)):
        for key in ("role", "content"):
            told[f"llm.input_messages.{place}.message.{key}"] = message[key]
    told |= {"llm.output_messages.0.message.role": "assistant"}
    return request(span(told | {"llm.output_messages.0.message.content": "A"}))


def numbered(system: str | None, messages: Messages) -> dict[str, Any]:
    told: dict[str, Any] = {"llm.request.type": "chat"}
    for place, message in enumerate(with_system(system, messages)):
        told |= {f"gen_ai.prompt.{place}.{key}": message[key] for key in ("role", "content")}
    told |= {"gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "A"}
    return request(span(told))


def one_by_one(system: str | None, messages: Messages) -> dict[str, Any]:
    sent = [
        log(f"gen_ai.{message['role']}.message", {"content": message["content"]})
        for message in with_system(system, messages)
    ]
    answer = {"index": 0, "message": {"role": "assistant", "content": "A"}}
    return logs(*sent, log("gen_ai.choice", answer))


LOGGERS: list[Callable[[str | None, Messages], dict[str, Any]]] = [
    messages_api, responses, litellm, langfuse, langsmith, otel, openinference,
    numbered, one_by_one,
]  # fmt: skip


@pytest.mark.parametrize("logged", LOGGERS)
def test_side_call_is_told_when_it_is_logged_in_any_shape(
    logged: Callable[[str | None, Messages], dict[str, Any]],
) -> None:
    talk = logged("You are kind.", said("When do trains go?", "And back?"))
    shape = detect([talk])
    for record in (logged(None, said(TITLE)), logged(TITLE, said("When do trains go?"))):
        found = pieces_of(shape, record)
        assert found[-1] == ASIDE
        assert not any(isinstance(part, Piece) and part.messages for part in found)
        assert [turns for _, _, turns, *_ in talks(shape, [record])] == []
    kept = pieces_of(shape, talk)[-1]
    assert isinstance(kept, Piece)
    assert [m.content for m in kept.messages if m.role == "user"] == [
        "When do trains go?", "And back?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Generate a title for my essay on trains.",
        "Find a heading of four words for my essay.",
        "## Job: Find a heading of four words for my talk.",
        "## Job: Find a heading of five words\n<the_chat>",
        "## Job: Write a poem.\n<the_chat>\n</the_chat>",
        "Why does my app send '[GUESSING] What may the person type now'?",
        "[GUESSING] What may the person say now?",
        "Say: good morning",
        "Tell me which three things the person would ask next.",
        "## Job: Find",
        "quota",
        "count",
    ],
)
def test_conversation_stays_when_a_user_asks_for_the_same(text: str) -> None:
    instructed = with_system(text, said(text))
    for messages in (said(text), said("Hello", text), instructed):
        (piece,) = pieces_of(FORMATS["chat-completions"], chat(messages, max_tokens=100))
        assert isinstance(piece, Piece)
        assert piece.messages[-2:] == (("user", text), ("assistant", "A"))


def test_conversation_stays_without_the_prompt_when_an_application_asks_behind_it() -> None:
    shape = FORMATS["chat-completions"]
    suggestion = next(written(p) for p in PROMPTS if p["begins"].startswith("[GUESSING"))
    record = chat(said("When do trains go?", "And back?", suggestion))
    piece, aside = pieces_of(shape, record)
    assert aside == ASIDE
    assert isinstance(piece, Piece)
    assert (piece.attributes, piece.losses) == ({}, ())
    (talk,) = talks(shape, [record])
    assert [text for role, text in talk.turns if role == "user"] == [
        "When do trains go?", "And back?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "room", "is_aside"),
    [
        (["quota"], 1, True),
        (["count"], 1, True),
        (["quota"], 2, False),
        (["hi"], 1, False),
        (["hi", "quota"], 1, False),
    ],
)
def test_request_is_a_probe_when_it_has_room_for_one_token_and_asks_nothing(
    texts: list[str], room: int, is_aside: bool
) -> None:
    found = pieces_of(FORMATS["chat-completions"], chat(said(*texts), max_tokens=room))
    assert (found == [ASIDE]) == is_aside


@pytest.mark.parametrize(
    ("details", "is_aside"),
    [
        ({"metadata": TASK}, True),
        ({"metadata": TASK | {"task": "TASKS.TAGS_GENERATION"}}, True),
        ({"metadata": json.dumps(TASK)}, True),
        ({"name": "title_generation:9d6bb4e9-3882-4dbe-9d4c-2668b692f9a1"}, True),
        ({"name": "title_generation"}, False),
        ({"name": "query_generation: trains"}, False),
        ({"metadata": {"task": "title_generation"}}, False),
        ({"metadata": TASK | {"task": None}}, False),
        ({"metadata": TASK | {"task": "user_response"}}, False),
    ],
)
def test_request_is_a_side_call_when_its_application_says_so(
    details: dict[str, Any], is_aside: bool
) -> None:
    record = langfuse(None, said("An operator's own prompt")) | details
    assert (pieces_of(FORMATS["langfuse"], record)[-1] == ASIDE) == is_aside


def test_span_tells_those_below_it_when_it_is_a_side_call() -> None:
    above = {"gen_ai.operation.name": "chat", "user.id": "u", "session.id": "s",
             "gen_ai.input.messages": json.dumps(parts(said(TITLE)))}  # fmt: skip
    below = {"gen_ai.operation.name": "chat",
             "gen_ai.input.messages": json.dumps(parts(said("When?")))}  # fmt: skip
    (talk,) = talks(FORMATS["otel"], [request(span(above, 1), span(below, 2, 1))])
    assert (talk.user, talk.conversation, talk.turns) == ("u", "s", (("user", "When?"),))


def test_nothing_is_set_apart_when_people_talked_in_an_application() -> None:
    history = {"currentId": "a", "messages": {"a": {"role": "user", "content": TITLE}}}
    record = {"id": "c", "user_id": "u", "updated_at": 1772359200, "chat": {"history": history}}
    (talk,) = read(FORMATS["open-webui"], record, Keys())
    assert isinstance(talk, ParsedConversation)
    assert [turn.content for turn in talk.messages] == [TITLE]


def test_side_calls_are_counted_when_a_source_is_foreseen(tmp_path: Path) -> None:
    records = [
        messages_api(None, said("When do trains go?")),
        messages_api(None, said(TITLE)),
        messages_api(TITLE, said("When do trains go?")),
        messages_api(None, said("When do trains go?", "And back?")),
    ]
    plain = {"conversation_id": "p", "user_id": "v", "started_at": "2026-03-01T10:00:00Z"}
    talks = [plain | {"messages": said(text)} for text in (TITLE, "Hello")]
    (tmp_path / "requests.jsonl").write_text("\n".join(map(json.dumps, records)))
    (tmp_path / "plain.jsonl").write_text("\n".join(map(json.dumps, talks)))
    counts = survey(SourceSettings(paths=(str(tmp_path),)), today=date(2026, 12, 31))
    assert counts.left_out == {"side_call": 3}
    assert (counts.landed, counts.joined, counts.rejected) == (2, 1, {})
    assert counts.parts == 6


def test_table_has_marks_alone_when_it_is_read() -> None:
    prompts = [prompt for app in TABLE for prompt in app["prompts"]]
    assert all(app["prompts"] and app["name"] for app in TABLE)
    assert len({prompt["begins"] for prompt in prompts}) == len(prompts) >= 50
    for prompt in prompts:
        asked = [prompt[key] for key in ("starts", "begins", "holds") if key in prompt]
        assert all(re.fullmatch("[0-9a-f]{16}", found) for found in asked)
        assert prompt["characters"] >= 16 or prompt["held"] >= 16
        assert ("holds" in prompt) == ("held" in prompt)
