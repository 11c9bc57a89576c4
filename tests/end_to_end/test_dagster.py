"""The same map through Dagster: a real webserver and daemon, a backfill over GraphQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import published
from tests.end_to_end.dagster_server import DAILY, WINDOW, Dagster, serving
from tests.end_to_end.few_days import DAYS


@pytest.fixture(scope="module")
def dagster_home(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new home that knows its source from clio.toml alone."""
    home = tmp_path_factory.mktemp("dagster") / "home"
    home.mkdir()
    (home / "clio.toml").write_text(f'window = "week"\n[source]\npaths = ["{few}"]\n')
    return home


@pytest.fixture(scope="module")
def dagster(dagster_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    with serving(dagster_home, tmp_path_factory.mktemp("log") / "dagster.txt") as client:
        yield client


@pytest.fixture(scope="module")
def filled_home(dagster: Dagster, dagster_home: Path, few_home: Path) -> Path:
    """The home after a backfill of all days, then one of the windows that hold data."""
    with_data = {row[0] for row in published(few_home)["windows"]}  # type: ignore[index]
    assert len(with_data) == 2
    assert set(DAYS) <= set(dagster.partitions("conversations"))
    assert dagster.backfill(DAILY, sorted(DAYS)).status == "COMPLETED_SUCCESS"
    assert dagster.backfill(WINDOW, sorted(with_data)).status == "COMPLETED_SUCCESS"
    return dagster_home


@pytest.mark.timeout(600)
def test_backfill_publishes_the_same_rows_as_clio_run_when_days_and_windows_are_filled(
    filled_home: Path, few_home: Path
) -> None:
    assert published(filled_home) == published(few_home)
