import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clio_assets.sources.formats import DATABASES, llm
from clio_assets.sources.formats.protocol import Aside, Keys, Piece
from tests.fakes.grouped import Talk, pieces_of, talks, written

LISTED: dict[str, Any] = {
    "id": "01a",
    "conversation_id": "c1",
    "model": "model-1",
    "resolved_model": None,
    "datetime_utc": "2026-03-01T10:00:00.500000+00:00",
    "prompt": "Which trains go?",
    "system": "Be brief.",
    "response": "At noon.",
    "input_tokens": 40,
    "output_tokens": 12,
    "prompt_fragments": [],
    "tool_calls": [],
    "tool_results": [],
    "attachments": [],
}
TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))


def listed(**changes: object) -> dict[str, Any]:
    return LISTED | changes


def only(record: dict[str, Any], keys: Keys | None = None) -> Piece:
    (piece,) = pieces_of(llm, record, keys)
    assert isinstance(piece, Piece)
    return piece


def test_a_turn_is_what_was_new_when_it_is_complete() -> None:
    piece = only(LISTED)
    assert (piece.kind, piece.messages, piece.conversation_id) == ("delta", TOLD, "c1")
    assert (piece.user_id, piece.node) == (None, None)
    assert piece.at == datetime(2026, 3, 1, 10, 0, 0, 500_000, UTC)
    assert piece.attributes == {"model": "model-1", "input_tokens": 40, "output_tokens": 12}


@pytest.mark.parametrize(
    ("change", "turns"),
    [
        ({"response": None}, TOLD[:1]),
        (
            {"attachments": [{"type": "image/png"}, {"type": "application/pdf"}]},
            (("user", "Which trains go?\n[image]\n[document]"), TOLD[1]),
        ),
        (
            {
                "prompt_fragments": [{"content": "A leaflet.\n"}],
                "prompt": "A leaflet.\n\nAnd dogs?",
            },
            (("user", "[attachment]\nAnd dogs?"), TOLD[1]),
        ),
        (
            {"prompt_fragments": '[{"hash": 1}]'},
            (("user", "[attachment]\nWhich trains go?"), TOLD[1]),
        ),
        (
            {"tool_calls": [{"name": "timetable"}]},
            (TOLD[0], ("assistant", "At noon.\n[tool call: timetable]")),
        ),
        ({"tool_results": [{"output": "8"}], "prompt": ""}, (("tool", "[tool result]"), TOLD[1])),
    ],
)
def test_a_turn_has_placeholders_when_it_is_more_than_text(
    change: dict[str, Any], turns: object
) -> None:
    assert only(listed(**change)).messages == turns


def test_a_turn_is_left_out_when_it_is_empty() -> None:
    record = listed(prompt="", response=None)
    assert pieces_of(llm, record) == [Aside("no_messages_logged")]


def test_fields_of_the_operator_count_when_they_are_there() -> None:
    keys = Keys(("options.user",), ("conversation_name",))
    piece = only(listed(options={"user": "user-1"}, conversation_name="named"), keys)
    assert (piece.user_id, piece.conversation_id) == ("user-1", "named")


OLD_TABLES = """
    CREATE TABLE attachments (id TEXT, type TEXT);
    CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT);
    CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER);
    CREATE TABLE tool_calls (response_id TEXT, name TEXT);
    CREATE TABLE tool_results (response_id TEXT, name TEXT);
    CREATE TABLE responses (
        id TEXT, model TEXT, prompt TEXT, response TEXT, conversation_id TEXT, datetime_utc TEXT,
        input_tokens INTEGER, output_tokens INTEGER
    );
    INSERT INTO responses VALUES
        ('01a', 'm', 'Which trains go?', 'At noon.', 'c1', '2026-03-01T10:00:00+00:00', 4, 2),
        ('01b', 'm', NULL, 'Look.', 'c1', '2026-03-01T10:01:00+00:00', 4, 2);
    INSERT INTO attachments VALUES ('a1', 'image/png');
    INSERT INTO prompt_attachments VALUES ('01b', 'a1');
    INSERT INTO tool_calls VALUES ('01b', 'timetable');
    INSERT INTO tool_results VALUES ('01b', 'timetable');
"""
OLD_TURNS = (
    *TOLD,
    ("tool", "[tool result]"),
    ("user", "[image]"),
    ("assistant", "Look.\n[tool call: timetable]"),
)
#: A conversation of the old tables goes on; `fork` begins where it answered, and `copy` repeats it.
NEW_TABLES = """
    CREATE TABLE threads (id TEXT, forked_from TEXT);
    CREATE TABLE turns (
        id TEXT, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT, model TEXT,
        resolved_model TEXT, input_tokens INTEGER, output_tokens INTEGER, datetime_utc TEXT
    );
    CREATE TABLE messages (hash TEXT, parent_hash TEXT, role TEXT);
    CREATE TABLE parts (
        id INTEGER, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT, text TEXT,
        payload TEXT
    );
    CREATE TABLE part_attachments (part_id INTEGER, attachment_id TEXT);
    INSERT INTO threads VALUES ('c1', NULL), ('fork', 'c1');
    INSERT INTO messages VALUES
        ('s', NULL, 'system'), ('u1', 's', 'user'), ('a1', 'u1', 'assistant'),
        ('u2', 'a1', 'user'), ('a2', 'u2', 'assistant'), ('t2', 'a2', 'tool'),
        ('a3', 't2', 'assistant'), ('u4', 'a1', 'user'), ('a4', 'u4', 'assistant');
    INSERT INTO parts VALUES
        (1, 's', 0, 'text', NULL, 'Be brief.', NULL),
        (2, 'u1', 0, 'text', NULL, 'Which trains go?', NULL),
        (3, 'a1', 0, 'text', NULL, 'At noon.', NULL),
        (4, 'u2', 0, 'text', NULL, NULL,
         '{"text_ref": [{"fragment": 1}, {"literal": "\\nOr at six?"}]}'),
        (5, 'u2', 1, 'attachment', NULL, NULL, '{"attachment": {"id": "a1"}}'),
        (6, 'a2', 1, 'tool_call', 'timetable', NULL, '{"name": "timetable"}'),
        (7, 'a2', 0, 'reasoning', NULL, 'Hm.', NULL),
        (8, 't2', 0, 'tool_result', 'timetable', NULL, '{"output": "8"}'),
        (9, 'a3', 0, 'text', NULL, 'No.', NULL),
        (10, 'u4', 0, 'text', NULL, 'And dogs?', NULL),
        (11, 'a4', 0, 'text', NULL, 'Dogs, too.', NULL);
    INSERT INTO part_attachments VALUES (5, 'a1');
    INSERT INTO turns VALUES
        ('01c', 'c1', 'u2', 'a2', 'm', 'm-1', 4, 2, '2026-03-01T10:02:00+00:00'),
        ('01d', 'c1', 't2', 'a3', 'm', NULL, 4, 2, '2026-03-01T10:03:00+00:00'),
        ('01e', 'fork', 'u4', 'a4', 'm', NULL, 4, 2, '2026-03-01T10:04:00+00:00');
"""
NEW_TURNS = (
    ("user", "[attachment]\nOr at six?\n[image]"),
    ("assistant", "[tool call: timetable]"),
    ("tool", "[tool result]"),
    ("assistant", "No."),
)


