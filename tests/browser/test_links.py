"""Links restore the view; Back and Forward walk through it."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]
Rows = Callable[..., list[tuple[Any, ...]]]

#: Everything of the view that a reader could tell.
VIEW = """() => {
  const value = (id) => document.getElementById(id).value;
  const text = (selector) => document.querySelector(selector)?.innerText ?? null;
  const all = (selector) => Array.from(document.querySelectorAll(selector), (n) => n.innerText);
  return {
    selects: ["window", "facet", "colour", "level", "sort", "search-input", "table-text",
      "table-level", "table-minimum", "table-facet", "compare-by", "compare-facet",
      "compare-value", "compare-level"].map(value),
    heading: text(".details-name"),
    size: text("[data-figure=size]"),
    tree: all("[role=treeitem]"),
    view: all(".tab[aria-pressed=true]"),
    table: all("#table-view tbody tr").slice(0, 10),
    compare: all("#compare-view tbody tr").slice(0, 10),
    legend: text(".legend"),
    theme: document.documentElement.dataset.theme,
  };
}"""

#: The discs of the map, pixel by pixel.
PICTURE = "() => document.querySelector('canvas[data-layer=points]').toDataURL()"


def _view(page: Page) -> dict[str, Any]:
    page.wait_for_timeout(300)
    page.wait_for_function("() => !document.body.hasAttribute('aria-busy')")
    found: dict[str, Any] = page.evaluate(VIEW)
    return found


def _leaf(rows: Rows, facet: str) -> str:
    identifier: str = rows(
        "SELECT id FROM clusters WHERE level = 0 AND facet = ? AND "
        '"window" = (SELECT min("window") FROM windows) ORDER BY size DESC, id LIMIT 1',
        facet,
    )[0][0]
    return identifier


def test_link_restores_the_table_when_it_is_opened_elsewhere(
    page: Page, open_page: OpenPage
) -> None:
    page.select_option("#facet", "task")
    page.wait_for_function("() => location.hash.includes('facet=task')")
    page.select_option("#colour", "lift:language:Spanish")
    page.select_option("#sort", "users")
    page.locator(".tab[data-view=table]").click()
    page.fill("#table-text", "for")
    page.select_option("#table-level", "0")
    page.fill("#table-minimum", "100")
    page.select_option("#table-facet", "concern")
    page.get_by_role("button", name="Users").click()
    page.locator("#table-view .cell-link").nth(3).click()
    page.get_by_role("button", name="Use the dark theme").click()
    expect(page.locator("#table-view .tally")).not_to_have_text("342 of 342 clusters")
    seen = _view(page)
    assert _view(open_page(page.url)) == seen


def test_link_restores_search_and_comparison_when_it_is_opened_elsewhere(
    page: Page, open_page: OpenPage
) -> None:
    page.keyboard.press("/")
    page.keyboard.type("students")
    page.keyboard.press("Enter")
    page.locator(".tab[data-view=compare]").click()
    page.select_option("#compare-facet", "language")
    page.select_option("#compare-value", "French")
    page.select_option("#compare-level", "1")
    seen = _view(page)
    assert len(seen["compare"]) > 3
    assert _view(open_page(page.url)) == seen


def test_link_restores_the_camera_and_level_when_it_is_opened_elsewhere(
    page: Page, open_page: OpenPage
) -> None:
    page.select_option("#level", "1")
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
        page.wait_for_timeout(500)
    page.wait_for_function("() => location.hash.includes('at=')")
    page.wait_for_timeout(600)
    seen = (_view(page), page.evaluate(PICTURE))
    other = open_page(page.url)
    other.wait_for_timeout(600)
    assert (_view(other), other.evaluate(PICTURE)) == seen


def test_deep_link_opens_another_window_and_facet(
    open_page: OpenPage, explorer_url: str, rows: Rows
) -> None:
    leaf = _leaf(rows, "task")
    window = leaf.split(":", maxsplit=1)[0]
    page = open_page(f"{explorer_url}#window={window}&facet=task&cluster={leaf}")
    name, size = rows("SELECT name, size FROM clusters WHERE id = ?", leaf)[0]
    expect(page.locator(".details-name")).to_have_text(name)
    expect(page.locator("[data-figure=size] dd")).to_have_text(f"{size:,}")
    expect(page.locator("#window")).to_have_value(window)
    expect(page.locator("#facet")).to_have_value("task")
    expect(page.locator("[role=treeitem][aria-selected=true]")).to_be_in_viewport()


def test_back_and_forward_restore_each_step(page: Page) -> None:
    steps = [_view(page)]
    for act in (
        page.locator("[role=treeitem]").first.click,
        lambda: page.select_option("#colour", "growth"),
        page.locator(".tab[data-view=table]").click,
        page.locator("#table-view .cell-link").nth(2).click,
        lambda: page.select_option("#window", index=1),
    ):
        act()
        steps.append(_view(page))
    for seen in reversed(steps[:-1]):
        page.go_back()
        assert _told(_view(page)) == _told(seen)
    for seen in steps[1:]:
        page.go_forward()
        assert _told(_view(page)) == _told(seen)


def _told(view: dict[str, Any]) -> dict[str, Any]:
    """A view without rows of hidden tables, which are only made when somebody sees them."""
    hidden = {"table", "compare"} - {name.lower() for name in view["view"]}
    selects = view["selects"][:6]
    return {**{k: v for k, v in view.items() if k not in hidden}, "selects": selects}


@pytest.mark.parametrize(
    "fragment",
    [
        "#window=nothing&facet=none&cluster=x",
        "#cluster=a:b:c:d:e&colour=share:x:y&level=77&sort=zz&view=none&at=1,a,2&chosen=9:9-1,x",
        "#chosen=7:0-99999999999&least=x&order=-nothing&columns=none&rowlevel=9",
        "#%%%&q=%E0%A4%A",
        "#theme=pink&panel=x&by=x&of=x&value=x&with=x&on=x&view=compare",
    ],
)
def test_link_that_means_nothing_shows_the_page_all_the_same(
    open_page: OpenPage, explorer_url: str, fragment: str
) -> None:
    page = open_page(explorer_url + fragment)
    expect(page.locator("[role=treeitem]").first).to_be_visible()
    expect(page.locator("[data-figure=conversations]")).to_be_visible()


def test_link_of_an_earlier_release_says_so(
    open_page: OpenPage, explorer_url: str, rows: Rows
) -> None:
    leaf = _leaf(rows, "request")
    window = leaf.split(":", maxsplit=1)[0]
    page = open_page(f"{explorer_url}#window={window}&cluster={leaf}&release=0123456789ab")
    expect(page.locator("#notice")).to_contain_text("earlier release")
