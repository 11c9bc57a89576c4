import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clio_assets.sources.files import find_files
from clio_assets.sources.formats import detect, open_webui
from clio_assets.sources.formats.protocol import Malformed
from clio_assets.sources.reading import read_records


def user(content: object, parent: str | None = None, **fields: object) -> dict[str, Any]:
    return {"role": "user", "content": content, "parentId": parent, "timestamp": 1} | fields


def assistant(content: object, parent: str, **fields: object) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "parentId": parent, "model": "m-1"} | fields


def at(second: int) -> int:
    return 1772366400 + second


TREE = {
    "u1": user("first wording", timestamp=at(1)),
    "a1": assistant("first answer", "u1", timestamp=at(2)),
    "u2": user("second wording", timestamp=at(3)),
    "a2": assistant("an answer", "u2", timestamp=at(4)),
    "a3": assistant("another answer", "u2", timestamp=at(5), model="m-2"),
}


def row(messages: object, current: object, chat: object = None, **fields: object) -> dict[str, Any]:
    history = {"messages": messages, "currentId": current}
    return {
        "id": "w1",
        "user_id": "account-1",
        "title": "t",
        "chat": {"history": history, "models": ["m-0"], "timestamp": at(0) * 1000}
        if chat is None
        else chat,
        "created_at": at(0),
        "updated_at": at(60),
        "archived": False,
        "meta": {},
    } | fields


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ("a1", ["first wording", "first answer"]),
        ("a2", ["second wording", "an answer"]),
        (None, ["second wording", "another answer"]),
        ("gone", ["second wording", "another answer"]),
    ],
)
def test_parse_follows_the_current_branch_when_others_were_abandoned(
    current: object, expected: list[str]
) -> None:
    found = open_webui.parse(row(TREE, current))
    assert [text for _, text in found.messages] == expected
    assert found.root == "u1"


def test_parse_tells_user_times_and_attributes_when_the_export_is_whole() -> None:
    rated = TREE | {
        "a3": TREE["a3"] | {"annotation": {"rating": -1, "tags": []}, "error": {"a": 1}}
    }
    found = open_webui.parse(row(rated, "a3", meta={"tags": ["cooking"]}))
    assert (found.conversation_id, found.user_id) == ("w1", "account-1")
    assert found.started_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    assert found.attributes == {
        "model": "m-2",
        "tags": ["cooking"],
        "error": True,
        "feedback": -1,
    }


@pytest.mark.parametrize(
    ("meta", "agent"),
    [
        ({"internal": True, "type": "subagent"}, "subagent"),
        ({"internal": True, "type": "timer"}, "timer"),
        ({"internal": True, "type": "note"}, None),
        ({"type": "subagent"}, None),
        ("{}", None),
        (None, None),
    ],
)
def test_parse_names_the_agent_when_no_person_asked(meta: object, agent: str | None) -> None:
    assert open_webui.parse(row(TREE, "a3", meta=meta)).attributes.get("agent") == agent


THOUGHT = '<details type="reasoning" done="true">\n<summary>Thought</summary>\nhm</details>\n'
CALLED = '<details type="tool_calls" name="get_weather" arguments="&quot;">\n</details>'


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (assistant(f"{THOUGHT}It rains.", "u"), "It rains."),
        (assistant(f"Let me see.\n{CALLED}\nIt rains.", "u"),
         "Let me see.\n\n[tool call: get_weather]\nIt rains."),
        (assistant('<details type="code_interpreter">x</details>', "u"),
         "[tool call: code_interpreter]"),
        (assistant("<details><summary>More</summary>text</details>", "u"),
         "<details><summary>More</summary>text</details>"),
        (assistant('cut <details type="reasoning">hm', "u"), 'cut <details type="reasoning">hm'),
        (assistant([{"type": "text", "text": "blocks"}], "u"), "blocks"),
        (
            assistant(
                "",
                "u",
                output=[
                    {"type": "reasoning", "content": []},
                    {"type": "function_call", "name": "f"},
                    {"type": "message", "content": [{"type": "output_text", "text": "done"}]},
                ],
            ),
            "[tool call: f]\ndone",
        ),
        (user("<details>mine</details>"), "<details>mine</details>"),
        (user("look", files=[{"type": "image"}, {"type": "file"}, 5]),
         "[image]\n[attachment]\n[attachment]\nlook"),
        (user("look", images=["data"]), "[image]\nlook"),
    ],
)  # fmt: skip
def test_parse_gives_turns_with_placeholders_when_messages_are_of_any_kind(
    message: dict[str, Any], expected: str
) -> None:
    found = open_webui.parse(row({"u": user(""), "m": message | {"parentId": "u"}}, "m"))
    assert [text for _, text in found.messages] == [expected]