@pytest.fixture
def log() -> Iterator[sqlite3.Connection]:
    """An empty database."""
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def rows(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """What the query of the first database with all its tables and columns gives."""
    for name, database in DATABASES:
        columns = {
            table: {info[1] for info in connection.execute(f"PRAGMA table_xinfo({table})")}
            for table in database.tables
        }
        if name == "llm" and all(database.tables[table] <= columns[table] for table in columns):
            connection.row_factory = sqlite3.Row
            return [dict(found) for found in connection.execute(database.query)]
    raise AssertionError("no known tables")


def test_a_log_is_read_when_it_has_the_old_tables_alone(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES)
    assert talks(llm, rows(log)) == [Talk("c1", None, OLD_TURNS, (), 2)]


def test_a_log_is_read_when_it_is_older_than_files_and_tools(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES + "DROP TABLE tool_calls; DROP TABLE prompt_attachments;")
    assert talks(llm, rows(log))[0].turns[:2] == TOLD


def test_a_conversation_is_one_when_it_stands_in_both_layouts(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES + NEW_TABLES)
    found = talks(llm, rows(log))
    assert Talk("c1", None, (*OLD_TURNS, *NEW_TURNS), (), 4) in found


def test_a_fork_tells_its_beginning_when_another_thread_has_it(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES + NEW_TABLES)
    (fork,) = [talk for talk in talks(llm, rows(log)) if talk.conversation == "fork"]
    assert fork.turns == (*TOLD, ("user", "And dogs?"), ("assistant", "Dogs, too."))


def test_a_turn_counts_once_when_both_layouts_hold_it(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES + NEW_TABLES)
    log.execute("UPDATE responses SET id = '01c' WHERE id = '01b'")
    assert [row["id"] for row in rows(log)].count("01c") == 1


def test_other_turns_are_read_when_a_payload_is_damaged(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES + NEW_TABLES)
    log.execute("UPDATE parts SET payload = '{broken' WHERE id = 4")
    (talk,) = [talk for talk in talks(llm, rows(log)) if talk.conversation == "c1"]
    assert talk.turns == (*OLD_TURNS, ("user", "[image]"), *NEW_TURNS[1:])


def test_rows_are_recognised_when_they_come_from_any_layout(log: sqlite3.Connection) -> None:
    log.executescript(OLD_TABLES + NEW_TABLES)
    assert all(llm.recognises(row) for row in rows(log))


REAL = {
    "01m8dvz2yhbr32rc3786aaww11": ["Which trains go to the coast?", "On Friday, please.", "And on"],
    "01m8dvzcvmfs5yn97p2n0417tk": ["Which trains go to the coast?", "[attachment]\nMay I take my"],
    "01m8dvzk5rrxgy2hj73ehftc7z": ["What is in this picture?\n[image]"],
    "01m8dvzqey3e6nm4g480tekh6z": ["Which version is it?"],
}


def check(found: list[Talk]) -> None:
    assert {talk.conversation for talk in found} == set(REAL)
    for talk in found:
        asked = [text for role, text in talk.turns if role == "user"]
        expected = REAL[str(talk.conversation)]
        assert len(asked) == len(expected)
        assert all(a.startswith(b) for a, b in zip(asked, expected, strict=True))


def real_list() -> list[dict[str, Any]]:
    text = written("llm-logs-list.json").read_text("utf-8").strip()
    found: list[dict[str, Any]] = (
        json.loads(text) if text[0] == "[" else [json.loads(line) for line in text.splitlines()]
    )
    return found


def real_rows(tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "logs.db"
    path.write_bytes(written("llm-logs.db").read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        return rows(connection)


def test_a_real_list_is_read_when_llm_wrote_it() -> None:
    check(talks(llm, real_list()))


def test_a_real_database_is_read_when_llm_wrote_it(tmp_path: Path) -> None:
    check(talks(llm, real_rows(tmp_path)))


def test_turns_count_once_when_list_and_database_are_both_given(tmp_path: Path) -> None:
    once = talks(llm, real_list())
    both = talks(llm, [*real_rows(tmp_path), *real_list()])
    assert [talk.turns for talk in both] == [talk.turns for talk in once]
