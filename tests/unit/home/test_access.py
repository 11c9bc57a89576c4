"""Which folders and files others could open."""

from pathlib import Path

import pytest

from clio_assets.ground.files import private_folder, write_whole
from clio_assets.home.access import entries, open_to_others, writable_by_others


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    folder = private_folder(tmp_path / "zone" / "stage")
    write_whole(folder / "table", b"")
    return folder.parent


def names(found: object) -> list[str]:
    return [entry.path.name for entry in found]  # type: ignore[attr-defined]


def test_nothing_is_open_when_all_is_for_the_owner(zone: Path) -> None:
    assert names(open_to_others(zone)) == []
    assert names(entries(zone)) == ["zone", "stage", "table"]


def test_what_lies_near_the_root_comes_first_when_there_is_a_limit(zone: Path) -> None:
    write_whole(zone / "a", b"")
    assert names(entries(zone, limit=2)) == ["zone", "a"]


def test_a_link_is_judged_by_what_it_leads_to_when_there_is_one(zone: Path, tmp_path: Path) -> None:
    elsewhere = private_folder(tmp_path / "elsewhere")
    (zone / "link").symlink_to(elsewhere)
    assert names(open_to_others(zone)) == []
    elsewhere.chmod(0o755)
    assert names(open_to_others(zone)) == ["link"]


def test_what_is_gone_is_passed_over_when_others_are_at_work(zone: Path) -> None:
    (zone / "dangling").symlink_to(zone / "nowhere")
    assert "dangling" not in names(entries(zone))
    assert names(entries(zone / "nowhere")) == []


def test_only_writing_counts_when_a_zone_is_public(zone: Path) -> None:
    zone.chmod(0o755)
    assert names(writable_by_others(zone)) == []
    (zone / "stage" / "table").chmod(0o664)
    assert names(writable_by_others(zone)) == ["table"]