def test_parse_reads_a_list_of_messages_when_the_chat_is_of_the_oldest_kind() -> None:
    chat = {"messages": [user("hi"), assistant("hello", "u")], "models": ["m-0"]}
    found = open_webui.parse(row(None, None, chat, meta=None))
    assert found.messages == (("user", "hi"), ("assistant", "hello"))
    assert (found.root, found.attributes["model"]) == (None, "m-1")


def test_parse_makes_an_id_when_a_chat_was_exported_by_itself() -> None:
    chat = row(TREE, "a3")["chat"]
    assert detect([chat]) is open_webui
    found = open_webui.parse(chat)
    assert found.conversation_id.startswith("digest ")
    assert [text for _, text in found.messages] == ["second wording", "another answer"]


def test_chats_are_the_same_when_they_lie_in_the_database(tmp_path: Path) -> None:
    path = tmp_path / "webui.db"
    whole = row(TREE, "a3", meta={"tags": ["cooking"]})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE chat (id TEXT, user_id TEXT, title TEXT, share_id TEXT, archived INTEGER,"
            " created_at BIGINT, updated_at BIGINT, chat JSON, pinned BOOLEAN, meta JSON)"
        )
        connection.execute(
            "INSERT INTO chat VALUES ('w1', 'account-1', 't', NULL, 0, ?, ?, ?, 0, ?)",
            (at(0), at(60), json.dumps(whole["chat"]), json.dumps(whole["meta"])),
        )
    records = [found.found.value or {} for found in read_records(find_files([str(path)]))]
    assert detect(records) is open_webui
    assert [open_webui.parse(record) for record in records] == [open_webui.parse(whole)]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (row(TREE, "a3", chat="text"), "messages_missing"),
        (row({"a": "text"}, "a"), "message_not_an_object"),
        (row({"a": user("", "b"), "b": user("", "a")}, "a"), "message_order_unclear"),
        (row({"a": user("x", role="ghost")}, "a"), "role_unknown"),
        (row(None, None, {"messages": "text"}), "messages_not_a_list"),
        (row(TREE, "a3", user_id=["odd"]), "user_id_of_wrong_type"),
        (row(TREE, "a3", created_at="soon"), "started_at_unreadable"),
        (row({}, None, id=None), "conversation_id_missing"),
    ],
)
def test_parse_rejects_when_the_chat_is_malformed(broken: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        open_webui.parse(broken)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "found",
    [
        {"chat": "hi", "user_id": "u"},
        {"chat": {"history": {"messages": TREE}}},
        {"history": {"messages": [user("hi")]}, "models": []},
        {"id": "c", "messages": [user("hi")], "models": ["m"]},
    ],
)
def test_recognises_asks_for_more_than_one_key_when_it_looks_at_a_record(
    found: dict[str, Any],
) -> None:
    assert not open_webui.recognises(found)


@pytest.mark.parametrize(("content", "losses"), [("", ("answer_missing",)), ("hello", ())])
def test_parse_shows_a_loss_when_the_last_answer_never_came(
    content: str, losses: tuple[str, ...]
) -> None:
    tree = {"u": user("hi"), "a": assistant(content, "u", done=False)}
    assert open_webui.parse(row(tree, "a")).losses == losses
