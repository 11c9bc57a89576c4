"""The whole way by keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

#: More presses of Tab than there are stops between any two places of the page.
MOST_STOPS = 120

Rows = Callable[..., list[tuple[Any, ...]]]

LARGEST_LEAF = (
    'SELECT name, size FROM clusters WHERE "window" = (SELECT max("window") FROM windows) '
    "AND facet = 'request' AND level = 0 ORDER BY size DESC, id LIMIT 1"
)


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_journey_ends_in_a_leafs_details_when_only_keys_are_used(page: Page, rows: Rows) -> None:
    name, size = rows(LARGEST_LEAF)[0]
    page.keyboard.press("/")
    page.keyboard.type(name)
    expect(page.locator("#search-results [aria-selected=true]")).to_contain_text(name)
    page.keyboard.press("Enter")

    heading = page.locator(".details-name")
    expect(heading).to_have_text(name)
    expect(heading).to_be_focused()
    expect(page.locator("[data-figure=size] dd")).to_have_text(f"{size:,}")
    _tab_to(page, "#details .bar")
    page.keyboard.press("Enter")
    expect(page.locator(".bar:focus")).to_have_attribute("aria-pressed", "true")
    assert "share:" in page.evaluate("() => decodeURIComponent(location.hash)")


def test_journey_ends_in_a_leafs_details_when_it_goes_by_the_tree(page: Page) -> None:
    _tab_to(page, "[role=treeitem]")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    row = page.locator("[role=treeitem]:focus")
    expect(row).to_have_attribute("aria-level", "3")
    expect(row).to_have_attribute("aria-selected", "true")
    name = row.locator(".tree-name").inner_text()
    expect(page.locator(".details-name")).to_have_text(name)
    expect(page.locator("[data-figure=level] dd")).to_have_text("Leaf")


def test_journey_reaches_every_view_when_only_keys_are_used(page: Page) -> None:
    for view in ("table", "compare", "map"):
        page.locator("#search-input").focus()
        _tab_to(page, f".tab[data-view={view}]")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{view}-view")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("dialog.about")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.about")).to_be_hidden()
