"""A home with one published week."""

from pathlib import Path

import pytest

from clio_assets.home.home import Home
from clio_assets.lake.release import release
from clio_assets.run.declared import lake_of
from clio_assets.stages import RELEASED
from tests.fakes.home import WEEK, made_home
from tests.unit.audit.published import publish


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A week that is made, sealed and released."""
    made = made_home(tmp_path / "home")
    lake = lake_of(made)
    publish(lake)
    release(lake, made.release_folders, RELEASED, WEEK)
    return made
