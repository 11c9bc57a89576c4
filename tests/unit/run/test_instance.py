"""An operator's own DAGSTER_HOME: respected, and refused where usage would be reported."""

from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.instance.config import PoolGranularity

from clio_assets.definitions import defs
from clio_assets.errors import UsageError
from clio_assets.run.instance import check_instance, prepare_instance, write_workspace

ROOT = Path(__file__).parents[3]


def test_instance_is_accepted_when_it_has_the_shipped_configuration(tmp_path: Path) -> None:
    prepare_instance(tmp_path / "dagster")
    check_instance(tmp_path / "dagster")


def test_own_configuration_is_kept_when_an_instance_is_prepared(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    prepare_instance(tmp_path)
    assert (tmp_path / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        (None, "`cp "),
        ("", "set `telemetry: {enabled: false}`"),
        ("telemetry: {enabled: true}", "set `telemetry: {enabled: false}`"),
        ("telemetry:", "set `telemetry: {enabled: false}`"),
        ("telemetry: {enabled: false}", "max_concurrent_runs"),
        ("[", "not valid YAML"),
    ],
    ids=["absent", "empty", "telemetry on", "telemetry empty", "no limit", "no YAML"],
)
def test_instance_is_refused_with_the_line_to_type_when_it_is_set_up_otherwise(
    tmp_path: Path, configuration: str | None, said: str
) -> None:
    if configuration is not None:
        (tmp_path / "dagster.yaml").write_text(configuration)
    with pytest.raises(UsageError, match=said.replace("{", r"\{")):
        check_instance(tmp_path)


def test_code_location_is_refused_when_dagster_home_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("CLIO_HOME", str(tmp_path / "home"))
    with pytest.raises(UsageError, match="telemetry is on"):
        defs()


def test_code_location_has_one_name_wherever_it_is_named(tmp_path: Path) -> None:
    import tomllib

    written = yaml.safe_load(write_workspace(tmp_path).read_text())
    assert written == yaml.safe_load((ROOT / "workspace.yaml").read_text())
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dagster"]
    (location,) = written["load_from"]
    assert tool == {
        "module_name": location["python_module"]["module_name"],
        "code_location_name": location["python_module"]["location_name"],
    }


def test_lost_processes_are_tried_again_and_refusals_are_not_when_the_instance_is_the_shipped_one(
    tmp_path: Path,
) -> None:
    prepare_instance(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.run_retries_enabled
        assert instance.run_retries_max_retries == 2
        assert not instance.run_retries_retry_on_asset_or_op_failure
        pools = instance.get_concurrency_config().pool_config
        assert (pools.pool_granularity, pools.default_pool_limit) == (PoolGranularity.OP, 1)
