"""The check that says whether days and windows are there when they should be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from clio_assets.definitions import build_definitions
from clio_assets.run.jobs import ON_TIME
from clio_assets.run.sensors import on_time
from tests.fakes.days import home_of_days, make_day, make_window

TODAY = datetime.now(UTC).date()
#: The Monday two weeks before this one: over, with grace, whatever day it is.
MONDAY = TODAY - timedelta(days=TODAY.weekday() + 14)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def test_checks_say_what_is_overdue_and_tell_the_webhook_when_they_are_run(
    tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(on_time, "send", lambda _, notice: told.append(notice) or "sent")
    yesterday = TODAY - timedelta(days=1)
    bench = home_of_days(tmp_path / "home", [MONDAY, yesterday])
    make_day(bench, MONDAY)
    job = build_definitions(bench).resolve_job_def(ON_TIME)

    def overdue() -> dict[str, tuple[bool, Any]]:
        result = job.execute_in_process(instance=instance)
        return {
            one.asset_key.path[-1]: (one.passed, one.metadata["first"].value)
            for one in result.get_asset_check_evaluations()
        }

    assert overdue() == {
        "embeddings": (False, yesterday.isoformat()),
        "release": (False, MONDAY.isoformat()),
    }
    assert {(one.job, one.partitions) for one in told} == {
        ("daily", (yesterday.isoformat(),)),
        ("window", (MONDAY.isoformat(),)),
    }
    make_day(bench, yesterday)
    make_window(bench, MONDAY.isoformat())
    assert overdue() == {"embeddings": (True, "none"), "release": (True, "none")}
    assert len(told) == 2


def test_checks_stand_beside_the_gates_and_in_no_job_of_theirs_when_they_are_built(
    tmp_path: Path,
) -> None:
    definitions = build_definitions(home_of_days(tmp_path / "home", []))
    for job in ("daily", "window"):
        selected = definitions.resolve_job_def(job).asset_layer.asset_graph.asset_check_keys
        names = {key.name for key in selected}
        assert "columns" in names
        assert ON_TIME not in names
    checks: Any = definitions.asset_checks
    assert all(not spec.blocking for check in checks for spec in check.check_specs)
