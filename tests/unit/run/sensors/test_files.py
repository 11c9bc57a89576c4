"""The sensor of source files, evaluated as by Dagster's daemon."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from clio_assets.definitions import build_workbench
from clio_assets.home.home import Home
from clio_assets.run.sensors.files import build_file_sensor
from tests.fakes.days import home_of_days


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as found:
        yield found


def test_landing_is_asked_for_once_when_files_change(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    settings = f'[source]\npaths = ["{folder}/*.jsonl"]\nsettle_seconds = 0\n'
    home = home_of_days(tmp_path / "home", [], settings=settings).home
    sensor = build_file_sensor(lambda: build_workbench(Home(home.path)))
    cursor = None

    def asked() -> tuple[int, str]:
        nonlocal cursor
        with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
            found = sensor.evaluate_tick(context)
        cursor = found.cursor
        return len(found.run_requests or []), found.skip_message or ""

    assert asked() == (
        0,
        "files: 0 new, 0 changed, 0 gone, 0 still written to; 1 sources out of reach",
    )
    file = folder / "mallory-says-hello.jsonl"
    file.write_text("{}\n")
    assert asked()[0] == 1
    requests, skips = asked()  # what was asked for did not bring it in
    assert requests == 0
    assert skips.startswith("asked for already; files: 1 new")
    assert "mallory" not in skips
    file.write_text("{}\n{}\n")
    running = create_run_for_test(instance, job_name="landing", status=dg.DagsterRunStatus.STARTED)
    assert asked()[1].startswith("a landing is under way")
    instance.delete_run(running.run_id)
    assert asked()[0] == 1
