"""What Dagster is told of numbers, as closely as the operator wants."""

from types import SimpleNamespace
from typing import Any

import dagster as dg
import numpy as np
import pytest

from clio_assets.home.dagster_settings import Counts, DagsterSettings
from clio_assets.home.settings import Settings
from clio_assets.lake.records import Check
from clio_assets.run.outcomes import Outcome
from clio_assets.run.steps.amounts import told
from clio_assets.run.steps.landing import landing_materialized
from clio_assets.run.steps.step import _judged

METADATA = {
    "rows_in": 1234,
    "few": 3,
    "of_numpy": np.int64(17),
    "share": 0.4567,
    "by_reason": dg.MetadataValue.json({"duplicate": 26, "of": {"bots": 14}}),
    "of_dagster": dg.MetadataValue.int(55),
    "listed": [1, 2],
    "unknown": object(),
    "digest": "ab12",
    "unchanged": True,
    "explorer": dg.MetadataValue.url("https://clio.example/#window=all"),
}
KEPT = {name: METADATA[name] for name in ("digest", "unchanged", "explorer")}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ("exact", METADATA),
        (
            "rounded",
            {
                "rows_in": 1230,
                "few": 0,
                "of_numpy": 20,
                "share": 0.5,
                "by_reason": dg.MetadataValue.json({"duplicate": 30, "of": {"bots": 10}}),
                "of_dagster": 60,
                **KEPT,
            },
        ),
        ("none", KEPT),
    ],
)
def test_numbers_are_told_as_closely_as_wanted_when_metadata_is_made(
    counts: Counts, expected: dict[str, Any]
) -> None:
    assert told(METADATA, counts) == expected


@pytest.mark.parametrize(("counts", "expected"), [("exact", {"quarantined": 4}), ("none", {})])
def test_numbers_of_a_rule_are_told_as_closely_as_wanted_when_its_gate_has_spoken(
    counts: Counts, expected: dict[str, int]
) -> None:
    check = Check(check="quarantine", passed=False, numbers={"quarantined": 4})
    outcome = Outcome("facets", "2026-09-28", "refused", checks=(check,))
    judged = _judged(dg.AssetKey("facets"), "2026-09-28", outcome, counts)
    assert judged.rules == {"quarantine": (False, expected)}


@pytest.mark.parametrize(("counts", "told_of"), [("exact", True), ("none", False)])
def test_landing_tells_its_records_as_closely_as_wanted_when_it_is_materialized(
    counts: Counts, told_of: bool
) -> None:
    settings = Settings(dagster=DagsterSettings(counts=counts))
    lake = SimpleNamespace(landed=list)
    bench: Any = SimpleNamespace(settings=settings, lake=lake)
    materialized = landing_materialized(bench, dg.AssetKey("landing"))
    assert ("records" in materialized.metadata) == told_of
    assert "content_digest" in materialized.metadata
