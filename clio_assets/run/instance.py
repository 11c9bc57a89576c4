"""Dagster's instance folder: its dagster.yaml, and the workspace that names the code location."""

import shutil
from pathlib import Path
from typing import Any, Final

import yaml

import clio_assets
from clio_assets.errors import UsageError
from clio_assets.ground.files import write_whole
from clio_assets.run.storage import check_storage

CONFIGURATION: Final = "dagster.yaml"
#: As in the checkout's workspace.yaml, for an installed package.
_WORKSPACE: Final = """load_from:
  - python_module:
      module_name: clio_assets.definitions
      location_name: clio
"""


def shipped_configuration() -> Path:
    """The dagster.yaml that comes with the platform."""
    package = Path(clio_assets.__file__).parent
    beside = package.parent / CONFIGURATION
    return beside if beside.exists() else package / CONFIGURATION


def prepare_instance(folder: Path) -> None:
    """Give a home's own instance folder the platform's configuration, where it has none."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CONFIGURATION).exists():
        shutil.copyfile(shipped_configuration(), folder / CONFIGURATION)


def check_instance(folder: Path) -> None:
    """Refuse an instance that would report usage to Dagster's makers, runs without a limit, or
    cannot work with its PostgreSQL.

    A new DAGSTER_HOME has no dagster.yaml, and Dagster reads none of the checkout's then.
    """
    file = folder / CONFIGURATION
    found: Any = None
    if file.exists():
        try:
            found = yaml.safe_load(file.read_text("utf-8"))
        except yaml.YAMLError:
            raise UsageError(f"{file} is not valid YAML; mend it, then run again") from None
    found = found if isinstance(found, dict) else {}
    telemetry = found.get("telemetry")
    if not isinstance(telemetry, dict) or telemetry.get("enabled") is not False:
        raise UsageError(
            f"Dagster's telemetry is on in {folder}: "
            + (
                "set `telemetry: {enabled: false}` in its dagster.yaml"
                if file.exists()
                else f"`cp {shipped_configuration()} {file}`"
            )
        )
    runs = (found.get("concurrency") or {}).get("runs") or found.get("run_queue") or {}
    if "max_concurrent_runs" not in runs:
        raise UsageError(
            f"no limit of runs at a time is set in {file}, and each run loads models: add "
            "`concurrency: {runs: {max_concurrent_runs: 2}}`"
        )
    check_storage(found, file)


def write_workspace(folder: Path) -> Path:
    """A workspace.yaml that names the code location as the checkout's does; its path."""
    file = folder / "workspace.yaml"
    write_whole(file, _WORKSPACE.encode())
    return file
