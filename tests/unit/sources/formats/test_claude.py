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


def voice(text: str) -> dict[str, Any]:
    return {"type": "voice_note", "title": "Voice", "text": text}


def pasted(text: object, name: object = "") -> dict[str, Any]:
    return {"file_name": name, "file_type": "txt", "extracted_content": text}


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
    assert found.started_at == datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
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
        (human("", content=[voice("said aloud")]), [("user", "said aloud")]),
        (human("a", content=[voice("")]), [("user", "a")]),
        (human("a", content=[{"type": "text", "text": " "}]), [("user", " \na")]),
        (human("a", content=[{"type": "image"}]), [("user", "[image]\na")]),
        (human("", attachments=[pasted("letter")]), [("user", "letter")]),
        (human("shorten", attachments=[pasted("letter")]), [("user", "shorten\nletter")]),
        (human("a", attachments=[pasted("b", "paste-2.txt")]), [("user", "a\nb")]),
        (human("a", attachments=[pasted("b", "pasted-text.txt")]), [("user", "a\nb")]),
        (human("a", attachments=[pasted("b", "paste.csv")]), [("user", "[attachment]\na")]),
        (human("a", attachments=[pasted(None, None)]), [("user", "[attachment]\na")]),
        (
            {"sender": "assistant", "text": "shown", "content": [{"type": "text", "text": ""}]},
            [("assistant", "shown")],
        ),
        (
            {"sender": "assistant", "text": "no tools", "content": [{"type": "tool_use"}]},
            [("assistant", "[tool call]")],
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
    [
        ("m3", ["one", "three"]),
        ("m2", ["one", "two"]),
        (None, ["one", "three"]),
        ("gone", ["one", "three"]),
    ],
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
        ({"uuid": None, "created_at": None}, "conversation_id_missing"),
        ({"chat_messages": [{"sender": "human", "content": {"a": 1}}]}, "content_of_wrong_type"),
        ({"chat_messages": [{"sender": "human", "text": 5}]}, "content_of_wrong_type"),
        ({"created_at": "soon"}, "started_at_unreadable"),
    ],
)
def test_parse_rejects_when_a_field_is_malformed(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        claude.parse(record() | change)
    assert caught.value.reason == reason


def dated(text: str, number: int, parent: str | None, second: int) -> dict[str, Any]:
    time = f"2026-03-01T10:00:{second:02}Z"
    return human(text, uuid=f"m{number}", parent_message_uuid=parent, created_at=time)


NOBODY = "00000000-0000-4000-8000-000000000000"


def test_parse_takes_the_newest_branch_when_its_messages_do_not_come_last() -> None:
    messages = [
        dated("one", 1, NOBODY, 1),
        dated("newer", 3, "m1", 9),
        dated("older", 2, "m1", 5),
    ]
    found = claude.parse(record(*messages))
    assert [text for _, text in found.messages] == ["one", "newer"]


def test_parse_names_the_same_root_when_the_first_message_was_edited() -> None:
    first, edited = dated("one", 1, NOBODY, 1), dated("won", 2, NOBODY, 2)
    answered = dated("more", 3, "m2", 3)
    assert claude.parse(record(first)).root == "m1"
    found = claude.parse(record(answered, edited, first))
    assert (found.root, [text for _, text in found.messages]) == ("m1", ["won", "more"])


@pytest.mark.parametrize("uuids", [(None, None), ("m1", "m1"), ("m1", None)])
def test_parse_keeps_all_messages_when_they_are_no_tree(uuids: tuple[str | None, ...]) -> None:
    messages = [human("one", uuid=uuids[0]), human("two", uuid=uuids[1], parent_message_uuid="m1")]
    found = claude.parse(record(*messages))
    assert ([text for _, text in found.messages], found.root) == (["one", "two"], None)


def without_id(words: str, **fields: object) -> str:
    return claude.parse(record(human(words), uuid=None, **fields)).conversation_id


def test_parse_makes_an_id_when_an_early_export_has_none() -> None:
    assert without_id("hi") == without_id("hi") != without_id("ho")
    assert without_id("hi") != without_id("hi", account={"uuid": "account-2"})
    rooted = [dated("hi", 1, NOBODY, 1), dated("edited", 1, NOBODY, 1)]
    ids = {claude.parse(record(message, uuid=None)).conversation_id for message in rooted}
    assert len(ids) == 1


def test_parse_tells_model_and_loss_when_the_export_has_them() -> None:
    found = claude.parse(record(human("hi", truncated=True), model="m-1", platform="CLAUDE_AI"))
    assert found.attributes == {"model": "m-1", "product": "CLAUDE_AI"}
    assert found.losses == ("content_truncated",)
    empty = {"sender": "assistant", "text": "", "content": []}
    assert claude.parse(record(human("hi"), empty)).losses == ("answer_missing",)
    assert claude.parse(record(empty, human("hi"))).losses == ()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (record(), True),
        (record(human("a")), True),
        (record({"role": "user", "content": "a"}), False),
        ({"chat_messages": [human("a")]}, False),
        ({"uuid": "a"}, False),
    ],
)
def test_recognises_asks_for_more_than_messages_when_it_looks_at_a_record(
    found: dict[str, Any], expected: bool
) -> None:
    assert claude.recognises(found) is expected
