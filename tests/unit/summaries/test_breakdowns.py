from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from clio_assets.facets.schema import DEFAULT_FACETS, FACETS, FacetDefinition
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.summaries.breakdowns import (
    Placed,
    attributes,
    breakdown_cells,
    breakdowns_table,
)
from clio_assets.summaries.schema import BREAKDOWNS
from clio_assets.windows import WindowKind
from privacy_checks.policy import PrivacyPolicy

OPEN = PrivacyPolicy(min_cell_conversations=1, min_cell_users=1)


def facets(**columns: list[object]) -> pa.Table:
    """FACETS with some columns given, `c0`, `c1`... by `u0`, `u1`... on a Monday by default."""
    rows = len(next(iter(columns.values())))
    default: dict[str, list[object]] = {
        "conversation": [f"c{at}" for at in range(rows)],
        "user": [f"u{at}" for at in range(rows)],
        "started_at": [datetime(2026, 9, 28, tzinfo=UTC)] * rows,
        "flagged": [None] * rows,
        "request": ["ask"] * rows,
        "task": ["tell"] * rows,
        "language": ["English"] * rows,
        "concern": [1] * rows,
        "turns": [1] * rows,
    }
    return pa.table({**default, **columns}, schema=FACETS)


def test_attributes_are_the_categorical_and_numeric_facets_and_the_time() -> None:
    table = attributes(facets(turns=[1]), DEFAULT_FACETS, "week")
    assert table.column_names == [
        "conversation",
        "user",
        "language",
        "concern",
        "turns",
        "flagged",
        "time",
    ]
    assert table.to_pylist() == [
        {
            "conversation": "c0",
            "user": "u0",
            "language": "English",
            "concern": "1",
            "turns": "1",
            "flagged": None,
            "time": "2026-09-28",
        }
    ]


def test_attributes_put_turns_in_buckets_and_leave_none_out() -> None:
    turns = [0, 1, 2, 3, 5, 6, 10, 11, 99]
    table = attributes(facets(turns=turns), DEFAULT_FACETS, "all")
    assert table["turns"].to_pylist() == [
        None, "1", "2", "3-5", "3-5", "6-10", "6-10", "11+", "11+",
    ]  # fmt: skip


def test_attributes_write_flags_as_words() -> None:
    table = attributes(facets(flagged=[True, False, None]), DEFAULT_FACETS, "all")
    assert table["flagged"].to_pylist() == ["true", "false", None]


@pytest.mark.parametrize(
    ("kind", "sunday", "tuesday"),
    [
        ("day", "2026-10-04", "2026-10-06"),
        ("week", "2026-10-04", "2026-10-06"),
        ("month", "2026-09-28", "2026-10-05"),
        ("all", "2026-09-28", "2026-10-05"),
    ],
)
def test_attributes_tell_time_by_the_kind_of_window(
    kind: WindowKind, sunday: str, tuesday: str
) -> None:
    late = datetime(2026, 10, 4, 23, 59, 59, tzinfo=UTC)
    table = facets(started_at=[late, late + timedelta(days=1, hours=1)])
    found = attributes(table, DEFAULT_FACETS, kind)["time"].to_pylist()
    assert found == [sunday, tuesday]


def test_attributes_include_facets_of_the_operator() -> None:
    mood = FacetDefinition("mood", "category", "?", values=("good", "bad"))
    table = facets(turns=[1, 1]).append_column("mood", [["good", "bad"]])
    assert attributes(table, (*DEFAULT_FACETS, mood), "all")["mood"].to_pylist() == ["good", "bad"]


def cells(
    language: list[str], users: list[str], leaves: list[int | None]
) -> list[dict[str, object]]:
    """Cells of languages: leaves 0 and 1 below a parent, of which leaf 1 is not published."""
    rows = [f"c{at}" for at in range(len(language))]
    kept = [(name, leaf) for name, leaf in zip(rows, leaves, strict=True) if leaf is not None]
    table = breakdown_cells(
        Engine(in_memory),
        {
            "attributes": pa.table({"conversation": rows, "user": users, "language": language}),
            "population": pa.table({"facet": ["request"] * len(rows), "conversation": rows}),
            "members": pa.table(
                {
                    "facet": pa.repeat("request", len(kept)),
                    "cluster": pa.array([leaf for _, leaf in kept], pa.int32()),
                    "conversation": pa.array([name for name, _ in kept], pa.string()),
                }
            ),
            "ancestry": pa.table(
                {
                    "facet": ["request"] * 3,
                    "leaf": pa.array([0, 0, 1], pa.int32()),
                    "cluster": ["leaf0", "top", "top"],
                }
            ),
        },
    )
    rows_found: list[dict[str, object]] = table.to_pylist()
    return rows_found


def test_breakdown_cells_count_conversations_and_distinct_users() -> None:
    found = cells(["en", "en", "es", "en"], ["u1", "u1", "u2", "u3"], [0, 0, 1, None])
    counted = [(row["cluster"], row["value"], row["size"], row["users"]) for row in found]
    assert counted == [
        (None, "en", 3, 2),
        (None, "es", 1, 1),
        ("leaf0", "en", 2, 1),
        ("top", "en", 2, 1),
        ("top", "es", 1, 1),
    ]
    assert {(row["clustered_facet"], row["facet"]) for row in found} == {("request", "language")}


def test_breakdown_cells_are_of_the_window_alone_when_nothing_was_clustered() -> None:
    found = cells(["en", "es"], ["u1", "u2"], [None, None])
    assert [(row["cluster"], row["value"]) for row in found] == [(None, "en"), (None, "es")]


def table(rows: list[tuple[str | None, str, int]], policy: PrivacyPolicy) -> pa.Table:
    """BREAKDOWNS of cells with as many users as conversations; window 200, cluster x 50."""
    cells = [
        {
            "clustered_facet": "request",
            "cluster": cluster,
            "facet": "language",
            "value": value,
            "size": size,
            "users": size,
        }
        for cluster, value, size in rows
    ]
    places = [Placed("request", None, None, 200), Placed("request", "x", None, 50)]
    return breakdowns_table("all", pa.Table.from_pylist(cells), places, policy)


def test_breakdowns_table_gives_share_and_lift_over_the_window() -> None:
    rows = [(None, "en", 150), (None, "es", 50), ("x", "en", 25), ("x", "es", 25)]
    found = table(rows, OPEN)
    assert found.schema == BREAKDOWNS
    assert [
        (r["cluster"], r["value"], r["size"], r["share"], r["lift"]) for r in found.to_pylist()
    ] == [
        (None, "en", 150, 0.75, 1.0),
        (None, "es", 50, 0.25, 1.0),
        ("x", "en", 25, 0.5, pytest.approx(2 / 3)),
        ("x", "es", 25, 0.5, 2.0),
    ]
    assert not any(found["suppressed"].to_pylist())


def test_breakdowns_table_shows_no_number_of_a_suppressed_cell() -> None:
    rows = [(None, "en", 150), (None, "es", 50), ("x", "en", 46), ("x", "es", 4)]
    found = table(rows, PrivacyPolicy()).to_pylist()
    assert [row["suppressed"] for row in found] == [False, False, True, True]
    for row in found:
        numbers = [row["size"], row["share"], row["lift"]]
        assert (numbers == [None] * 3) == row["suppressed"]
        assert row["suppressed"] or None not in numbers
