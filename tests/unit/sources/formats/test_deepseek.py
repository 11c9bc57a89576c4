from datetime import UTC, datetime
from typing import Any

import pytest

from clio_assets.sources.formats import deepseek, detect
from clio_assets.sources.formats.protocol import Malformed


def said(kind: str, content: object) -> dict[str, Any]:
    return {"type": kind, "content": content}


def node(parent: str | None, second: int, *fragments: object, **fields: object) -> dict[str, Any]:
    time = f"2026-03-01T18:00:{second:02}.000000+08:00"
    message = {"files": [], "model": "m-1", "inserted_at": time, "fragments": list(fragments)}
    return {"parent": parent, "message": message | fields}


ROOT: dict[str, Any] = {"id": "root", "parent": None, "message": None}
TREE = {
    "root": ROOT,
    "1": node("root", 1, said("REQUEST", "first wording")),
    "2": node("1", 2, said("RESPONSE", "first answer")),
    "3": node("root", 3, said("REQUEST", "second wording")),
    "4": node("3", 4, said("THINK", "hm"), said("SEARCH", None), said("RESPONSE", "an answer")),
}


def record(mapping: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {
        "id": "d1",
        "title": "t",
        "inserted_at": "2026-03-01T18:00:00.000000+08:00",
        "updated_at": "2026-03-01T18:01:00.000000+08:00",
        "mapping": mapping,
    } | fields


def test_parse_takes_the_newest_branch_when_a_question_was_edited() -> None:
    found = deepseek.parse(record(TREE))
    assert found.messages == (
        ("user", "second wording"),
        ("assistant", "[tool call: search]\nan answer"),
    )
    assert (found.conversation_id, found.user_id, found.root) == ("d1", None, "root")
    assert found.started_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.latest_at == datetime(2026, 3, 1, 10, 1, tzinfo=UTC)
    assert found.attributes == {"model": "m-1"}


def test_parse_lets_user_and_assistant_take_turns_when_messages_have_no_fragments() -> None:
    def older(parent: str, second: int, content: str, **fields: object) -> dict[str, Any]:
        return node(parent, second, fragments=None, content=content, **fields)

    tree = {
        "root": ROOT,
        "1": older("root", 1, "question", files=[{"name": "me.pdf"}]),
        "2": older("1", 2, "answer", reasoning_content="hm"),
        "3": older("2", 3, "more"),
        "4": older("3", 4, "told", role="ASSISTANT"),
    }
    assert deepseek.parse(record(tree)).messages == (
        ("user", "[attachment]\nquestion"),
        ("assistant", "answer"),
        ("user", "more"),
        ("assistant", "told"),
    )


def test_parse_makes_an_id_of_time_and_words_when_there_is_none() -> None:
    ids = {deepseek.parse(record(TREE, id=missing)).conversation_id for missing in (None, "")}
    other = record({"root": ROOT, "1": node("root", 1, said("REQUEST", "other"))}, id=None)
    assert len(ids) == 1
    assert deepseek.parse(other).conversation_id not in ids


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (None, "messages_missing"),
        ([], "messages_not_a_list"),
        ({"1": "text"}, "message_not_an_object"),
        ({"1": {"parent": None, "message": "text"}}, "message_not_an_object"),
        ({"1": node("2", 1), "2": node("1", 2), "3": node("1", 3)}, "message_order_unclear"),
        ({"1": node(None, 1, "text")}, "content_of_wrong_type"),
        ({"1": node(None, 1, fragments="text")}, "content_of_wrong_type"),
        ({"1": node(None, 1, said("REQUEST", 5))}, "content_of_wrong_type"),
        ({"1": node(None, 1, fragments=None, role="ghost")}, "role_unknown"),
    ],
)
def test_parse_rejects_when_the_tree_is_malformed(mapping: Any, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        deepseek.parse(record(mapping))
    assert caught.value.reason == reason


def test_detect_tells_the_shape_from_chatgpt_when_both_have_a_mapping() -> None:
    assert detect([record(TREE)]) is deepseek
    assert detect([record({"root": ROOT})]) is deepseek
    assert not deepseek.recognises(record({"1": {"message": {"author": {}, "content": {}}}}))
    assert not deepseek.recognises({"mapping": TREE})
