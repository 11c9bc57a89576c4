"""What is around the home: Dagster's settings, the embedding model, other runs, the disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from clio_assets.doctor.finding import Finding
from clio_assets.errors import HomeError
from clio_assets.home.home import Home

#: Below this a run of some size may not end.
LOW_SPACE = 2 * 1024**3


def dagster(home: Home) -> Iterator[Finding]:
    """Dagster reports to nobody."""
    import yaml

    path = home.dagster / "dagster.yaml"
    if not path.exists():
        yield Finding(
            "note", "Dagster has no settings here yet", "the first `clio run` writes them"
        )
        return
    try:
        settings = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        yield Finding(
            "error", "dagster/dagster.yaml is not valid YAML", "delete it; `clio run` writes it"
        )
        return
    telemetry = settings.get("telemetry") if isinstance(settings, dict) else None
    if not isinstance(telemetry, dict) or telemetry.get("enabled") is not False:
        yield Finding(
            "warning",
            "Dagster's telemetry is not switched off",
            "set `enabled: false` under `telemetry:` in dagster/dagster.yaml",
        )


def model(home: Home) -> Iterator[Finding]:
    """The embedding model is there and is the expected one."""
    from clio_assets.embeddings.folder import BUNDLED, find_model

    name = home.settings.embeddings.model
    if name == BUNDLED or Path(name).expanduser().is_dir():
        find_model(name)  # one that is missing or another one is refused there
        yield from ()
    else:
        yield Finding(
            "note",
            "the embedding model is looked up by its name, which is not tried here",
            "`clio run` says so if it cannot be loaded",
        )


def other_runs(home: Home) -> Iterator[Finding]:
    """No other command is at work in the home."""
    try:
        with home.only_run():
            yield from ()
    except HomeError:
        yield Finding(
            "note", "a `clio run` or a command like it is at work", "look again when it has ended"
        )


def disk(home: Home) -> Iterator[Finding]:
    """There is space on the disk."""
    free = shutil.disk_usage(home.path).free
    if free < LOW_SPACE:
        yield Finding(
            "warning", f"only {free / 1024**3:.1f} GiB are free", "make room before the next run"
        )
