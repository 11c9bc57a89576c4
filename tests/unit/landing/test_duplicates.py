from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.lake.engine import Engine, in_memory
from clio_assets.landing.duplicates import find_duplicates
from clio_assets.landing.schema import LANDED_INDEX

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
INDEX = LANDED_INDEX.append(pa.field("source", pa.string(), nullable=False))
Place = tuple[str, int, int]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(in_memory)


def row(place: Place, day: int, conversation: int, content: int, latest: int) -> dict[str, Any]:
    source, file, line = place
    return {
        "source": source,
        "file": file,
        "line": line,
        "day": (START + timedelta(days=day)).date(),
        "conversation_digest": conversation.to_bytes(16, "big"),
        "content_digest": content.to_bytes(16, "big"),
        "latest_at": START + timedelta(days=latest),
    }


def left_out(engine: Engine, rows: Sequence[dict[str, Any]]) -> dict[Place, str]:
    """What is left out, each record of its own day."""
    days = {(r["source"], r["file"], r["line"]): r["day"] for r in rows}
    found: dict[Place, str] = {}
    for r in find_duplicates(engine, pa.Table.from_pylist(list(rows), INDEX)).to_pylist():
        place = (r["source"], r["file"], r["line"])
        assert place not in found
        assert r["day"] == days[place]
        found[place] = r["reason"]
    return found


A, B, C = ("s1", 1, 1), ("s1", 1, 2), ("s1", 2, 1)
OTHER = ("s2", 1, 1)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0, 1, 1, 0), row(B, 0, 2, 2, 0)], {}),
        ([row(A, 0, 1, 1, 0), row(B, 0, 2, 1, 0)], {B: "exact_duplicate"}),
        ([row(A, 0, 1, 1, 5), row(B, 0, 2, 1, 0)], {A: "exact_duplicate"}),
        ([row(A, 1, 1, 1, 1), row(B, 0, 2, 1, 0)], {A: "exact_duplicate"}),
        ([row(A, 0, 1, 1, 0), row(OTHER, 0, 2, 1, 0)], {OTHER: "exact_duplicate"}),
        ([row(A, 0, 1, 1, 0), row(B, 0, 1, 2, 0)], {A: "superseded"}),
        ([row(A, 0, 1, 1, 3), row(B, 0, 1, 2, 0)], {B: "superseded"}),
        ([row(A, 0, 1, 1, 0), row(B, 3, 1, 2, 3)], {A: "superseded"}),
        ([row(A, 0, 1, 1, 0), row(C, 0, 1, 1, 0)], {A: "superseded"}),
        ([row(C, 0, 1, 1, 0), row(OTHER, 0, 1, 1, 0)], {C: "superseded"}),
        # A equals B, but A was superseded by C: B is the only one of its kind left
        (
            [row(A, 0, 1, 1, 0), row(B, 1, 2, 1, 1), row(C, 2, 1, 2, 2)],
            {A: "superseded"},
        ),
        # the newest record of each conversation is the same text: one of them stays
        (
            [row(A, 0, 1, 9, 0), row(B, 1, 1, 1, 1), row(C, 2, 2, 1, 2)],
            {A: "superseded", C: "exact_duplicate"},
        ),
    ],
)  # fmt: skip
def test_one_record_stays_when_records_repeat(
    engine: Engine, rows: list[dict[str, Any]], expected: dict[Place, str]
) -> None:
    assert left_out(engine, rows) == expected


def test_nothing_is_left_out_when_nothing_is_landed(engine: Engine) -> None:
    found = find_duplicates(engine, INDEX.empty_table())
    assert found.num_rows == 0
    assert found.column_names == ["day", "source", "file", "line", "reason"]


def kept_by_rule(rows: Sequence[dict[str, Any]]) -> set[Place]:
    """The two rules in plain words."""

    def place(r: dict[str, Any]) -> Place:
        return r["source"], r["file"], r["line"]

    conversations, contents = defaultdict(list), defaultdict(list)
    for r in rows:
        conversations[r["conversation_digest"]].append(r)
    for group in conversations.values():
        newest = max(group, key=lambda r: (r["latest_at"], *place(r)))
        contents[newest["content_digest"]].append(newest)
    oldest = (min(group, key=lambda r: (r["latest_at"], *place(r))) for group in contents.values())
    return {place(r) for r in oldest}


few = st.integers(0, 3)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["s1", "s2"]), st.integers(1, 2), st.integers(1, 6)),
        st.tuples(few, few, few, few),
        min_size=1,
        max_size=14,
    )
)
def test_every_set_of_repeats_keeps_exactly_one_when_both_rules_meet(
    found: dict[Place, tuple[int, int, int, int]],
) -> None:
    rows = [row(place, *numbers) for place, numbers in found.items()]
    left = left_out(Engine(in_memory), rows)
    assert set(found) - set(left) == kept_by_rule(rows)
