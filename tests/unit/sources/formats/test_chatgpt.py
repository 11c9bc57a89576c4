from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import chatgpt
from clio_assets.sources.formats.protocol import Malformed


def node(parent: str | None, message: object) -> dict[str, Any]:
    return {"parent": parent, "children": [], "message": message}


def message(role: str, *parts: object, **fields: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": list(parts)}
    return {"author": {"role": role}, "content": content, "recipient": "all"} | fields


def record(mapping: dict[str, Any], current: object, **fields: object) -> dict[str, Any]:
    return {
        "conversation_id": "g1",
        "create_time": 1772366400.25,
        "mapping": mapping,
        "current_node": current,
    } | fields


def turns(*messages: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    mapping = {"root": node(None, None)}
    last = "root"
    for number, found in enumerate(messages):
        mapping[str(number)] = node(last, found)
        last = str(number)
    return chatgpt.parse(record(mapping, last)).messages


TREE = {
    "root": node(None, None),
    "s": node("root", message("system", "")),
    "u1": node("s", message("user", "first wording", create_time=1772366401)),
    "a1": node("u1", message("assistant", "first answer", create_time=1772366402)),
    "u2": node("s", message("user", "second wording", create_time=1772366403)),
    "a2": node("u2", message("assistant", "second answer", create_time=1772366404)),
    "a3": node("u2", message("assistant", "another answer", create_time=1772366405)),
}


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ("a1", ["first wording", "first answer"]),
        ("a2", ["second wording", "second answer"]),
        (None, ["second wording", "another answer"]),
        ("gone", ["second wording", "another answer"]),
        (["a1"], ["second wording", "another answer"]),
        ("root", []),
    ],
)
def test_parse_follows_the_current_branch_when_others_were_abandoned(
    current: object, expected: list[str]
) -> None:
    found = chatgpt.parse(record(TREE, current))
    assert [text for _, text in found.messages] == expected


def test_parse_tells_times_and_no_user_when_the_export_is_whole() -> None:
    found = chatgpt.parse(record(TREE, "a1"))
    assert found.started_at == datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 12, 0, 2, tzinfo=UTC)
    assert (found.user_id, found.conversation_id) == (None, "g1")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (message("user", "a", None, "b"), (("user", "a\nb"),)),
        (
            message("user", {"content_type": "image_asset_pointer", "asset_pointer": "x"}, "what"),
            (("user", "[image]\nwhat"),),
        ),
        (
            message(
                "user",
                {"content_type": "audio_transcription", "text": "spoken"},
                {"content_type": "audio_asset_pointer"},
            ),
            (("user", "spoken\n[audio]"),),
        ),
        (message("user", {"content_type": ["odd"]}), (("user", "[other content]"),)),
        (
            message(
                "user",
                "sum up",
                metadata={"attachments": [{"name": "me.pdf"}, {"mime_type": "image/png"}, 5]},
            ),
            (("user", "[attachment]\n[attachment]\nsum up"),),
        ),
        (
            message("assistant", recipient="python", content={"content_type": "code", "text": "1"}),
            (("assistant", "[tool call: python]"),),
        ),
        (message("assistant", "x", recipient=["odd"]), (("assistant", "[tool call]"),)),
        (
            message("tool", content={"content_type": "execution_output", "text": "1"}),
            (("tool", "[tool result]"),),
        ),
        (
            message("user", content={"content_type": "user_editable_context", "parts": None}),
            (("system", "[system prompt]"),),
        ),
        (message("assistant", content={"content_type": "thoughts", "thoughts": []}), ()),
        (message("user", "x", metadata={"is_visually_hidden_from_conversation": True}), ()),
        (message("user", content=None), ()),
        (message("user", content={"content_type": "text", "parts": []}), ()),
        (message("user", content={"content_type": "text"}), ()),
        (message("user", "x", metadata=None), (("user", "x"),)),
    ],
)
def test_parse_gives_turns_with_placeholders_when_messages_are_of_any_kind(
    found: dict[str, Any], expected: tuple[tuple[str, str], ...]
) -> None:
    assert turns(found) == expected


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (record({}, None) | {"mapping": None}, "messages_missing"),
        (record({}, None) | {"mapping": []}, "messages_not_a_list"),
        (record({"a": None}, "a"), "message_not_an_object"),
        (record({"a": node(None, "text")}, "a"), "message_not_an_object"),
        (record({"a": node("b", None), "b": node("a", None)}, "a"), "message_order_unclear"),
        (record({"a": node(None, message("user", "x", author=None))}, "a"), "role_unknown"),
        (record({"a": node(None, message("user", 5))}, "a"), "content_of_wrong_type"),
        (record({"a": node(None, message("user", content="x"))}, "a"), "content_of_wrong_type"),
        (record(TREE, "a1", conversation_id=None), "conversation_id_missing"),
    ],
)
def test_parse_rejects_when_the_tree_is_malformed(broken: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        chatgpt.parse(broken)
    assert caught.value.reason == reason


def test_parse_finds_nothing_when_the_tree_is_empty() -> None:
    assert chatgpt.parse(record({}, None)).messages == ()
    circle = {"a": node("b", None), "b": node("a", None)}
    assert chatgpt.parse(record(circle, None)).messages == ()
