import io
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from clio_assets.sources.readers.arrow import read_arrow
from clio_assets.sources.readers.protocol import Unreadable

TURNS = [{"role": "user", "content": "hi"}]
TABLE = pa.table({"n": range(300), "messages": [TURNS] * 300, "meta": ["{}"] * 300})


def as_stream(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, **options) as writer:
        writer.write_table(table, max_chunksize=170)
    return sink.getvalue()


def as_file(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema, **options) as writer:
        writer.write_table(table, max_chunksize=170)
    return sink.getvalue()


BOTH = pytest.mark.parametrize("stored", [as_stream, as_file])


@BOTH
@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_rows_are_records_when_the_file_is_of_either_kind(
    stored: Callable[..., bytes], compression: str | None
) -> None:
    data = stored(TABLE, options=pa.ipc.IpcWriteOptions(compression=compression))
    found = list(read_arrow(io.BytesIO(data)))
    assert [record.line for record in found] == list(range(1, 301))
    assert found[299].value == {"n": 299, "messages": TURNS, "meta": "{}"}


@BOTH
def test_values_are_plain_when_their_type_is_not(stored: Callable[..., bytes]) -> None:
    turns = pa.ListArray.from_arrays([0, 1], pa.array(['{"role": "user"}'], pa.json_()))
    table = pa.table({"messages": turns})
    assert [f.value for f in read_arrow(io.BytesIO(stored(table)))] == [
        {"messages": [{"role": "user"}]}
    ]


@BOTH
def test_only_the_bad_row_is_set_aside_when_its_text_is_not_utf8(
    stored: Callable[..., bytes],
) -> None:
    binary = pa.array([b"a", b"\xff", b"c"])
    text = pa.StringArray.from_buffers(3, binary.buffers()[1], binary.buffers()[2])
    turns = pa.StructArray.from_arrays([text, pa.array([[1], [], None])], ["a", "b"])
    talks = pa.ListArray.from_arrays([0, 1, 2, 3], turns)
    found = list(read_arrow(io.BytesIO(stored(pa.table({"text": text, "talks": talks})))))
    assert [(f.line, f.reason) for f in found] == [(1, None), (2, "invalid_utf8"), (3, None)]


@pytest.mark.parametrize("size", [0, 1, 4, 7, 8, 100, 1000, -300, -20])
@BOTH
def test_reading_stops_when_the_file_is_cut_short(stored: Callable[..., bytes], size: int) -> None:
    with pytest.raises(Unreadable, match="Arrow data is broken behind record"):
        list(read_arrow(io.BytesIO(stored(TABLE)[:size])))


@pytest.mark.parametrize("junk", [b"ARROW1\0\0", b"{}\n", b"words " * 99, bytes(5000)])
def test_reading_stops_when_the_file_is_something_else(junk: bytes) -> None:
    with pytest.raises(Unreadable, match="broken behind record 0"):
        list(read_arrow(io.BytesIO(junk)))


SCRIPT = """
import io, random, sys
from clio_assets.sources.readers.arrow import read_arrow
from clio_assets.sources.readers.protocol import Unreadable
whole = open(sys.argv[1], "rb").read()
failed = 0
for seed in range(400):
    dice = random.Random(seed)
    data = bytearray(whole)
    for _ in range(dice.choice((1, 4, 30))):
        data[dice.randrange(len(data))] = dice.randrange(256)
    try:
        list(read_arrow(io.BytesIO(bytes(data))))
    except Unreadable:
        failed += 1
print(failed)
"""


@BOTH
def test_process_lives_when_bytes_are_damaged(tmp_path: Path, stored: Callable[..., bytes]) -> None:
    whole = tmp_path / "whole.arrow"
    dice = random.Random(3)
    words = [" ".join(dice.choices("abcdef", k=dice.randrange(9))) for _ in range(50)]
    table = pa.table({"n": range(50), "text": words, "turns": [[{"a": w}, None] for w in words]})
    whole.write_bytes(stored(table))
    command = [sys.executable, "-c", SCRIPT, str(whole)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert 0 < int(done.stdout) < 400
