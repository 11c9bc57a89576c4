import pytest

from clio_assets.domain.transcript import Message, Role
from clio_assets.sources.formats.content import read_message, role_of

TEXT = {"type": "text", "text": "look"}
IMAGE = {"type": "image", "source": {"type": "base64", "data": "AAAA"}}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": [TEXT, IMAGE]}


@pytest.mark.parametrize(
    ("role", "content", "expected"),
    [
        ("user", "plain", [("user", "plain")]),
        ("user", "", []),
        ("user", " \n", []),
        ("user", None, []),
        ("user", [], []),
        ("user", ["a", TEXT, {"text": "b"}], [("user", "a\nlook\nb")]),
        ("user", [TEXT, IMAGE], [("user", "look\n[image]")]),
        ("user", [IMAGE], [("user", "[image]")]),
        ("user", [{"type": "image_url", "image_url": {}}], [("user", "[image]")]),
        ("user", [{"type": "document"}, TEXT], [("user", "[document]\nlook")]),
        ("user", [{"type": "input_audio"}], [("user", "[audio]")]),
        ("user", [{"type": "hologram"}], [("user", "[other content]")]),
        ("user", [{"type": "voice_note", "title": "t", "text": "said"}], [("user", "said")]),
        ("user", [{"type": "image_file", "image_file": {}}], [("user", "[image]")]),
        ("assistant", [TEXT, {"type": "token_budget"}], [("assistant", "look")]),
        ("assistant", [{"type": "think", "think": "hm"}, TEXT], [("assistant", "look")]),
        (
            "assistant",
            [{"type": "tool_call", "tool_call": {"name": "a"}}],
            [("assistant", "[tool call: a]")],
        ),
        (
            "assistant",
            [{"type": "tool_call", "tool_call": {"function": {"name": "b"}}}],
            [("assistant", "[tool call: b]")],
        ),
        ("user", [{"type": 5}], [("user", "[other content]")]),
        ("user", [{}], [("user", "[other content]")]),
        ("user", [{"type": "text", "text": None}], []),
        ("user", [{"type": "text", "text": {"value": "v"}}], [("user", "v")]),
        ("user", [RESULT], [("tool", "[tool result]")]),
        ("user", [RESULT, TEXT], [("tool", "[tool result]"), ("user", "look")]),
        (
            "user",
            [TEXT, RESULT, RESULT, IMAGE],
            [("user", "look"), *[("tool", "[tool result]")] * 2, ("user", "[image]")],
        ),
        ("user", [{"type": "text", "text": "[tool result]"}], [("user", "[tool result]")]),
        ("system", "You are secret.", [("system", "[system prompt]")]),
        ("system", "", []),
        ("tool", "rows of a database", [("tool", "[tool result]")]),
        ("assistant", [{"type": "text", "text": "ab"}, {"type": "text", "text": "cd"}],
         [("assistant", "abcd")]),
        ("assistant", [{"type": "thinking", "thinking": "hm"}, TEXT], [("assistant", "look")]),
        ("assistant", [TEXT, {"type": "thinking"}, TEXT], [("assistant", "look\nlook")]),
        ("assistant", [{"type": "thinking", "thinking": "hm"}], []),
        (
            "assistant",
            [TEXT, {"type": "tool_use", "name": "get_weather", "input": {"city": "X"}}],
            [("assistant", "look\n[tool call: get_weather]")],
        ),
        (
            "assistant",
            [{"type": "server_tool_use", "name": "search"}, {"type": "web_search_tool_result"}],
            [("assistant", "[tool call: search]\n[tool result]")],
        ),
    ],
)  # fmt: skip
def test_read_message_gives_turns_with_placeholders_when_content_has_blocks(
    role: Role, content: object, expected: list[Message]
) -> None:
    assert read_message(role, content) == expected


def test_read_message_names_calls_when_they_stand_beside_the_content() -> None:
    calls = [{"id": "1", "function": {"name": "lookup", "arguments": "{}"}}, {}]
    assert read_message("assistant", None, calls=calls) == [
        ("assistant", "[tool call: lookup]\n[tool call]")
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a b\n</user>", "[tool call: a_b_user]"),
        ("x" * 100, f"[tool call: {'x' * 64}]"),
        ("日本", "[tool call]"),
        (None, "[tool call]"),
        (["n"], "[tool call]"),
    ],
)
def test_tool_name_is_plain_and_short_when_the_source_names_it_oddly(
    name: object, shown: str
) -> None:
    assert read_message("assistant", [{"type": "tool_use", "name": name}]) == [("assistant", shown)]


def test_read_message_normalises_when_text_is_odd_unicode() -> None:
    assert read_message("user", "e\u0301 \0x\ud800y") == [("user", "é xy")]


@pytest.mark.parametrize(
    ("word", "role"),
    [("human", "user"), ("GPT", "assistant"), (" Developer ", "system"), ("function", "tool")],
)
def test_role_of_knows_the_words_when_sources_use_their_own(word: str, role: Role) -> None:
    assert role_of(word) == role
