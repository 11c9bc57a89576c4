"""Topics over windows: what is new, grew, shrank and is gone, as the release has it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from benchmarks.explorer_release import Shape, build_home

OpenPage = Callable[..., Page]
Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = '"window" = (SELECT max("window") FROM windows) AND facet = \'request\' AND level = 0'
#: Heading of a list -> what is in it, and in which order.
LISTS = {
    "New or back": "share_before IS NULL AND cluster IS NOT NULL ORDER BY size DESC",
    "Grew most": "share > share_before ORDER BY share - share_before DESC, size DESC",
    "Shrank most": "share < share_before ORDER BY share - share_before, size DESC",
    "Gone": "cluster IS NULL ORDER BY share_before DESC",
}


@pytest.fixture
def trends(page: Page) -> Page:
    page.locator(".tab[data-view=trends]").click()
    expect(page.locator("#trends-view .trend-list")).to_have_count(len(LISTS))
    return page


@pytest.mark.parametrize("heading", LISTS)
def test_list_shows_the_topics_of_the_release_when_there_is_a_window_before(
    trends: Page, rows: Rows, heading: str
) -> None:
    expected = [topic for (topic,) in rows(f"SELECT topic FROM trends WHERE {NEWEST} AND "
                                           f"{LISTS[heading]}")]  # fmt: skip
    of_list = trends.locator(".trend-list", has=trends.get_by_text(f"{heading} ("))
    expect(of_list.locator("h3")).to_have_text(f"{heading} ({len(expected)})")
    shown = of_list.locator("li").evaluate_all("(items) => items.map((i) => i.dataset.topic)")
    assert len(expected) > 2
    sizes = dict(rows(f"SELECT topic, coalesce(size, share_before) FROM trends WHERE {NEWEST}"))
    assert len(shown) == min(10, len(expected))
    # topics of the same size may stand in any order
    assert [sizes[one] for one in shown] == [sizes[one] for one in expected[: len(shown)]]
    expect(of_list.locator("svg")).to_have_count(len(shown))


def test_topic_is_selected_when_its_name_is_clicked(trends: Page, rows: Rows) -> None:
    item = (
        trends.locator(".trend-list", has=trends.get_by_text("New or back (")).locator("li").first
    )
    topic = item.get_attribute("data-topic")
    ((name,),) = rows(
        f"SELECT name FROM clusters WHERE id = (SELECT cluster FROM trends WHERE {NEWEST} "
        "AND topic = ?)".replace("level = 0", "trends.level = 0"),
        topic,
    )
    item.get_by_role("button").click()
    expect(trends.locator(".details-name")).to_have_text(name)


def test_chart_says_its_numbers_when_it_is_read_aloud(trends: Page) -> None:
    spoken = (
        trends.locator(".trend-list", has=trends.get_by_text("New or back (")).locator("svg").first
    )
    label = spoken.get_attribute("aria-label")
    assert label is not None
    assert label.count("not published") == 1
    assert label.endswith("%")


def test_view_says_that_nothing_can_be_compared_when_there_is_one_window(
    tmp_path: Path, serve_home: Callable[[Path], Any], open_page: OpenPage
) -> None:
    home = build_home(tmp_path / "home", Shape(leaves=20, weeks=2))
    with serve_home(home) as url:
        page = open_page(f"{url}#view=trends")
        expect(page.locator("#trends-view .trends-note")).to_contain_text("first window")
        expect(page.locator(".trend-list")).to_have_count(0)
