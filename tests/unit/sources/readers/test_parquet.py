import io
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clio_assets.sources.readers.parquet import read_parquet
from clio_assets.sources.readers.protocol import Unreadable

TURNS = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": None}]


def stored(table: pa.Table, **options: Any) -> io.BytesIO:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    stream.seek(0)
    return stream


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


def test_nested_fields_are_read_when_they_are_stored_as_json_text() -> None:
    table = pa.table({"messages": ['[{"role": "user"}]', "not json"], "text": ["[1]", "x"]})
    found = [f.value for f in read_parquet(stored(table))]
    assert found == [
        {"messages": [{"role": "user"}], "text": "[1]"},
        {"messages": "not json", "text": "x"},
    ]


def test_only_the_bad_row_is_set_aside_when_its_text_is_not_utf8() -> None:
    binary = pa.array([b"a", b"\xff", b"c"])
    text = pa.StringArray.from_buffers(3, binary.buffers()[1], binary.buffers()[2])
    found = list(read_parquet(stored(pa.table({"text": text}))))
    assert [(f.line, f.reason) for f in found] == [(1, None), (2, "invalid_utf8"), (3, None)]


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
