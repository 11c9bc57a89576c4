"""PostgreSQL is reached by the driver that Dagster's storage is written for, or not at all."""

from pathlib import Path

import pytest
import yaml

from clio_assets.errors import UsageError
from clio_assets.run.instance import check_instance

REST = {"telemetry": {"enabled": False}, "concurrency": {"runs": {"max_concurrent_runs": 2}}}
SCHEME = {"scheme": "postgresql+psycopg2"}


def three(config: object) -> dict[str, object]:
    module = "dagster_postgres.event_log"
    return {"event_log_storage": {"module": module, "class": "X", "config": config}}


@pytest.mark.parametrize(
    "storage",
    [
        {"storage": {"postgres": {"postgres_db": {"hostname": "db"}}}},
        {"storage": {"postgres": {"postgres_db": {"hostname": "db", "scheme": "postgresql"}}}},
        {"storage": {"postgres": {"postgres_url": "postgresql://clio:secret-7@db/dagster"}}},
        {"storage": {"postgres": {"postgres_url": "postgresql+psycopg://clio@db/dagster"}}},
        three({"postgres_db": {"hostname": "db"}}),
    ],
    ids=["no scheme", "plain scheme", "plain URL", "psycopg 3", "three storages"],
)
def test_instance_is_refused_when_its_postgresql_has_another_driver(
    tmp_path: Path, storage: dict[str, object]
) -> None:
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({**REST, **storage}))
    with pytest.raises(UsageError, match=r"postgresql\+psycopg2") as caught:
        check_instance(tmp_path)
    assert "secret-7" not in str(caught.value)


@pytest.mark.parametrize(
    "storage",
    [
        {},
        {"storage": None},
        {"storage": {"sqlite": {"base_dir": "x"}}},
        {"storage": {"postgres": {"postgres_db": {"hostname": "db", **SCHEME}}}},
        {"storage": {"postgres": {"postgres_url": "postgresql+psycopg2://clio@db/dagster"}}},
        {"storage": {"postgres": {"postgres_url": {"env": "A_VARIABLE"}}}},
        three({"postgres_db": {"hostname": "db", **SCHEME}}),
    ],
)
def test_instance_is_accepted_when_its_storage_can_work(
    tmp_path: Path, storage: dict[str, object]
) -> None:
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({**REST, **storage}))
    check_instance(tmp_path)
