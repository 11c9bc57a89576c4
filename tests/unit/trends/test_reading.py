"""Movements are read of what is published, and of nothing else."""

from pathlib import Path

import duckdb
import pytest

from clio_assets.errors import HomeError, UsageError
from clio_assets.lake.public import PublicDatabase
from clio_assets.trends.movements import read_moved

W1, W2 = "2026-09-28", "2026-10-05"


@pytest.fixture
def public(tmp_path: Path) -> PublicDatabase:
    """Two windows of all conversations and one of a named map, of two facets."""
    path = tmp_path / "insights.duckdb"
    windows = [(w, f) for w in (W1, W2, f"mobile@{W1}") for f in ("request", "task")]
    with duckdb.connect(str(path)) as connection:
        connection.execute('CREATE TABLE windows ("window" VARCHAR, facet VARCHAR)')
        connection.executemany("INSERT INTO windows VALUES (?, ?)", windows)
        connection.execute('CREATE TABLE releases AS SELECT DISTINCT "window" FROM windows')
        connection.execute(
            "CREATE TABLE clusters AS SELECT \"window\" || ':' || facet || ':0:0' AS id, "
            "'Plan trips' AS name, 0 AS level FROM windows"
        )
        connection.execute(
            "CREATE TABLE trends AS SELECT \"window\", facet, 0 AS level, '0123456789ab' AS topic, "
            "\"window\" || ':' || facet || ':0:0' AS cluster, 'first' AS event, "
            "NULL::VARCHAR AS related, 20 AS size, 0.2 AS share, NULL::DOUBLE AS share_before "
            "FROM windows"
        )
    return PublicDatabase(path)


@pytest.mark.parametrize(
    ("named", "window", "facet", "found"),
    [
        ("", None, None, (W2, "request", W1)),
        ("", W1, "task", (W1, "task", None)),
        ("mobile", None, None, (f"mobile@{W1}", "request", None)),
    ],
)
def test_newest_window_is_read_when_none_is_named(
    public: PublicDatabase,
    named: str,
    window: str | None,
    facet: str | None,
    found: tuple[str, str, str | None],
) -> None:
    moved = read_moved(public, named, window, facet)
    assert (moved.window, moved.facet, moved.before) == found
    assert [one.name for one in moved.movements] == ["Plan trips"]


@pytest.mark.parametrize(("named", "window"), [("other", None), ("", "2026-01-05")])
def test_reading_is_refused_when_no_such_map_is_published(
    public: PublicDatabase, named: str, window: str | None
) -> None:
    with pytest.raises(UsageError, match="clio tree"):
        read_moved(public, named, window, None)


def test_reading_says_what_to_do_when_nothing_is_published(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="clio run"):
        read_moved(PublicDatabase(tmp_path / "none.duckdb"), "", None, None)
