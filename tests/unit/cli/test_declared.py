"""Commands see seals under the facets that clio.toml declares, and those that ask for no seal work
whatever it declares."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.errors import ClioError, UsageError
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE
from clio_assets.run.declared import lake_of
from clio_assets.stages import STAGES
from tests.fakes.home import DAYS, PASSED, WEEK, made_home
from tests.unit.erasure import world as worlds

OWN_FACET = '[[facets]]\nname = "mood"\nkind = "scale"\nquestion = "How does the user feel?"\n'
NOT_USABLE = 'without_facets = ["nothing"]\n'
CHANGED = "the configured facets or categories have since changed"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that declares a facet of its own, for which its partitions were sealed."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    home = made_home(tmp_path / "home")
    (home.path / "clio.toml").write_text(OWN_FACET)
    lake = lake_of(Home(home.path))
    for stage in STAGES:
        for key in lake.keys(stage):
            lake.judge(lake.stored(stage, key), PASSED, "run-2")
    return Home(home.path)


def clio(home: Home, *arguments: str) -> Any:
    """What `clio --home HOME ARGUMENTS --json` prints."""
    done = CliRunner().invoke(app, ["--home", str(home.path), *arguments, "--json"])
    if isinstance(done.exception, ClioError):
        raise done.exception
    return json.loads(done.stdout)


def unsealed(home: Home) -> dict[str, str]:
    """Stage -> why its partitions are not sealed, of those that are not, as `clio status` says."""
    stages = clio(home, "status")["stages"]
    return {one["stage"]: why for one in stages for why in one["why"].values()}


def test_partitions_are_sealed_when_commands_look_under_the_declared_facets(home: Home) -> None:
    assert unsealed(home) == {}
    assert {stage["hold"] for stage in clio(home, "policy")["partitions"]} == {0, 1, 2}
    assert clio(home, "regate")["judged"] == []
    stages = clio(home, "verdicts", WEEK)["stages"]
    assert all(one["sealed"] == len(one["partitions"]) for one in stages)
    checks = {one["check"]: one["well"] for one in clio(home, "doctor")["checks"]}
    assert checks["seals"]
    assert checks["tables"]


def test_partitions_are_not_sealed_when_other_facets_are_declared_than_at_their_seal(
    home: Home,
) -> None:
    (home.path / "clio.toml").unlink()
    assert unsealed(home) == dict.fromkeys(("facets", "audited_summaries"), CHANGED)


def test_commands_that_ask_for_seals_are_refused_when_the_facets_cannot_be_used(
    home: Home,
) -> None:
    (home.path / "clio.toml").write_text(NOT_USABLE)
    for command in ("status", "policy", "regate", "verdicts"):
        with pytest.raises(UsageError, match="without_facets"):
            clio(home, command)


def test_home_is_looked_at_and_purged_when_the_facets_cannot_be_used(home: Home) -> None:
    (home.path / "clio.toml").write_text(NOT_USABLE)
    checks = {one["check"]: one["well"] for one in clio(home, "doctor")["checks"]}
    assert (checks["configuration"], checks["seals"]) == (False, False)
    assert (checks["tables"], checks["leftovers"]) == (True, True)
    assert CliRunner().invoke(app, ["--home", str(home.path), "rotate-key"]).exit_code == 0
    done = clio(home, "purge", "--before", "2026-10-05")
    assert (done["days"], done["windows"]) == (list(DAYS), [WEEK])
    (home.path / "clio.toml").unlink()
    assert all(stage["partitions"] == 0 for stage in clio(home, "status")["stages"])


@pytest.mark.parametrize("settings", [OWN_FACET, NOT_USABLE], ids=["an own facet", "not usable"])
def test_user_is_forgotten_and_other_seals_hold_whatever_facets_are_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, worlds.KEY.decode())
    monkeypatch.chdir(tmp_path)
    world = worlds.make_world(tmp_path)
    (world.home.path / "clio.toml").write_text(settings)
    done = clio(world.home, "forget", "--user-id", worlds.WANTED)
    assert (done["users_found"], done["days"]) == (1, list(worlds.DAYS[:2]))
    assert world.lake.seal("facets", worlds.DAYS[2]) is not None
    assert worlds.traces(world.home.path) == []
