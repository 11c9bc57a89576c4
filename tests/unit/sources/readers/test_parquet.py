import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.sources.readers.parquet import read_parquet
from clio_assets.sources.readers.protocol import Unreadable

TURNS = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": None}]
A, B, C = (f"{n}0565a89-11a6-4b48-8e37-45c0ea3c8224" for n in "123")
UUIDS = pa.array([UUID(A).bytes], pa.uuid())
JSON = pa.array(['{"role": "user", "content": "[1]"}'], pa.json_())


def stored(table: pa.Table, **options: Any) -> io.BytesIO:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    stream.seek(0)
    return stream


def through_duckdb(tmp_path: Path, records: list[dict[str, Any]]) -> list[Any]:
    """The records as DuckDB makes Parquet of JSON."""
    source, target = tmp_path / "records.json", tmp_path / "records.parquet"
    source.write_text(json.dumps(records), "utf-8")
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_json('{source}')) TO '{target}' (FORMAT parquet)")
    with target.open("rb") as stream:
        return [found.value for found in read_parquet(stream)]


def test_rows_are_records_when_columns_are_nested() -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
    table = pa.table(
        {
            "messages": [TURNS, []],
            "started_at": pa.array([moment, None], pa.timestamp("ns", tz="UTC")),
            "metadata": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
        }
    )
    found = list(read_parquet(stored(table)))
    assert [f.line for f in found] == [1, 2]
    first, second = (f.value or {} for f in found)
    assert first["messages"] == TURNS
    assert first["started_at"] == moment
    assert first["metadata"] == {"a": 1}
    assert second == {"messages": [], "started_at": None, "metadata": None}


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([UUID(A).bytes, None], pa.uuid()), [A, None]),
        (pa.ListArray.from_arrays([0, 1], UUIDS), [[A]]),
        (pa.LargeListArray.from_arrays([0, 1], UUIDS), [[A]]),
        (pa.StructArray.from_arrays([UUIDS, pa.array([[1]])], ["a", "b"]), [{"a": A, "b": [1]}]),
        (pa.MapArray.from_arrays([0, 1, 1], pa.array([b"k"]), UUIDS), [{"k": A}, {}]),
        (pa.MapArray.from_arrays([0, 1], UUIDS, pa.array([[None]])), [{A: [None]}]),
        (pa.array([[(1, None)]], pa.map_(pa.int64(), pa.string())), [{"1": None}]),
        (pa.array(['{"a": [NaN]}', '"x"', "null", None, "{cut"], pa.json_()),
         [{"a": [None]}, "x", None, None, "{cut"]),
        (pa.ListArray.from_arrays([0, 1], JSON), [[{"role": "user", "content": "[1]"}]]),
        (pa.array(["[1]", "x"], pa.large_string()), ["[1]", "x"]),
        (pa.array(["[1]", "x"], pa.string_view()), ["[1]", "x"]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
        (pa.array([b"caf\xc3\xa9", b"\xff\0", None], pa.binary()), ["café", b"\xff\0", None]),
        (pa.array([b"text"], pa.large_binary()), ["text"]),
        (pa.array([Decimal("7.00"), Decimal("1.50"), None], pa.decimal128(38, 2)), [7, 1.5, None]),
        (pa.array([Decimal(2**60)], pa.decimal128(38, 0)), [2**60]),
    ],
)  # fmt: skip
def test_values_are_plain_when_their_type_is_not(array: Any, expected: list[object]) -> None:
    rows = [(found.value or {})["x"] for found in read_parquet(stored(pa.table({"x": array})))]
    assert rows == expected
    assert [type(row) for row in rows] == [type(value) for value in expected]


def tree(conversation: str, *nodes: str) -> dict[str, Any]:
    mapping = {}
    for node, parent in zip(nodes, (None, *nodes), strict=False):
        message = {"id": node, "author": {"role": "user", "metadata": {}}, "content": "words"}
        mapping[node] = {
            "id": node, "parent": parent, "message": message if parent else None,
            "children": [n for n, p in zip(nodes[1:], nodes, strict=False) if p == node],
        }  # fmt: skip
    return {"conversation_id": conversation, "current_node": nodes[-1], "mapping": mapping}


def shape(value: Any) -> Any:
    """A value without what says nothing: a table has a place for each key of any row."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items() if inner is not None}
    return [shape(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "records",
    [
        [tree("first", A, B, C), tree("second", "n1", "n2")],  # one wide struct
        [tree(f"c{n}", *(f"{n:08d}-11a6-4b48-8e37-45c0ea3c{m:04d}" for m in range(9)))
         for n in range(60)],  # a map, and UUIDs wherever text looks like some
    ],
)  # fmt: skip
def test_trees_are_the_same_when_they_went_through_duckdb(
    tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    found = through_duckdb(tmp_path, records)
    assert [list(record["mapping"]) for record in found] == [list(r["mapping"]) for r in records]
    assert shape(found) == shape(records)


def test_ids_are_the_same_when_they_went_through_duckdb(tmp_path: Path) -> None:
    records = [{"user_id": A, "messages": TURNS, "n": 2**70}, {"user_id": B, "messages": []}]
    found = through_duckdb(tmp_path, records)
    assert [record["user_id"] for record in found] == [A, B]
    assert shape(found[0]["messages"]) == shape(TURNS)
    assert found[0]["n"] == 2**70  # HUGEINT has no place in Parquet and becomes a float


def test_content_of_several_kinds_comes_back_when_it_went_through_duckdb(tmp_path: Path) -> None:
    records = [
        {"messages": [{"role": "user", "content": '{"written": "by hand"}'}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "[1]"}]}]},
    ]
    assert through_duckdb(tmp_path, records) == records


def test_only_the_bad_row_is_set_aside_when_its_text_is_not_utf8() -> None:
    binary = pa.array([b"a", b"\xff", b"c"])
    text = pa.StringArray.from_buffers(3, binary.buffers()[1], binary.buffers()[2])
    found = list(read_parquet(stored(pa.table({"text": text}))))
    assert [(f.line, f.reason) for f in found] == [(1, None), (2, "invalid_utf8"), (3, None)]


def test_only_the_bad_row_is_set_aside_when_python_has_no_such_date() -> None:
    times = pa.array([0, 2**62, 1], pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    found = list(read_parquet(stored(pa.table({"time": times}))))
    assert [(f.line, f.reason) for f in found] == [(1, None), (2, "value_out_of_range"), (3, None)]


def test_all_rows_come_in_order_when_there_are_many_row_groups() -> None:
    table = pa.table({"n": range(1000)})
    found = [f.value for f in read_parquet(stored(table, row_group_size=77))]
    assert found == [{"n": n} for n in range(1000)]


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"no parquet at all, but long enough"])
def test_reading_stops_when_the_file_is_no_parquet(damage: bytes) -> None:
    with pytest.raises(Unreadable, match="broken behind record 0"):
        list(read_parquet(io.BytesIO(damage)))


def test_reading_stops_when_pages_are_damaged() -> None:
    whole = bytearray(stored(pa.table({"text": ["words " * 50] * 500})).getvalue())
    whole[10:60] = bytes(50)
    with pytest.raises(Unreadable):
        list(read_parquet(io.BytesIO(bytes(whole))))
