"""A small synthetic release, and a home around a copy of it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from benchmarks.explorer_release import Shape, build_release
from clio_assets.home.home import Home

SMALL = Shape(leaves=24, weeks=5, windows=2, clustered=("request", "task"))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_release(tmp_path_factory.mktemp("release") / "insights.duckdb", SMALL, seed=3)


@pytest.fixture
def home(released: Path, tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    found.prepare()
    found.fix("month", date(2026, 3, 30))
    shutil.copyfile(released, found.release_folders.database)
    return found


@pytest.fixture
def database(home: Home) -> Path:
    return home.release_folders.database
