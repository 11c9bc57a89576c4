"""Small sources in files, and well-formed records to fill them with."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., str]:
    """Writes records (or raw lines) to a file and gives its path."""

    def write(records: Sequence[object], name: str = "source.jsonl") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            r
            if isinstance(r, bytes)
            else r.encode()
            if isinstance(r, str)
            else json.dumps(r).encode()
            for r in records
        ]
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return str(path)

    return write


@pytest.fixture
def plain() -> Callable[..., dict[str, object]]:
    """A well-formed plain record; keywords replace its fields."""

    def record(number: int = 0, **fields: object) -> dict[str, object]:
        return {
            "conversation_id": f"c{number}",
            "user_id": f"u{number}",
            "started_at": "2026-03-01T10:00:00Z",
            "messages": [{"role": "user", "content": f"question {number}"}],
        } | fields

    return record
