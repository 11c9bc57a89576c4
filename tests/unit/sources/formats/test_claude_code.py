from typing import Any

import pytest

from clio_assets.sources.formats import claude_code, detect
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed, Piece
from tests.fakes.grouped import pieces_of, talks


def line(
    place: int, kind: str, content: Any, parent: int | None = None, **more: Any
) -> dict[str, Any]:
    """An event; its parent is the one before it where none is given."""
    before = place - 1 if parent is None else parent
    return {
        "type": kind, "sessionId": "s", "uuid": f"n{place}",
        "parentUuid": f"n{before}" if before else None,
        "timestamp": f"2026-03-01T10:{place:02}:00Z", "isSidechain": False, "cwd": "/home",
        "message": {"role": kind, "content": content}, **more,
    }  # fmt: skip


SUMMARY = {"type": "summary", "summary": "Trains", "leafUuid": "n9"}
USE = [{"type": "tool_use", "name": "Bash", "input": {}}]
RESULT = [{"type": "tool_result", "content": "ok"}]


def test_a_session_is_one_conversation_when_its_lines_come_in_any_order() -> None:
    lines = [
        line(1, "user", "When?"),
        line(2, "assistant", [{"type": "text", "text": "Let me look."}]),
        line(3, "assistant", USE),
        line(4, "user", RESULT, toolUseResult={}),
        line(5, "assistant", [{"type": "text", "text": "At noon."}]),
    ]
    (talk,) = talks(claude_code, [SUMMARY, *reversed(lines)])
    assert talk.turns == (
        ("user", "When?"),
        ("assistant", "Let me look."),
        ("assistant", "[tool call: Bash]"),
        ("tool", "[tool result]"),
        ("assistant", "At noon."),
    )
    assert (talk.conversation, talk.user) == ("s", None)


def test_the_newest_branch_counts_when_the_user_went_back() -> None:
    lines = [
        line(1, "user", "When?"),
        line(2, "assistant", [{"type": "text", "text": "At noon."}]),
        line(3, "user", "And back?"),
        line(4, "user", "And where?", parent=2),
    ]
    (talk,) = talks(claude_code, lines)
    assert [text for role, text in talk.turns if role == "user"] == ["When?", "And where?"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (SUMMARY, "not_a_conversation"),
        ({"type": "system", "sessionId": "s", "parentUuid": None}, "not_a_conversation"),
        ({"type": "file-history-snapshot", "snapshot": {}, "messageId": "m"}, "not_a_conversation"),
        (line(1, "assistant", [{"type": "thinking", "thinking": "x"}]), "not_a_conversation"),
        (line(1, "user", "x", isSidechain=True), "not_of_the_user"),
        (line(1, "user", "x", isMeta=True), "not_of_the_user"),
        (line(1, "user", "x", isCompactSummary=True), "not_of_the_user"),
        (line(1, "assistant", "x", isApiErrorMessage=True), "not_of_the_user"),
        (line(1, "user", "x", origin={"kind": "task-notification"}), "not_of_the_user"),
        (line(1, "user", "<local-command-stdout>x</local-command-stdout>"), "not_of_the_user"),
        (line(1, "user", "<command-name>/clear</command-name>"), "not_of_the_user"),
        (line(1, "user", [{"type": "text", "text": "<ide_opened_file>x"}]), "not_of_the_user"),
    ],
)
def test_a_line_is_set_aside_when_no_person_and_no_answer_is_in_it(
    record: Any, reason: Any
) -> None:
    assert claude_code.recognises(record)
    found = pieces_of(claude_code, record)
    assert found[0] == Aside(reason)
    assert all(isinstance(part, Piece) and not part.messages for part in found[1:])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hi <system-reminder>x</system-reminder>", "hi "),
        ("<command-name>/plan</command-name><command-args>a trip</command-args>", "a trip"),
        ([{"type": "text", "text": "<ide_selection>x"}, {"type": "text", "text": "hi"}], "hi"),
        ([{"type": "image"}, {"type": "text", "text": "hi"}], "[image]\nhi"),
    ],
)
def test_the_users_words_are_kept_when_the_program_put_others_beside(
    content: Any, words: str
) -> None:
    (piece,) = pieces_of(claude_code, line(1, "user", content, origin={"kind": "human"}))
    assert isinstance(piece, Piece)
    assert [message.content for message in piece.messages] == [words]


def test_the_operators_fields_name_the_user_when_they_are_there() -> None:
    record = line(1, "user", "hi", machine="u")
    (piece,) = pieces_of(claude_code, record, Keys(user=("machine",)))
    assert isinstance(piece, Piece)
    assert piece.user_id == "u"


def test_a_file_is_known_when_most_of_its_first_lines_are_notes() -> None:
    assert detect([SUMMARY, SUMMARY, line(1, "user", "hi")]).name == "claude-code"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"message": {"role": "ghost", "content": "x"}}, "role_unknown"),
        ({"message": {"role": "user", "content": 5}}, "content_of_wrong_type"),
        ({"sessionId": None}, "conversation_id_missing"),
    ],
)
def test_a_line_is_rejected_when_it_is_malformed(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        pieces_of(claude_code, line(1, "user", "hi") | change)
    assert caught.value.reason == reason
