"""What `clio run` and Dagster do before they land: finish an erasure, withdraw what it emptied."""

from datetime import date
from typing import Any

import pytest

from clio_assets.erasure import carry_out
from clio_assets.erasure.forget import forget
from clio_assets.erasure.purge import purge
from clio_assets.erasure.records import pending_intent
from clio_assets.lake.release import released
from clio_assets.landing import refresh_landing
from clio_assets.progress import Silent
from clio_assets.workbench import Workbench, landed_days
from tests.unit.erasure.world import WANTED, WINDOWS, World, traces


@pytest.fixture
def bench(world: World) -> Workbench:
    """The home with its source, and no analyst."""
    absent: Any = None
    made = Workbench(world.home, world.lake, absent, absent, absent, (), Silent())
    made.add_source(world.source)
    return made


def test_interrupted_erasure_is_finished_when_a_run_begins(
    world: World, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(carry_out, "rewrite_landing", dies)
        with pytest.raises(KeyboardInterrupt):
            forget(world.home, world.lake, [WANTED])
    assert pending_intent(world.home.private) is not None
    assert traces(world.home.lake)
    refresh_landing(bench)
    assert pending_intent(world.home.private) is None
    assert traces(world.home.path) == []


def test_emptied_window_is_withdrawn_when_a_run_begins(world: World, bench: Workbench) -> None:
    forget(world.home, world.lake, [WANTED])
    assert sorted(released(world.home.release_folders)) == list(WINDOWS)
    refresh_landing(bench)
    assert sorted(released(world.home.release_folders)) == [WINDOWS[0], WINDOWS[2]]


def test_run_has_nothing_to_do_when_everything_is_purged(world: World, bench: Workbench) -> None:
    purge(world.home, world.lake, date(2026, 11, 2))
    refresh_landing(bench)
    assert landed_days(world.lake) == []
    assert sorted(released(world.home.release_folders)) == list(WINDOWS)
