from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import claude
from clio_assets.sources.formats.protocol import Malformed


def record(*messages: object, **fields: object) -> dict[str, Any]:
    return {
        "uuid": "k1",
        "account": {"uuid": "account-1"},
        "created_at": "2026-03-01T10:00:00.123456Z",
        "updated_at": "2026-03-02T10:00:00Z",
        "chat_messages": list(messages),
    } | fields


def human(text: str, **fields: object) -> dict[str, Any]:
    return {"sender": "human", "text": text} | fields


def test_parse_reads_users_times_and_turns_when_the_export_is_whole() -> None:
    answer = {
        "sender": "assistant",
        "text": "fallback",
        "content": [
            {"type": "text", "text": "Let me see."},
            {"type": "tool_use", "name": "repl", "input": {}},
            {"type": "tool_result", "name": "repl", "content": []},
            {"type": "text", "text": "42"},
        ],
        "created_at": "2026-03-01T10:00:30Z",
    }
    found = claude.parse(record(human("why"), answer))
    assert (found.conversation_id, found.user_id) == ("k1", "account-1")
    assert found.latest_at == datetime(2026, 3, 1, 10, 0, 30, tzinfo=UTC)
    assert found.messages == (
        ("user", "why"),
        ("assistant", "Let me see.\n[tool call: repl]\n[tool result]\n42"),
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (human("a", content=[]), [("user", "a")]),
        (human("a", content=None), [("user", "a")]),
        (human("", content=[{"type": "text", "text": "b"}]), [("user", "b")]),
        (
            human("a", attachments=[{"file_name": "cv.pdf", "extracted_content": "secret"}]),
            [("user", "[attachment]\na")],
        ),
        (human("", files=[{"file_name": "x.png"}], attachments=None), [("user", "[attachment]")]),
        (human(""), []),
        ({"sender": "human"}, []),
    ],
)
def test_parse_reads_text_and_attachments_when_messages_vary(
    message: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert list(claude.parse(record(message)).messages) == expected


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [("m3", ["one", "three"]), ("m2", ["one", "two"]), (None, ["one", "two", "three"])],
)
def test_parse_follows_the_current_branch_when_messages_name_their_parents(
    leaf: str | None, expected: list[str]
) -> None:
    messages = [
        human("one", uuid="m1", parent_message_uuid="00000000"),
        human("two", uuid="m2", parent_message_uuid="m1"),
        human("three", uuid="m3", parent_message_uuid="m1"),
    ]
    found = claude.parse(record(*messages, current_leaf_message_uuid=leaf))
    assert [text for _, text in found.messages] == expected


@pytest.mark.parametrize("account", [None, {}, "account-1", {"uuid": None}])
def test_parse_knows_no_user_when_the_account_is_not_named(account: object) -> None:
    assert claude.parse(record(account=account)).user_id is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"chat_messages": None}, "messages_missing"),
        ({"chat_messages": [None]}, "message_not_an_object"),
        ({"chat_messages": [{"sender": "ghost", "text": "x"}]}, "role_unknown"),
        ({"uuid": None}, "conversation_id_missing"),
        ({"created_at": "soon"}, "started_at_unreadable"),
    ],
)
def test_parse_rejects_when_a_field_is_malformed(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        claude.parse(record() | change)
    assert caught.value.reason == reason
