"""Named maps over slices of a home that is mapped already, made by the real command."""

import shutil
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from privacy_checks.policy.model import PrivacyPolicy
from tests.end_to_end.conftest import ATTRIBUTES, published
from tests.forked.clio import ForkedClio

MAPS = """
[[maps]]
name = "web"
where = { client = ["web", "desktop"] }
cadence = "all"

[[maps]]
name = "others"
where = { client = ["api", "ios", "android"] }
facets = ["request", "language"]
"""
POLICY = PrivacyPolicy()


def tables(home: Path, stages: tuple[str, ...]) -> dict[Path, bytes]:
    lake = home / "private" / "lake"
    return {
        path: path.read_bytes()
        for stage in stages
        for path in (lake / stage).rglob("*.parquet")
        if "@" not in path.parent.name
    }


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    import duckdb

    with duckdb.connect(str(home / "public" / "insights.duckdb"), read_only=True) as database:
        return database.execute(query).fetchall()


def users_beside(home: Path, named: str) -> dict[str, set[str]]:
    """Language -> users of the conversations that are not on a map, over all its windows."""
    lake = home / "private" / "lake"
    slices = lake.glob(f"slices/{named}@*/slices.*.parquet")
    on_map = {one for path in slices for one in pq.read_table(path)["conversation"].to_pylist()}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in lake.glob("facets/*/facets.*.parquet"):
        for row in pq.read_table(path).to_pylist():
            if row["conversation"] not in on_map:
                found[row["language"]].add(row["user"])
    return found


@pytest.mark.slow
def test_named_maps_stand_beside_the_own_one_when_they_are_declared_and_go_when_not(
    clio: ForkedClio, told_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(told_home, home)
    settings = home / "clio.toml"
    own = published(home)
    made = tables(home, ("facets", "embeddings", "clusters", "audited_summaries"))

    settings.write_text(ATTRIBUTES + MAPS)
    done = clio("run", home=home)
    assert done.code == 0, done.err[-2000:]
    found = published(home)
    assert tables(home, ("facets", "embeddings", "clusters", "audited_summaries")) == made
    assert {row for row in found["clusters"] if "@" not in str(row)} == set(own["clusters"])
    windows = dict(rows(home, 'SELECT "window", kind FROM windows'))
    assert windows.pop("web@all") == "all"
    assert {key: kind for key, kind in windows.items() if key.startswith("others@")} == {
        f"others@{key}": "week"
        for key, _ in rows(home, 'SELECT "window", kind FROM windows')
        if "@" not in str(key)
    }
    named = {str(facet) for (facet,) in rows(
        home, "SELECT DISTINCT facet FROM breakdowns WHERE \"window\" LIKE 'others@%'"
    )}  # fmt: skip
    assert {"language", "time"} <= named
    assert named.isdisjoint({"concern", "turns", "task"})
    stages = rows(home, "SELECT DISTINCT stage FROM lineage WHERE cluster LIKE 'web@all:%'")
    assert ("slices",) in stages
    beside = users_beside(home, "web")
    shown = rows(
        home,
        "SELECT value FROM breakdowns WHERE \"window\" = 'web@all' AND facet = 'language' "
        "AND cluster IS NULL AND NOT suppressed",
    )
    assert shown
    assert all(
        not beside[str(value)] or len(beside[str(value)]) >= POLICY.min_cell_users
        for (value,) in shown
    )
    assert clio("doctor", home=home).code == 0
    assert '"sealed": 1' in clio("verdicts", "web@all", "--json", home=home).out
    assert clio("run", home=home).code == 0
    assert published(home) == found

    settings.write_text(ATTRIBUTES)
    assert clio("run", home=home).code == 0
    assert published(home) == own
    assert [path.name for path in (home / "private/lake/slices").glob("*/*.parquet")] == []
