"""What the source says beside the words, declared in a home that is mapped already."""

import shutil
from pathlib import Path

import pytest

from tests.end_to_end.conftest import published
from tests.forked.clio import ForkedClio

#: Stages whose tables another breakdown must not change.
UNTOUCHED = ("facets", "embeddings", "clusters", "hierarchy")


def made(home: Path) -> dict[Path, bytes]:
    """Bytes of the tables that breakdowns are not part of."""
    lake = home / "private" / "lake"
    return {
        path.relative_to(home): path.read_bytes()
        for stage in UNTOUCHED
        for path in (lake / stage).rglob("*.parquet")
    }


def breakdowns(home: Path) -> dict[str, set[str]]:
    """The values that each breakdown names."""
    import duckdb

    with duckdb.connect(str(home / "public" / "insights.duckdb"), read_only=True) as database:
        rows = database.execute("SELECT DISTINCT facet, value FROM breakdowns").fetchall()
    found: dict[str, set[str]] = {}
    for facet, value in rows:
        found.setdefault(facet, set()).add(value)
    return found


def means(home: Path) -> list[tuple[str | None, float | None, float | None]]:
    """Cluster, mean and step of every row; nothing where there is no such table."""
    import duckdb

    with duckdb.connect(str(home / "public" / "insights.duckdb"), read_only=True) as database:
        if ("means",) not in database.execute("SHOW TABLES").fetchall():
            return []
        return database.execute("SELECT cluster, mean, step FROM means").fetchall()


@pytest.mark.slow
def test_map_is_broken_down_by_what_is_declared_and_as_before_when_it_no_longer_is(
    clio: ForkedClio, weekly_home: Path, told_home: Path, tmp_path: Path
) -> None:
    found = breakdowns(told_home)
    assert {"web", "android"} <= found.pop("client")
    releases = found.pop("release")
    assert "other" in releases
    assert 1 <= len(releases - {"other"}) <= 4  # two a week
    assert "under 3" not in found.pop("generation")  # the sample's versions begin with 3
    assert found == breakdowns(weekly_home)
    told = means(told_home)
    assert {round(mean or 0) for one, mean, _ in told if one is None} == {4}
    assert any(mean is not None for one, mean, _ in told if one is not None)
    assert all(mean is None or 3 <= mean <= 5 for _, mean, _ in told)
    assert made(told_home) == made(weekly_home)
    assert clio("doctor", home=told_home).code == 0

    home = tmp_path / "home"
    shutil.copytree(told_home, home)
    (home / "clio.toml").unlink()
    assert clio("run", home=home).code == 0
    assert published(home)["breakdowns"] == published(weekly_home)["breakdowns"]
    assert means(home) == []
    assert made(home) == made(weekly_home)
