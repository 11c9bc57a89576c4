"""The shipped deploy/dagster.yaml on a real PostgreSQL, which goes away and comes back."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus

from clio_assets.definitions import build_definitions, build_workbench
from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.run.instance import check_instance
from clio_assets.run.steps.origin import origin_of
from tests.deploy.cluster import Cluster, binaries, running

PROGRAMS = binaries()
SHIPPED = Path(__file__).parents[2] / "deploy" / "dagster.yaml"
LANDING = dg.AssetKey(["clio", "landing"])

pytestmark = pytest.mark.skipif(
    PROGRAMS is None, reason="PostgreSQL's initdb and pg_ctl are not installed"
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    assert PROGRAMS is not None
    with running(PROGRAMS) as made:
        yield made


@pytest.fixture
def instance_folder(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in cluster.variables.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "dagster"
    folder.mkdir()
    shutil.copy(SHIPPED, folder)
    return folder


@pytest.fixture
def instance(instance_folder: Path) -> Iterator[DagsterInstance]:
    check_instance(instance_folder)
    with DagsterInstance.from_config(str(instance_folder)) as found:
        yield found


@pytest.fixture
def landing(tmp_path: Path) -> dg.JobDefinition:
    """The platform's own job over a source with one conversation."""
    home = Home(tmp_path / "home")
    home.prepare()
    source = tmp_path / "source.jsonl"
    record = {
        "conversation_id": "c-1",
        "user_id": "u-1",
        "started_at": "2026-09-28T10:00:00Z",
        "messages": [
            {"role": "user", "content": "How do I prune a pear tree?"},
            {"role": "assistant", "content": "In winter, above a bud."},
        ],
    }
    source.write_text(json.dumps(record) + "\n")
    bench = build_workbench(home)
    bench.add_source(SourceSettings(paths=(str(source),), settle_seconds=0))
    job: dg.JobDefinition = build_definitions(bench).resolve_job_def("landing")
    return job


def test_runs_events_and_the_queue_are_kept_when_postgresql_was_away(
    cluster: Cluster, instance: DagsterInstance, landing: dg.JobDefinition
) -> None:
    first = landing.execute_in_process(instance=instance)
    assert first.success
    queued = instance.create_run_for_job(
        landing, status=DagsterRunStatus.QUEUED, remote_job_origin=origin_of(landing)
    )

    cluster.stop()
    with pytest.raises(Exception, match="too many retries for DB connection"):
        landing.execute_in_process(instance=instance)
    cluster.start()

    (kept,) = instance.fetch_materializations(LANDING, limit=10).records
    assert kept.run_id == first.run_id
    assert [run.run_id for run in instance.get_runs(_with(DagsterRunStatus.QUEUED))] == [
        queued.run_id
    ]
    again = landing.execute_in_process(instance=instance)
    assert again.success
    assert len(instance.fetch_materializations(LANDING, limit=10).records) == 2


def _with(status: DagsterRunStatus) -> dg.RunsFilter:
    return dg.RunsFilter(statuses=[status])


def test_run_goes_on_when_postgresql_restarts_between_two_of_its_events(
    cluster: Cluster, instance: DagsterInstance
) -> None:
    @dg.op
    def restart() -> None:
        cluster.stop()
        threading.Timer(1.5, cluster.start).start()

    @dg.job(executor_def=dg.in_process_executor)
    def job() -> None:
        restart()

    result = job.execute_in_process(instance=instance)
    assert result.success
    ended = instance.get_records_for_run(result.run_id, of_type=DagsterEventType.RUN_SUCCESS)
    assert len(ended.records) == 1


def test_event_is_announced_to_who_watches_when_it_is_stored(
    instance: DagsterInstance, landing: dg.JobDefinition
) -> None:
    """NOTIFY, which only one of PostgreSQL's drivers takes as Dagster writes it."""
    run, told = instance.create_run_for_job(landing), threading.Event()
    instance.watch_event_logs(run.run_id, None, lambda *_: told.set())
    instance.report_engine_event("begun", run)
    assert told.wait(20)


def test_storage_does_not_open_when_the_scheme_is_plain(instance_folder: Path) -> None:
    """Why `check_storage` refuses it; once this passes, it need not."""
    file = instance_folder / "dagster.yaml"
    configuration = yaml.safe_load(file.read_text())
    configuration["storage"]["postgres"]["postgres_db"]["scheme"] = "postgresql"
    file.write_text(yaml.safe_dump(configuration))
    with (
        pytest.raises(ModuleNotFoundError, match="psycopg"),
        DagsterInstance.from_config(str(instance_folder)) as found,
    ):
        found.get_runs(limit=1)
