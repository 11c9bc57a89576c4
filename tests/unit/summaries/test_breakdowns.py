from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.domain.facets import FacetDefinition
from clio_assets.facets.schema import DEFAULT_FACETS, FACETS
from clio_assets.ground.windows import WindowKind
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.maps.labels import labels_of
from clio_assets.summaries.breakdowns import (
    Counted,
    breakdown_cells,
    breakdowns_table,
)
from clio_assets.summaries.places import NO_ATOM, UNCLUSTERED, Places
from clio_assets.summaries.rounding import rounded_places
from clio_assets.summaries.schema import BREAKDOWNS
from privacy_checks.policy.model import PrivacyPolicy

OPEN = PrivacyPolicy(min_cell_conversations=1, min_cell_users=1, rounding=1)


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
    table = labels_of(facets(turns=[1]), DEFAULT_FACETS, "week")
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
    table = labels_of(facets(turns=turns), DEFAULT_FACETS, "all")
    assert table["turns"].to_pylist() == [
        None, "1", "2", "3-5", "3-5", "6-10", "6-10", "11+", "11+",
    ]  # fmt: skip


def test_attributes_write_flags_as_words() -> None:
    table = labels_of(facets(flagged=[True, False, None]), DEFAULT_FACETS, "all")
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
    found = labels_of(table, DEFAULT_FACETS, kind)["time"].to_pylist()
    assert found == [sunday, tuesday]


def test_attributes_include_facets_of_the_operator() -> None:
    mood = FacetDefinition("mood", "category", "?", values=("good", "bad"))
    table = facets(turns=[1, 1]).append_column("mood", [["good", "bad"]])
    assert labels_of(table, (*DEFAULT_FACETS, mood), "all")["mood"].to_pylist() == ["good", "bad"]


def cells(
    language: list[str | None], users: list[str], leaves: list[int]
) -> list[dict[str, object]]:
    """Cells of languages: place 1 holds leaves 0 and 1, in places 2 and 3; leaf -1 is in none."""
    rows = [f"c{at}" for at in range(len(language))]
    table = breakdown_cells(
        Engine(in_memory),
        {
            "attributes": pa.table(
                {
                    "conversation": rows,
                    "user": users,
                    "language": pa.array(language, pa.string()),
                }
            ),
            "population": pa.table(
                {
                    "facet": ["request"] * len(rows),
                    "conversation": rows,
                    "leaf": pa.array(leaves, pa.int32()),
                }
            ),
            "lines": pa.table(
                {
                    "facet": ["request"] * 7,
                    "leaf": pa.array([0, 0, 0, 1, 1, 1, -1], pa.int32()),
                    "place": pa.array([2, 1, 0, 3, 1, 0, 0], pa.int32()),
                }
            ),
        },
    )
    rows_found: list[dict[str, object]] = table.to_pylist()
    return rows_found


def test_breakdown_cells_count_conversations_and_distinct_users() -> None:
    found = cells(["en", "en", "es", "en"], ["u1", "u1", "u2", "u3"], [0, 0, 1, -1])
    counted = [(row["place"], row["value"], row["size"], row["users"]) for row in found]
    assert counted == [
        (0, "en", 3, 2),
        (1, "en", 2, 1),
        (2, "en", 2, 1),
        (0, "es", 1, 1),
        (1, "es", 1, 1),
        (3, "es", 1, 1),
    ]
    assert {(row["clustered_facet"], row["facet"]) for row in found} == {("request", "language")}


def test_breakdown_cells_count_unknown_values_apart() -> None:
    found = cells(["en", None, None], ["u1", "u2", "u2"], [0, 0, -1])
    counted = [(row["place"], row["value"], row["size"], row["users"]) for row in found]
    assert counted[3:] == [(0, None, 2, 1), (1, None, 1, 1), (2, None, 1, 1)]


