"""What the compliance APIs of Anthropic and OpenAI, and Microsoft Graph, give out."""

import json
from typing import Any

import pytest

from clio_assets.sources.formats import (
    claude_compliance,
    microsoft_graph,
    openai_compliance,
    openai_compliance_logs,
)
from clio_assets.sources.formats.html_text import words_of
from clio_assets.sources.formats.protocol import Aside, Malformed, Piece
from tests.fakes.grouped import pieces_of, talks


def said(role: str, minute: int, text: str, **more: object) -> dict[str, Any]:
    time = f"2026-03-01T10:{minute:02}:00Z"
    return {"role": role, "created_at": time, "content": [{"type": "text", "text": text}], **more}


def chat(*messages: object, **more: object) -> dict[str, Any]:
    about = {"id": "claude_chat_1", "organization_uuid": "o", "model": "m", "deleted_at": None}
    return {**about, "user": {"id": "user_1"}, "chat_messages": list(messages), **more}


def test_a_chat_is_one_conversation_when_its_pages_overlap_in_any_order() -> None:
    asked, answered = said("user", 1, "When?"), said("assistant", 2, "At noon.")
    more = said("user", 3, "", files=[{"id": "f"}])
    (talk,) = talks(claude_compliance, [chat(answered, more), chat(asked, answered)])
    assert talk.turns == (
        ("user", "When?"), ("assistant", "At noon."), ("user", "[attachment]"),
    )  # fmt: skip
    assert (talk.conversation, talk.user) == ("claude_chat_1", "user_1")


def test_words_that_were_cut_are_told_when_a_text_block_says_so() -> None:
    message = said("user", 1, "When?")
    message["content"][0]["truncated"] = True
    (piece,) = pieces_of(claude_compliance, chat(message))
    assert isinstance(piece, Piece)
    assert piece.losses == ("content_truncated",)
    assert piece.attributes == {"model": "m", "tenant": "o"}


LISTED = {key: value for key, value in chat(href="x").items() if key != "chat_messages"}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (chat(said("user", 1, "a"), deleted_at="2026-03-02T00:00:00Z"), "deleted_at_the_source"),
        (LISTED, "not_a_conversation"),
        (chat({"role": "ghost", "content": []}), "role_unknown"),
        (chat({"role": "user", "content": []}), "no_messages_logged"),
    ],
)
def test_a_chat_is_set_aside_when_it_holds_nothing_to_keep(record: Any, reason: Any) -> None:
    assert claude_compliance.recognises(record)
    assert pieces_of(claude_compliance, record) == [Aside(reason)]


def node(own: str, parent: str | None, role: str, at: float | None, text: Any) -> dict[str, Any]:
    content = {"type": "text", "value": text} if isinstance(text, str) else text
    return {
        "id": own, "parent_id": parent, "author": {"role": role}, "created_at": at,
        "content": content,
    }  # fmt: skip


def conversation(*messages: object, **more: object) -> dict[str, Any]:
    about = {"object": "compliance.workspace.conversation", "id": "c", "workspace_id": "w"}
    return {**about, "user_id": "u", "messages": {"data": list(messages)}, **more}


def test_a_conversation_is_its_newest_branch_when_the_first_message_was_edited() -> None:
    record = conversation(
        node("root", None, "system", None, None),
        node("note", "root", "user", None, {"content_type": "user_editable_context", "parts": []}),
        node("a", "note", "user", 1772359200.0, "first try"),
        node("b", "a", "assistant", 1772359201.0, "hm"),
        node("c", "note", "user", 1772359300.0, "second try"),
        node("d", "c", "assistant", 1772359301.0, {"type": "thoughts", "value": "x"}),
        node("e", "d", "assistant", 1772359302.0, {"content_type": "text", "parts": ["yes"]}),
    )
    (talk,) = talks(openai_compliance, [record])
    assert [turn for turn in talk.turns if turn[0] != "system"] == [
        ("user", "second try"), ("assistant", "yes"),
    ]  # fmt: skip


