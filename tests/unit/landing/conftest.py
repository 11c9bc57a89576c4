"""A sink that remembers, and small sources."""

import pyarrow as pa
import pytest

from tests.fakes.records import jsonl, plain

__all__ = ["jsonl", "plain"]


class RecordingSink:
    """Keeps what is appended to each table, piece by piece."""

    def __init__(self) -> None:
        self.pieces: dict[str, list[pa.Table]] = {}

    def append(self, table: str, rows: pa.Table) -> None:
        self.pieces.setdefault(table, []).append(rows)

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {name: pa.concat_tables(pieces) for name, pieces in self.pieces.items()}


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()
