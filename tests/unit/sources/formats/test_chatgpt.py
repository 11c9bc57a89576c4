from datetime import UTC, datetime
from typing import Any
from uuid import UUID

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
        (record({"a": []}, "a"), "message_not_an_object"),
        (record({"a": node(None, "text")}, "a"), "message_not_an_object"),
        (record({"a": node("b", None), "b": node("a", None)}, "a"), "message_order_unclear"),
        (record({"a": node(None, message("user", "x", author=None))}, "a"), "role_unknown"),
        (record({"a": node(None, message("user", 5))}, "a"), "content_of_wrong_type"),
        (record({"a": node(None, message("user", content="x"))}, "a"), "content_of_wrong_type"),
        (record({}, None, conversation_id=None, create_time=None), "conversation_id_missing"),
        (record(TREE, "a1", conversation_id=["g"]), "conversation_id_of_wrong_type"),
        (record(TREE, "a1", create_time="soon"), "started_at_unreadable"),
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


def test_parse_names_the_same_root_when_another_branch_became_current() -> None:
    assert {chatgpt.parse(record(TREE, leaf)).root for leaf in ("a1", "a2", "s")} == {"root"}


@pytest.mark.parametrize(
    ("created", "updated", "started", "latest"),
    [
        (1772366400, 1772366460, 0, 60),
        (None, 1772366460, 60, 60),
        (1772366400, None, 0, 0),
        (1772366400, "never", 0, 0),
        (1772366400, 0, 0, 0),
    ],
)
def test_parse_counts_the_time_of_the_last_change_when_it_is_told(
    created: object, updated: object, started: int, latest: int
) -> None:
    tree = {"u": node(None, message("user", "hi"))}
    found = chatgpt.parse(record(tree, "u", create_time=created, update_time=updated))
    assert found.started_at == datetime(2026, 3, 1, 12, started // 60, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 12, latest // 60, tzinfo=UTC)


def without_id(words: str, node_name: str = "n", **fields: object) -> str:
    tree = {node_name: node(None, message("user", words))}
    found = record(tree, node_name, **fields) | {"conversation_id": None}
    return chatgpt.parse(found).conversation_id


def test_parse_makes_an_id_of_root_and_time_when_an_early_export_has_none() -> None:
    assert without_id("hi") == without_id("edited") != without_id("hi", create_time=1772366401)
    assert without_id("hi") != without_id("hi", "m")
    assert without_id("hi", create_time=None) != without_id("edited", create_time=None)


def test_parse_leaves_out_foreign_ids_when_a_table_made_one_object_of_all_trees() -> None:
    found = chatgpt.parse(record(TREE | {"of another": None}, "a1"))
    assert found.messages == chatgpt.parse(record(TREE, "a1")).messages


def test_parse_follows_the_tree_when_a_table_made_uuids_of_its_ids() -> None:
    first, second = UUID(int=1), UUID(int=2)
    tree = {
        str(first): {"parent": None, "message": message("user", "one")},
        str(second): {"parent": first, "message": message("assistant", "two")},
    }
    found = chatgpt.parse(record(tree, second))
    assert [text for _, text in found.messages] == ["one", "two"]


@pytest.mark.parametrize(
    ("messages", "fields", "expected"),
    [
        ([message("user", "a")], {"default_model_slug": "m-1"}, {"model": "m-1"}),
        (
            [
                message("assistant", "a", metadata={"model_slug": "m-1"}),
                message("assistant", "b", metadata={"model_slug": "m-2"}),
            ],
            {"default_model_slug": "auto"},
            {"model": "m-2"},
        ),
        (
            [message("user", "a"), message("tool", content={"content_type": "system_error"})],
            {},
            {"error": True},
        ),
        ([message("user", "a", metadata={"model_slug": ["odd"]})], {}, {}),
    ],
)
def test_parse_tells_model_and_error_when_the_export_has_them(
    messages: list[dict[str, Any]], fields: dict[str, Any], expected: dict[str, object]
) -> None:
    tree = {
        str(place): node(str(place - 1) if place else None, found)
        for place, found in enumerate(messages)
    }
    last = str(len(messages) - 1)
    assert chatgpt.parse(record(tree, last, **fields)).attributes == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (record(TREE, "a1"), True),
        (record({"root": node(None, None)}, "root"), True),
        ({"mapping": {"a": node(None, None)}, "title": "t"}, False),
        ({"mapping": TREE}, False),
        (record({"a": node(None, {"fragments": []})}, "a"), False),
        ({"mapping": {"user": "user_id"}, "title": "columns"}, False),
        ({"mapping": [], "title": None}, False),
    ],
)
def test_recognises_asks_for_more_than_a_mapping_when_it_looks_at_a_record(
    found: dict[str, Any], expected: bool
) -> None:
    assert chatgpt.recognises(found) is expected
