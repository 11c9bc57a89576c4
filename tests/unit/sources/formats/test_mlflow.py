import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clio_assets.sources.formats import DATABASES, mlflow
from clio_assets.sources.formats.protocol import Aside, Database, Keys, Piece, Span
from tests.fakes.grouped import TRAINS, Talk, pieces_of, talks, written

TOLD = (("user", "Which trains go?"), ("assistant", "At noon."))
ASKED = {"model": "m", "messages": [{"role": "user", "content": "Which trains go?"}]}
ANSWERED = {"choices": [{"message": {"role": "assistant", "content": "At noon."}}]}


def span(**attributes: object) -> dict[str, Any]:
    """A model's span; values become JSON text, as MLflow writes them."""
    given: dict[str, object] = {
        "mlflow.traceRequestId": "tr-1",
        "mlflow.spanType": "CHAT_MODEL",
        "mlflow.spanInputs": ASKED,
        "mlflow.spanOutputs": ANSWERED,
        "mlflow.llm.model": "model-1",
        "mlflow.chat.tokenUsage": {"input_tokens": 40, "output_tokens": 12},
        "mlflow.llm.cost": {"total_cost": 0.25},
    }
    given |= {f"mlflow.{key}": value for key, value in attributes.items()}
    return {
        "trace_id": "FpFuyoa+Hj10gO31p8B74A==",
        "span_id": "zZw5B5XXMlY=",
        "parent_span_id": "qEOScOSIOpg=",
        "start_time_unix_nano": 1772359200 * 10**9,
        "end_time_unix_nano": 1772359202 * 10**9,
        "status": {"code": "STATUS_CODE_OK"},
        "attributes": {key: json.dumps(value) for key, value in given.items()},
    }


ROOT = span(spanType="UNKNOWN") | {"span_id": "qEOScOSIOpg=", "parent_span_id": None}
METADATA = {
    "mlflow.user": "the-application",
    "mlflow.trace.user": "user-1",
    "mlflow.trace.session": "session-1",
}
TRACE = {
    "info": {"trace_id": "tr-1", "trace_metadata": METADATA},
    "data": {"spans": [ROOT, span()]},
}


def row(**changes: object) -> dict[str, Any]:
    """A row of the query on the store."""
    return {
        "trace_id": "tr-1",
        "content": json.dumps(span()),
        "mlflow.trace.session": "session-1",
        "mlflow.trace.user": "user-1",
        "mlflow.trace.sourceScorer": None,
        "mlflow.eval.requestId": None,
    } | changes


def request_of(record: dict[str, Any], keys: Keys | None = None) -> Piece:
    """The one piece with messages."""
    found = pieces_of(mlflow, record, keys)
    (piece,) = [piece for piece in found if isinstance(piece, Piece) and piece.messages]
    return piece


@pytest.mark.parametrize(
    "record",
    [
        row(),
        TRACE,
        {"trace_id": "tr-1", "trace_metadata": METADATA, "tags": {}, "spans": [ROOT, span()]},
        {"trace_id": "tr-1", "trace_metadata": json.dumps(METADATA), "spans": json.dumps([span()])},
    ],
)
def test_a_trace_is_read_the_same_when_it_lies_in_another_form(record: dict[str, Any]) -> None:
    assert mlflow.recognises(record)
    assert talks(mlflow, [record]) == [Talk("session-1", "user-1", TOLD)]


def test_a_span_of_a_model_is_a_request_when_it_is_complete() -> None:
    piece = request_of(row())
    assert piece.span == Span("tr-1", "cd9c390795d73256", "a8439270e4883a98")
    assert piece.attributes == {
        "model": "model-1",
        "latency_seconds": 2.0,
        "input_tokens": 40,
        "output_tokens": 12,
        "cost_usd": 0.25,
    }


def test_spans_of_a_file_know_user_and_session_when_the_store_is_read_too() -> None:
    artifact = {"spans": [ROOT, span()]}
    stored = row(content=json.dumps(ROOT))
    assert talks(mlflow, [artifact, stored]) == [Talk("session-1", "user-1", TOLD)]


@pytest.mark.parametrize(
    ("body", "user"),
    [
        ({"metadata": {"user_id": "user-2"}}, "user-2"),
        ({"user": "user-3"}, "user-3"),
        ({}, None),
    ],
)
def test_the_user_is_the_one_in_the_request_when_the_trace_names_none(
    body: dict[str, Any], user: str | None
) -> None:
    record = {"spans": [span(spanInputs=ASKED | body)]}
    assert request_of(record).user_id == user


def test_the_application_is_no_user_when_nobody_else_is_named() -> None:
    told = {"mlflow.user": "the-application"}
    assert request_of(TRACE | {"info": {"trace_metadata": told}}).user_id is None


def test_a_message_is_read_when_it_has_blocks_of_the_messages_api() -> None:
    asked = {"system": "s", "messages": [{"role": "user", "content": [{"type": "image"}]}]}
    answered = {"role": "assistant", "content": [{"type": "tool_use", "name": "look"}]}
    assert request_of({"spans": [span(spanInputs=asked, spanOutputs=answered)]}).messages == (
        ("system", "[system prompt]"),
        ("user", "[image]"),
        ("assistant", "[tool call: look]"),
    )


