"""A home of each test's own, and the key of its pseudonyms."""

import shutil
from pathlib import Path

import pytest

from tests.unit.erasure.world import KEY, World, make_world, world_at


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("erasure")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLIO_PSEUDONYM_KEY", KEY.decode())
        patch.chdir(folder)
        make_world(folder)
    return folder


@pytest.fixture
def world(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("CLIO_PSEUDONYM_KEY", KEY.decode())
    monkeypatch.chdir(tmp_path)
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return world_at(tmp_path)
