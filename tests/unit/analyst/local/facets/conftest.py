"""Real conversations, where they are there."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).parents[6] / "shared" / "data"


@pytest.fixture(scope="session")
def user_turns_of() -> Callable[[str, int], list[list[str]]]:
    """User turns of every n-th conversation of a public data set; skips where it is absent."""

    def read(name: str, every: int) -> list[list[str]]:
        found = sorted(DATA.glob(f"{name}*.jsonl.gz"))
        if not found:
            pytest.skip(f"the data set {name} is not in ../shared/data")
        with gzip.open(found[0], "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for at, line in enumerate(lines) if at % every == 0]
        return [
            [m["content"] for m in r.get("messages") or r["conversation"] if m["role"] == "user"]
            for r in records
        ]

    return read
