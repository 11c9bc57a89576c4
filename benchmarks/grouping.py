"""Joining pieces to conversations, beside DuckDB's own aggregation of the same rows into lists.

    python benchmarks/grouping.py make FOLDER [--conversations 300000] [--files 50]
    python benchmarks/grouping.py compare FOLDER

`make` writes the pieces as rows of Parquet, shuffled over the files: of half of the conversations
each request repeats the history, of the others each piece holds what was new. `compare` times both
sides in turn, each in a process of its own that may use two threads, and prints seconds, rows a
second, peak memory and the ratio. Both read the same files and hand on every conversation; DuckDB
puts each conversation's rows into one list in the order of time, and decides nothing about them.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats.protocol import Piece
from clio_assets.sources.grouping.grouper import Grouper
from clio_assets.sources.grouping.rows import ROWS, group_of, row_of

_START = datetime(2026, 10, 1, tzinfo=UTC)
_AGGREGATED = """
    SELECT "group", min("at"), max("latest"), any_value("user"),
        list({'at': "at", 'count': "count", 'messages': messages} ORDER BY "at", "count")
    FROM read_parquet($files) GROUP BY "group"
"""


def make(folder: Path, conversations: int, files: int) -> None:
    """Write the pieces. Rows of a file come in no order, and from all over."""
    folder.mkdir(parents=True, exist_ok=True)
    random.seed(0)
    writers = [pq.ParquetWriter(folder / f"{n:03}.parquet", ROWS) for n in range(files)]
    waiting: list[list[tuple[object, ...]]] = [[] for _ in range(files)]
    rows = 0
    for number in range(conversations):
        for piece in _pieces(number):
            row = row_of(piece)
            row.group, row.told = group_of(row)
            place = random.randrange(files)
            waiting[place].append(row.as_tuple())
            rows += 1
            if len(waiting[place]) == 4_000:
                _write(writers[place], waiting[place])
                waiting[place] = []
    for writer, left in zip(writers, waiting, strict=True):
        _write(writer, left)
        writer.close()
    print(f"{rows:,} pieces of {conversations:,} conversations in {files} files")


def _pieces(number: int) -> Iterator[Piece]:
    kind = "cumulative" if number % 2 else "delta"
    said: list[Message] = []
    for turn in range(1 + (number * 7) % 13 if number % 20 else 4):
        new = [
            Message("user", f"question {turn} of {number}, which asks for something"),
            Message("assistant", f"answer {random.random()} " + "with more words " * 10),
        ]
        said = said + new if kind == "cumulative" else new
        yield Piece(
            kind,  # type: ignore[arg-type]  # one of the two
            tuple(said),
            conversation_id=f"conversation {number}",
            user_id=f"user {number % 9_973}",
            at=_START + timedelta(seconds=number % 500_000, minutes=turn),
        )


def _write(writer: pq.ParquetWriter, rows: list[tuple[object, ...]]) -> None:
    random.shuffle(rows)
    columns = zip(*rows, strict=True)
    arrays = [pa.array(c, field.type) for c, field in zip(columns, ROWS, strict=True)]
    writer.write_table(pa.Table.from_arrays(arrays, schema=ROWS))


def ours(folder: Path) -> int:
    """Join them; how many conversations there are."""
    grouper = Grouper(folder)
    for path in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(20_000):
                grouper.add_rows(pa.Table.from_batches([batch], ROWS))
    return sum(1 for _ in grouper.conversations())


def duckdb(folder: Path) -> int:
    """Aggregate them; how many conversations there are."""
    import duckdb as engine

    with engine.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
        files = [str(path) for path in sorted(folder.glob("*.parquet"))]
        result = connection.sql(_AGGREGATED, params={"files": files})
        return sum(batch.num_rows for batch in result.to_arrow_reader(20_000))


def compare(folder: Path, rounds: int) -> None:
    """Time both in turn and print what came out."""
    rows = sum(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
    best: dict[str, float] = {}
    for _ in range(rounds):
        for side in ("ours", "duckdb"):
            done = subprocess.run(
                [sys.executable, __file__, side, str(folder)],
                capture_output=True,
                text=True,
                check=True,
            )
            found = json.loads(done.stdout)
            best[side] = min(best.get(side, 1e9), found["seconds"])
            print(
                f"{side}: {found['seconds']:.1f} s, {rows / found['seconds']:,.0f} rows a second, "
                f"{found['conversations']:,} conversations, {found['peak_mb']:,.0f} MB"
            )
    print(f"speed against DuckDB's: {best['duckdb'] / best['ours']:.2f}")


def _timed(side: str, folder: Path) -> None:
    begun = time.perf_counter()
    conversations = {"ours": ours, "duckdb": duckdb}[side](folder)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"conversations": conversations, "seconds": seconds, "peak_mb": peak}))


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["make", "compare", "ours", "duckdb"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--conversations", type=int, default=300_000)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    if given.command == "make":
        make(given.folder, given.conversations, given.files)
    elif given.command == "compare":
        compare(given.folder, given.rounds)
    else:
        _timed(given.command, given.folder)


if __name__ == "__main__":
    main()
