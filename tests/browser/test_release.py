"""A page follows a new release while it is open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from benchmarks.explorer_release import Shape, build_home, build_release, make_tables, write_release

OpenPage = Callable[..., Page]
SHAPE = Shape(leaves=60, weeks=6)
#: The page looks for a release every five seconds.
SEEN_WITHIN = 20_000


def _size(home: Path, name: str) -> int:
    database = home / "public" / "insights.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("SELECT size FROM clusters WHERE name = ?", [name]).fetchone()
    assert row is not None
    return int(row[0])


def _unique_leaf(home: Path) -> tuple[str, str]:
    database = home / "public" / "insights.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(
            "SELECT any_value(id), name FROM clusters WHERE level = 0 GROUP BY name "
            "HAVING count(*) = 1 ORDER BY name LIMIT 1"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_page_shows_a_new_release_and_keeps_the_view(
    tmp_path: Path, serve_home: Callable[[Path], Any], open_page: OpenPage
) -> None:
    home = build_home(tmp_path / "home", SHAPE)
    identifier, name = _unique_leaf(home)
    with serve_home(home) as url:
        page = open_page(f"{url}#cluster={identifier}&colour=growth")
        size = page.locator("[data-figure=size] dd")
        before = _size(home, name)
        expect(size).to_have_text(f"{before:,}")
        build_release(home / "public" / "insights.duckdb", SHAPE, seed=5)
        after = _size(home, name)
        assert after != before
        expect(page.locator("#notice")).to_contain_text("new release", timeout=SEEN_WITHIN)
        expect(size).to_have_text(f"{before:,}")
        page.get_by_role("button", name="Show it").click()
        expect(size).to_have_text(f"{after:,}")
        expect(page.locator(".details-name")).to_have_text(name)
        expect(page.locator("#colour")).to_have_value("growth")


def test_page_selects_nothing_when_a_release_gives_the_id_to_another_cluster(
    tmp_path: Path, serve_home: Callable[[Path], Any], open_page: OpenPage
) -> None:
    home = build_home(tmp_path / "home", SHAPE)
    identifier, _ = _unique_leaf(home)
    with serve_home(home) as url:
        page = open_page(f"{url}#cluster={identifier}")
        tables = make_tables(SHAPE, seed=6)
        clusters = tables["clusters"].to_pandas()
        clusters.loc[clusters["id"] == identifier, "name"] = "Another cluster by now"
        tables["clusters"] = tables["clusters"].from_pandas(
            clusters, schema=tables["clusters"].schema, preserve_index=False
        )
        write_release(home / "public" / "insights.duckdb", tables)
        page.get_by_role("button", name="Show it").click(timeout=SEEN_WITHIN)
        expect(page.locator("#notice")).to_contain_text("not in this map")
        expect(page.locator("[data-figure=conversations]")).to_be_visible()
        assert "cluster=" not in page.url


def test_page_reads_the_new_release_when_a_map_of_the_old_one_is_gone(
    tmp_path: Path, serve_home: Callable[[Path], Any], open_page: OpenPage
) -> None:
    # The server answers for the map of a release that is gone: 409, then the page reads anew.
    shape = Shape(leaves=60, weeks=6, clustered=("request", "task"))
    home = build_home(tmp_path / "home", shape)
    with serve_home(home) as url:
        page = open_page(url)
        build_release(home / "public" / "insights.duckdb", shape, seed=7)
        page.select_option("#facet", "task")
        page.wait_for_function("() => location.hash.includes('facet=task')")
        page.wait_for_function("() => !document.body.hasAttribute('aria-busy')")
        row = page.locator("[role=treeitem]").first
        row.click()
        name = page.locator(".details-name").inner_text()
        database = home / "public" / "insights.duckdb"
        with duckdb.connect(str(database), read_only=True) as connection:
            expected = connection.execute(
                "SELECT size FROM clusters WHERE facet = 'task' AND level = 2 AND name = ?", [name]
            ).fetchone()
        assert expected is not None
        expect(page.locator("[data-figure=size] dd")).to_have_text(f"{expected[0]:,}")
