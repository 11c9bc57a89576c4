"""Homes of older versions become present ones; those of newer versions are refused."""

import json
from datetime import date
from pathlib import Path

import pytest

from clio_assets.errors import HomeError, LakeError
from clio_assets.home import layout_version
from clio_assets.home.home import Home
from clio_assets.home.layout_version import FIRST_LAYOUT, LAYOUT, STEPS, layout_of, migrate
from clio_assets.lake.layout import MANIFEST, SEAL, prefix_of
from clio_assets.run.declared import lake_of, partitions_of
from tests.fakes.lake import predicate_of, signed_seal
from tests.unit.erasure.conftest import template, world  # noqa: F401 - fixtures
from tests.unit.erasure.world import DAYS, World

NEWER = LAYOUT + 1


@pytest.fixture
def old(tmp_path: Path) -> Home:
    """A home as the versions made it that did not say their layout."""
    home = Home(tmp_path / "home")
    home.prepare()
    (home.path / "home.json").write_text('{"window": "week", "first_day": "2026-09-28"}')
    return home


def say(home: Home, layout: object) -> None:
    record = {"window": "week", "first_day": "2026-09-28", "layout": layout}
    (home.path / "home.json").write_text(json.dumps(record))


def test_unversioned_home_is_of_the_first_version_when_read(old: Home) -> None:
    assert layout_of(old.path) == old.record.layout == FIRST_LAYOUT
    assert old.record.window == "week"


def test_old_home_becomes_a_present_one_when_prepared(old: Home) -> None:
    before = old.record
    old.prepare()
    assert old.record == before.model_copy(update={"layout": LAYOUT})


def test_new_home_says_its_version_when_made(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    home.fix("week", date(2026, 9, 28))
    assert json.loads((home.path / "home.json").read_text())["layout"] == LAYOUT


def test_every_older_version_has_a_step_when_steps_are_listed() -> None:
    assert sorted(STEPS) == list(range(FIRST_LAYOUT, LAYOUT))


def test_step_is_done_again_when_it_was_cut_short(
    old: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_version, "LAYOUT", 3)
    done: list[int] = []
    said: list[int] = []

    def breaks(_: Path) -> None:
        done.append(2)
        if done.count(2) == 1:
            raise OSError

    def keep(version: int) -> None:
        said.append(version)
        say(old, version)

    steps = {1: lambda _: done.append(1), 2: breaks}
    with pytest.raises(OSError):
        migrate(old.path, keep, steps)
    assert (done, said) == ([1, 2], [2])
    migrate(old.path, keep, steps)
    assert (done, said) == ([1, 2, 2], [2, 3])


def test_migration_waits_for_no_other_run_when_one_is_at_work(old: Home) -> None:
    with old.only_run(), pytest.raises(HomeError, match="another `clio run` is at work"):
        Home(old.path).prepare()
    assert old.record.layout == FIRST_LAYOUT


@pytest.mark.parametrize("opened", [partitions_of, lake_of, Home.prepare, lambda home: home.record])
def test_newer_home_is_refused_when_opened(old: Home, opened: object) -> None:
    say(old, NEWER)
    with pytest.raises(HomeError, match=r"newer version of clio-assets .* upgrade clio-assets"):
        opened(old)  # type: ignore[operator]


def test_damaged_version_is_named_when_the_record_is_read(old: Home) -> None:
    say(old, "two")
    with pytest.raises(HomeError, match=r"home\.json is damaged"):
        old.record  # noqa: B018 - reading it is the point


def with_field(path: Path) -> dict[str, object]:
    """Add a field of a version to come; what the record says then."""
    record: dict[str, object] = json.loads(path.read_bytes()) | {"of_tomorrow": 1}
    path.write_text(json.dumps(record))
    return record


def test_newer_manifest_is_refused_when_read(world: World) -> None:  # noqa: F811
    path = world.home.private / prefix_of("facets", DAYS[0]) / MANIFEST
    record = with_field(path)
    with pytest.raises(LakeError, match=rf"{DAYS[0]} was written by a newer version .*; upgrade"):
        world.lake.standing("facets", DAYS[0])
    del record["stage"]  # and one that lacks something is of no version
    path.write_text(json.dumps(record))
    assert world.lake.standing("facets", DAYS[0]).state == "absent"


def test_newer_seal_asks_for_an_upgrade_when_read(world: World) -> None:  # noqa: F811
    path = world.home.private / prefix_of("facets", DAYS[0]) / SEAL
    says = {**predicate_of(path), "of_tomorrow": 1}
    path.write_bytes(signed_seal(world.lake, says))
    standing = world.lake.standing("facets", DAYS[0])
    assert (standing.state, standing.advice) == ("seal_newer", "upgrade clio-assets")
    del says["gate"]
    path.write_bytes(signed_seal(world.lake, says))
    assert world.lake.standing("facets", DAYS[0]).state == "seal_unreadable"