def test_a_loss_is_told_when_a_streamed_answer_is_the_text_of_an_object() -> None:
    streamed = span(spanOutputs="<anthropic.Stream object at 0x7f0ba74dba50>")
    piece = request_of({"spans": [streamed]})
    assert (piece.messages, piece.losses) == (TOLD[:1], ("answer_not_text",))


def test_a_loss_is_counted_when_no_messages_were_kept() -> None:
    found = pieces_of(mlflow, {"spans": [span(spanInputs=None, spanOutputs=None)]})
    assert found == [Aside("no_messages_logged", ("content_not_logged",))]


@pytest.mark.parametrize("tag", ["mlflow.trace.sourceScorer", "mlflow.eval.requestId"])
def test_a_trace_is_left_out_when_it_is_of_an_evaluation(tag: str) -> None:
    traced = TRACE | {"info": {"tags": {tag: "x"}}}
    for record in (row(**{tag: "x"}), traced):
        assert pieces_of(mlflow, record) == [Aside("not_a_conversation")]


def test_a_failed_span_says_so_when_its_status_does() -> None:
    failed = span(spanOutputs=None) | {"status": {"code": "STATUS_CODE_ERROR"}}
    assert request_of({"spans": [failed]}).attributes["error"] is True


def test_a_span_of_mlflow_2_is_read_when_its_ids_stand_elsewhere() -> None:
    old = {key: value for key, value in span().items() if not key.endswith("span_id")}
    old |= {"context": {"span_id": "0xab", "trace_id": "0xcd"}, "parent_id": "0xef"}
    record = {"spans": [old]}
    assert mlflow.recognises(record)
    assert request_of(record).span == Span("tr-1", "0xab", "0xef")


def test_fields_of_the_operator_count_when_they_are_there() -> None:
    keys = Keys(("mlflow.user",), ("mlflow.chat",), ("mlflow.firm",))
    told = METADATA | {"mlflow.chat": "c9", "mlflow.firm": "f9"}
    piece = request_of(TRACE | {"info": {"trace_metadata": told}}, keys)
    found = (piece.user_id, piece.conversation_id, piece.tenant)
    assert found == ("the-application", "c9", "f9")


@pytest.fixture
def store() -> Iterator[sqlite3.Connection]:
    """Tables of MLflow's store with one trace."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            """
            CREATE TABLE trace_info (request_id TEXT);
            CREATE TABLE trace_request_metadata (key TEXT, value TEXT, request_id TEXT);
            CREATE TABLE trace_tags (key TEXT, value TEXT, request_id TEXT);
            CREATE TABLE spans (
                trace_id TEXT, span_id TEXT, content TEXT, start_time_unix_nano INTEGER
            );
            INSERT INTO trace_info VALUES ('tr-1');
            INSERT INTO trace_request_metadata VALUES ('mlflow.trace.user', 'user-1', 'tr-1');
            """
        )
        content = json.dumps(span())
        connection.execute("INSERT INTO spans VALUES ('tr-1', 'cd9c', ?, 1)", [content])
        yield connection


def database(connection: sqlite3.Connection) -> Database:
    """The first whose tables and columns are there, as the reader of SQLite chooses."""
    for name, found in DATABASES:
        columns = {
            table: {info[1] for info in connection.execute(f"PRAGMA table_xinfo({table})")}
            for table in found.tables
        }
        if name == "mlflow" and all(found.tables[table] <= columns[table] for table in columns):
            return found
    raise AssertionError("no known tables")


def rows(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    connection.row_factory = sqlite3.Row
    return [dict(found) for found in connection.execute(database(connection).query)]


def test_a_session_is_found_when_the_store_keeps_it_among_other_metadata(
    store: sqlite3.Connection,
) -> None:
    store.execute(
        "INSERT INTO trace_request_metadata VALUES ('mlflow.trace.session', 'session-1', 'tr-1')"
    )
    assert talks(mlflow, rows(store)) == [Talk("session-1", "user-1", TOLD)]


def test_a_session_is_found_when_the_store_keeps_it_in_a_column(store: sqlite3.Connection) -> None:
    store.execute("ALTER TABLE trace_info ADD COLUMN session_id TEXT")
    store.execute("UPDATE trace_info SET session_id = 'session-1'")
    assert talks(mlflow, rows(store)) == [Talk("session-1", "user-1", TOLD)]


def test_a_real_store_is_read_when_mlflow_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    path.write_bytes(gzip.decompress(written("mlflow.db.gz").read_bytes()))
    with closing(sqlite3.connect(path)) as connection:
        found = talks(mlflow, rows(connection))
    assert Talk("session-4", "user-17", TRAINS, (), 3) in found
    assert [(talk.user, talk.losses) for talk in found if talk.pieces == 1] == [
        ("user-18", ("answer_not_text",)),
        ("user-19", ()),
    ]


def test_a_real_file_is_read_when_mlflow_wrote_it() -> None:
    record = json.loads(written("mlflow-artifact-traces.json").read_text("utf-8"))
    assert mlflow.recognises(record)
    assert talks(mlflow, [record]) == [Talk(None, "user-17", TRAINS, (), 3)]
