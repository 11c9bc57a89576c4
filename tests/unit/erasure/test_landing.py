"""What `clio run` and Dagster do before they land: finish an erasure, withdraw what it emptied."""

from datetime import date
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from clio_assets.erasure import carry_out
from clio_assets.erasure.forget import forget
from clio_assets.erasure.pending import HomeErasures
from clio_assets.erasure.purge import purge
from clio_assets.errors import LakeError
from clio_assets.ground.progress import Silent
from clio_assets.home.erasures import pending_intent
from clio_assets.judging.gatekeeper import LakeGatekeeper
from clio_assets.lake.records import Manifest
from clio_assets.lake.release import released
from clio_assets.landing.landed import landed_days
from clio_assets.run.steps.step import Step, build_step
from clio_assets.workbench.assets import Days, MapWindows, day_partitions, window_partitions
from clio_assets.workbench.landing import refresh_landing
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench
from tests.unit.erasure.world import WANTED, WINDOWS, World, traces


@pytest.fixture
def bench(world: World) -> Workbench:
    """The home with its source, and no analyst."""
    absent: Any = None
    made = Workbench(
        world.home,
        world.lake,
        absent,
        absent,
        absent,
        (),
        Silent(),
        HomeErasures(world.home, world.lake),
    )
    made.add_source(world.source)
    return made


@pytest.fixture
def interrupted(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """An erasure that died after it had written down what it would do."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(carry_out, "rewrite_landing", dies)
        with pytest.raises(KeyboardInterrupt):
            forget(world.home, world.lake, [WANTED])
    assert pending_intent(world.home.private) is not None
    assert traces(world.home.lake)
    return world


def test_interrupted_erasure_is_finished_when_a_run_begins(
    interrupted: World, bench: Workbench
) -> None:
    refresh_landing(bench)
    assert pending_intent(interrupted.home.private) is None
    assert traces(interrupted.home.path) == []


def test_interrupted_erasure_is_finished_when_one_window_asset_is_made(
    interrupted: World, bench: Workbench
) -> None:
    def make(bench: Workbench, key: str) -> Manifest:
        raise LakeError("nothing is made here")

    kind = interrupted.home.record.window
    partitions = window_partitions(kind, interrupted.home.record.first_day)
    days = Days((), day_partitions(interrupted.home.record.first_day), ())
    windows = MapWindows(days, "", kind, partitions)
    stage = StageAsset("clusters", "", make, lambda bench: pa.schema([]))
    step = build_step(Step(bench, windows, [stage], {}))
    asked = {"workbench": bench}
    dg.materialize([step], partition_key=WINDOWS[0], resources=asked, raise_on_error=False)
    assert pending_intent(interrupted.home.private) is None
    assert traces(interrupted.home.path) == []


def test_nothing_is_released_when_an_erasure_was_interrupted(interrupted: World) -> None:
    home = interrupted.home
    gatekeeper = LakeGatekeeper(interrupted.lake, home.release_folders)
    before = home.release_folders.database.read_bytes()
    with pytest.raises(LakeError, match="erasure of this home was interrupted"):
        gatekeeper.release(gatekeeper.stored("published_insights", WINDOWS[0]))
    assert home.release_folders.database.read_bytes() == before


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