def table(rows: list[tuple[int, str | None, int]], policy: PrivacyPolicy) -> list[dict[str, Any]]:
    """BREAKDOWNS of a window (place 0) with a cluster x (1) and others (2), exact without rounding.

    Cells have as many users as conversations.
    """
    columns = {
        "clustered_facet": ["request"] * len(rows),
        "place": [place for place, _, _ in rows],
        "facet": ["language"] * len(rows),
        "value": pa.array([value for _, value, _ in rows], pa.string()),
        "size": [size for _, _, size in rows],
        "users": [size for _, _, size in rows],
    }
    sizes = [sum(size for at, _, size in rows if at == place) for place in range(3)]
    places = Places(
        "request",
        [None, ("request", 0, 7), None],
        np.array([-1, 0, 0]),
        np.array([NO_ATOM, 7, UNCLUSTERED]),
        np.array([True, True, False]),
        np.array(sizes),
        np.array(sizes),
    )
    counted = Counted(places, rounded_places(places, "all", policy))
    found = breakdowns_table("all", pa.table(columns), [counted], policy)
    assert found.schema == BREAKDOWNS
    table_rows: list[dict[str, Any]] = found.to_pylist()
    return table_rows


SPOKEN = [
    (0, "en", 150),
    (0, "es", 50),
    (1, "en", 25),
    (1, "es", 25),
    (2, "en", 125),
    (2, "es", 25),
]


def test_breakdowns_table_gives_share_and_lift_over_the_window() -> None:
    found = table(SPOKEN, OPEN)
    assert [(r["cluster"], r["value"], r["size"], r["share"], r["lift"]) for r in found] == [
        (None, "en", 150, 0.75, 1.0),
        (None, "es", 50, 0.25, 1.0),
        ("all:request:0:7", "en", 25, 0.5, pytest.approx(2 / 3)),
        ("all:request:0:7", "es", 25, 0.5, 2.0),
    ]
    assert not any(row["suppressed"] for row in found)


def test_breakdowns_table_gives_quotients_of_rounded_numbers_when_it_rounds() -> None:
    found = table(SPOKEN, PrivacyPolicy(rounding=10, min_cell_conversations=10))
    assert all(row["size"] % 10 == 0 for row in found)
    by = {(row["cluster"], row["value"]): row for row in found}
    for cluster in (None, "all:request:0:7"):
        whole = sum(by[cluster, value]["size"] for value in ("en", "es"))
        for value in ("en", "es"):
            share = by[cluster, value]["size"] / whole
            assert by[cluster, value]["share"] == share
            assert by[cluster, value]["lift"] == share / by[None, value]["share"]


def test_breakdowns_table_shows_no_number_of_a_suppressed_cell() -> None:
    rows = [(0, "en", 150), (0, "es", 54), (1, "en", 46), (1, "es", 4), (2, "en", 104)]
    found = table([*rows, (2, "es", 50)], PrivacyPolicy(rounding=1))
    assert [row["suppressed"] for row in found] == [False, False, True, True]
    for row in found:
        numbers = [row["size"], row["share"], row["lift"]]
        assert (numbers == [None] * 3) == row["suppressed"]
        assert row["suppressed"] or None not in numbers


def test_breakdowns_table_has_a_row_when_a_shown_value_does_not_occur_in_a_place() -> None:
    rows = [(0, "en", 150), (0, "es", 50), (1, "en", 50), (2, "en", 100), (2, "es", 50)]
    found = table(rows, PrivacyPolicy(rounding=1))
    absent = [row for row in found if row["cluster"] and row["value"] == "es"]
    assert [(row["suppressed"], row["size"]) for row in absent] == [(True, None)]


def test_breakdowns_table_does_not_name_a_value_when_the_window_hides_it() -> None:
    rows = [(0, "en", 150), (0, "es", 50), (0, "cy", 3), (0, None, 60)]
    found = table([*rows, *((2, value, size) for _, value, size in rows)], PrivacyPolicy())
    assert {row["value"] for row in found} == {"en", "es"}