def test_a_conversation_is_joined_when_a_collector_gave_each_message_a_record() -> None:
    messages = (
        node("b", "a", "assistant", 2e9, "At noon."),
        node("a", None, "user", 1.9e9, "When?"),
    )
    records = [
        {k: v for k, v in conversation(message=message).items() if k != "messages"}
        for message in messages
    ]
    assert all(map(openai_compliance.recognises, records))
    (talk,) = talks(openai_compliance, records)
    assert (talk.turns, talk.user) == ((("user", "When?"), ("assistant", "At noon.")), "u")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (conversation(deleted_at=1772359200), "deleted_at_the_source"),
        (conversation(), "no_messages_logged"),
        (conversation(node("a", None, "ghost", None, "x")), "role_unknown"),
        (conversation(node("a", None, "user", None, {"value": 5})), "content_of_wrong_type"),
    ],
)
def test_a_conversation_is_set_aside_when_it_holds_nothing_to_keep(
    record: Any, reason: Any
) -> None:
    assert pieces_of(openai_compliance, record) == [Aside(reason)]


def event(own: str, before: str | None, kind: str, minute: int, text: Any) -> dict[str, Any]:
    time = f"2026-03-01T10:{minute:02}:00.000000Z"
    author = {"type": kind} if kind == "user" else {"type": kind, "model": "m"}
    return {
        "event_id": f"e{own}", "type": "CONVERSATION_MESSAGE", "timestamp": time,
        "principal": {"id": "w", "type": "CHATGPT_WORKSPACE"},
        "actor": {"type": "ACCOUNT_USER", "user_id": "u", "user_email": "nemo@example.org"},
        **({"previous_message_id": before} if before else {}),
        "message": {"id": own, "author": author, "content": {"type": "text", "value": text}},
        "conversation": {"id": "c", "title": "canary", "is_temporary_chat": False},
    }  # fmt: skip


def test_a_conversation_is_joined_when_its_events_lie_in_several_files_and_twice() -> None:
    events = [
        event("a", None, "user", 1, "When?"), event("b", "a", "assistant", 2, "Cut off."),
        event("c", "a", "assistant", 3, None), event("d", "c", "user", 4, "And back?"),
        event("e", "d", "assistant", 5, "At noon."),
    ]  # fmt: skip
    events[4]["message"]["author"]["tools_used"] = ["browser"]
    assert all(map(openai_compliance_logs.recognises, events))
    (talk,) = talks(openai_compliance_logs, [*events[::-1], *events[2:]])
    assert talk.turns == (
        ("user", "When?"), ("user", "And back?"), ("assistant", "At noon.\n[tool call: browser]"),
    )  # fmt: skip
    assert (talk.conversation, talk.user) == ("c", "u")


def test_model_and_workspace_are_told_when_an_event_holds_an_answer() -> None:
    (piece,) = pieces_of(openai_compliance_logs, event("b", "a", "assistant", 2, "At noon."))
    assert isinstance(piece, Piece)
    assert piece.attributes == {"model": "m", "tenant": "w"}


def without(record: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


ANY = event("a", None, "user", 1, "When?")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (ANY | {"type": "AUTH_LOG"}, "not_a_conversation"),
        (without(ANY, "message") | {"type": "CODEX_LOG"}, "not_a_conversation"),
        (ANY | {"message": {**ANY["message"], "id": None, "content": None}}, "no_messages_logged"),
    ],
)
def test_an_event_is_set_aside_when_it_holds_no_message(record: Any, reason: Any) -> None:
    assert openai_compliance_logs.recognises(record)
    assert pieces_of(openai_compliance_logs, record) == [Aside(reason)]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (event("a", None, "ghost", 1, "canary"), "role_unknown"),
        (without(ANY, "message"), "role_unknown"),
        (without(ANY, "conversation"), "conversation_id_missing"),
        (event("a", None, "user", 1, {"text": "canary"}), "content_of_wrong_type"),
    ],
)
def test_an_event_is_malformed_when_its_message_cannot_be_told(record: Any, reason: Any) -> None:
    with pytest.raises(Malformed, match=reason):
        pieces_of(openai_compliance_logs, record)


