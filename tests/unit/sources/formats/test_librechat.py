from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import detect, librechat, read
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed, Piece

NO_PARENT = "00000000-0000-0000-0000-000000000000"


def message(number: int, text: str, parent: str = NO_PARENT, **fields: object) -> dict[str, Any]:
    return {
        "messageId": f"m{number}",
        "parentMessageId": parent,
        "conversationId": "l1",
        "sender": "User",
        "isCreatedByUser": True,
        "text": text,
        "createdAt": f"2026-03-01T10:00:0{number}.000Z",
    } | fields


def answer(number: int, text: str, parent: str, **fields: object) -> dict[str, Any]:
    told = {"sender": "Model", "isCreatedByUser": False, "model": "m-1"} | fields
    return message(number, text, parent, **told)


def row(number: int, text: str, **fields: object) -> dict[str, Any]:
    """A message as MongoDB dumps it."""
    return message(number, text, user="account-1", tenantId="north", **fields) | {
        "_id": {"$oid": "65f0a0a0a0a0a0a0a0a0a0a0"},
        "createdAt": {"$date": f"2026-03-01T10:00:0{number}.000Z"},
    }


def export(**fields: object) -> dict[str, Any]:
    return {"conversationId": "l1", "endpoint": "agents", "exportAt": "10:00:00 GMT"} | fields


def pieces(record: dict[str, Any], keys: Keys | None = None) -> list[Piece]:
    found = list(read(detect([record]), record, keys or Keys()))
    assert all(isinstance(piece, Piece) for piece in found)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("key", ["messages", "messagesTree"])
def test_pieces_name_what_they_answer_when_a_conversation_was_exported(key: str) -> None:
    first, second = message(1, "hi"), answer(2, "hello", "m1")
    nested = [first | {"children": [second | {"children": []}]}]
    found = pieces(export(**{key: [first, second] if key == "messages" else nested}))
    assert [(piece.node, piece.parent, piece.messages) for piece in found] == [
        ("m1", None, (("user", "hi"),)),
        ("m2", "m1", (("assistant", "hello"),)),
    ]
    assert {piece.conversation_id for piece in found} == {"l1"}
    assert {(piece.kind, piece.user_id) for piece in found} == {("delta", None)}
    assert found[0].at == datetime(2026, 3, 1, 10, 0, 1, tzinfo=UTC)
    assert found[1].attributes == {"model": "m-1"}


def test_pieces_know_user_and_tenant_when_a_database_was_dumped() -> None:
    (found,) = pieces(row(1, "hi"))
    assert (found.user_id, found.tenant, found.node) == ("account-1", "north", "m1")
    assert found.at == datetime(2026, 3, 1, 10, 0, 1, tzinfo=UTC)


def test_pieces_have_no_conversation_when_a_table_of_one_has_no_column_for_it() -> None:
    cells = {
        "sender": "User",
        "text": "hi",
        "isCreatedByUser": "true",
        "messageId": "m2",
        "parentMessageId": "m1",
        "createdAt": "2026-03-01T10:00:01.000Z",
    }
    (found,) = pieces(cells)
    assert (found.conversation_id, found.parent, found.messages) == (None, "m1", (("user", "hi"),))


def test_pieces_prefer_the_operators_fields_when_they_are_there() -> None:
    keys = Keys(user=("gone", "metadata.person"), conversation=("thread_id",), tenant=("team",))
    (found,) = pieces(row(1, "hi", metadata={"person": "p"}, thread_id="t", team="south"), keys)
    assert (found.user_id, found.conversation_id, found.tenant) == ("p", "t", "south")
    (found,) = pieces(row(1, "hi", metadata={"person": ""}), keys)
    assert (found.user_id, found.conversation_id, found.tenant) == ("account-1", "l1", "north")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (message(1, "a", content=[]), [("user", "a")]),
        (message(1, "a", files=[{"type": "image/png"}, {"type": "application/pdf"}]),
         [("user", "[image]\n[attachment]\na")]),
        (answer(1, "", "m0", content=[{"type": "text", "text": {"value": "b"}}]),
         [("assistant", "b")]),
        (answer(1, "", "m0", content=[
            {"type": "think", "think": "hm"},
            None,
            {"type": "tool_call", "tool_call": {"name": "search", "output": "secret"}},
            {"type": "text", "text": "b"},
            {"type": "error", "error": "secret"},
        ]), [("assistant", "[tool call: search]\nb")]),
        (answer(1, "", "m0", content='[{"type": "text", "text": "b"}]'), [("assistant", "b")]),
        (answer(1, "b", "m0", isCreatedByUser=None), [("assistant", "b")]),
        (message(1, "a", isCreatedByUser=None), [("user", "a")]),
        (answer(1, "", "m0"), []),
    ],
)  # fmt: skip
def test_pieces_give_turns_with_placeholders_when_messages_are_of_any_kind(
    found: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert list(pieces(found)[0].messages) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"feedback": {"rating": "thumbsDown"}}, {"model": "m-1", "feedback": -1}),
        ({"feedback": {"rating": "thumbsUp"}, "error": False},
         {"model": "m-1", "feedback": 1, "error": False}),
        ({"error": True, "model": None}, {"error": True}),
        ({"isCreatedByUser": True}, {}),
    ],
)  # fmt: skip
def test_pieces_tell_feedback_and_error_when_an_answer_has_them(
    fields: dict[str, Any], expected: dict[str, object]
) -> None:
    assert pieces(answer(1, "a", "m0", **fields))[0].attributes == expected


def test_pieces_leave_one_message_aside_when_it_alone_is_malformed() -> None:
    record = export(messages=[message(1, "hi"), message(2, "x", createdAt="soon")])
    first, second = librechat.pieces(record, Keys())
    assert isinstance(first, Piece)
    assert second == Aside("started_at_unreadable")


@pytest.mark.parametrize("ids", [["65f0"], [{"$oid": "65f0"}], []])
def test_pieces_are_none_when_a_row_only_names_its_messages(ids: list[object]) -> None:
    record = {"conversationId": "l1", "endpoint": "agents", "user": "u", "messages": ids}
    assert list(read(librechat, record, Keys())) == [Aside("not_a_conversation")]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (export(messages=None), "messages_missing"),
        (export(messages="text"), "messages_not_a_list"),
        (export(messages=[5]), "message_not_an_object"),
        (message(1, "a", content=[5]), "content_of_wrong_type"),
        (message(1, "a", user=["odd"]), "user_id_of_wrong_type"),
    ],
)
def test_pieces_reject_when_a_record_is_malformed(found: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        list(librechat.pieces(found, Keys()))
    assert caught.value.reason == reason