def interaction(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": "i", "sessionId": "s", "interactionType": kind, "appClass": "IPM.X.Copilot.Word",
        "createdDateTime": f"2026-03-01T10:0{len(kind) - 9}:00Z",
        "from": {"user": {"id": "u", "tenantId": "t"} if kind == "userPrompt" else None},
        "body": {"contentType": "html", "content": content}, "attachments": [], **more,
    }  # fmt: skip


POINTER = '<attachment id="1"></attachment>'
CARD = {
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": json.dumps(
        {
            "body": [
                {"type": "TextBlock", "text": "At [noon](https://example.org)."},
                {"type": "TextBlock", "id": "MessageTextField", "text": "At noon."},
            ]
        }
    ),
}


@pytest.mark.parametrize(
    ("kind", "content", "attached", "words"),
    [
        ("userPrompt", "<p>a &lt; b?</p><p>Or&nbsp;c?</p>", [], "a < b?\nOr c?"),
        (
            "userPrompt",
            f"See this {POINTER}",
            [{"contentType": "reference"}],
            "[attachment]\nSee this",
        ),
        ("aiResponse", POINTER, [CARD], "At noon."),
        ("aiResponse", f"Yes.{POINTER}", [CARD], "Yes."),
    ],
)
def test_a_body_becomes_words_when_it_is_html(
    kind: str, content: str, attached: Any, words: str
) -> None:
    (piece,) = pieces_of(microsoft_graph, interaction(kind, content, attachments=attached))
    assert isinstance(piece, Piece)
    assert [message.content for message in piece.messages] == [words]


def test_text_stays_as_it_is_when_the_body_is_plain() -> None:
    body = {"contentType": "text", "content": "is a <b> c?"}
    (piece,) = pieces_of(microsoft_graph, interaction("userPrompt", "", body=body))
    assert isinstance(piece, Piece)
    assert piece.messages == (("user", "is a <b> c?"),)
    assert piece.attributes == {"product": "Word", "tenant": "t"}


def test_prompt_and_answer_are_one_conversation_when_only_the_prompt_names_the_user() -> None:
    page = {"value": [interaction("userPrompt", "When?"), interaction("aiResponse", "Noon.")]}
    page["value"][1]["createdDateTime"] = "2026-03-01T10:05:00Z"
    (talk,) = talks(microsoft_graph, [page])
    assert (talk.user, talk.turns) == ("u", (("user", "When?"), ("assistant", "Noon.")))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (interaction("userPrompt", "a", deletedDateTime="2026-03-02"), "deleted_at_the_source"),
        (interaction("unknownFutureValue", "a"), "not_a_conversation"),
        (interaction("userPrompt", None), "no_messages_logged"),
    ],
)
def test_an_interaction_is_set_aside_when_it_is_no_talk(record: Any, reason: Any) -> None:
    assert pieces_of(microsoft_graph, record) == [Aside(reason)]


def test_an_interaction_is_rejected_when_its_body_is_no_text() -> None:
    with pytest.raises(Malformed, match="content_of_wrong_type"):
        pieces_of(microsoft_graph, interaction("userPrompt", 5))


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<style>p {}</style><b>bo</b>ld", "bold"),
        ("a<br>b<img src='x'>", "a\nb\n[image]"),
        ("1 < 2 &amp; <unclosed", "1 < 2 & <unclosed"),
    ],
)
def test_words_are_what_a_reader_sees_when_they_stand_in_html(html: str, words: str) -> None:
    assert words_of(html) == words
