"""Both themes: no violations of accessibility rules, the reader's choice, narrow screens, print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]

#: What is done to the page before the rules are checked.
STATES: dict[str, Callable[[Page], Any]] = {
    "window": lambda page: None,
    "cluster": lambda page: page.locator("[role=treeitem]").first.click(),
    "overlay": lambda page: page.select_option("#colour", "lift:language:Spanish"),
    "search": lambda page: page.fill("#search-input", "students"),
    "table": lambda page: page.locator(".tab[data-view=table]").click(),
    "compare": lambda page: page.locator(".tab[data-view=compare]").click(),
    "about": lambda page: page.keyboard.press("?"),
}


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    package = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


def _violations(page: Page, axe: str) -> list[str]:
    page.wait_for_timeout(250)
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"][:4]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_page_breaks_no_accessibility_rule(
    open_page: OpenPage, explorer_url: str, axe: str, state: str, theme: str
) -> None:
    page = open_page(explorer_url, color_scheme=theme)
    STATES[state](page)
    assert _violations(page, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_narrow_page_breaks_no_accessibility_rule(
    open_page: OpenPage, explorer_url: str, axe: str, theme: str
) -> None:
    page = open_page(explorer_url, color_scheme=theme, viewport={"width": 390, "height": 780})
    for panel in ("map", "tree", "table", "compare", "details"):
        page.locator(f".bottom-tab[data-panel={panel}]").click()
        assert _violations(page, axe) == []


def test_rules_are_really_checked(page: Page, axe: str) -> None:
    page.evaluate("() => document.querySelector('#search-input').removeAttribute('aria-label')")
    page.evaluate("() => document.querySelector('#search-input').removeAttribute('placeholder')")
    assert any(text.startswith("label:") for text in _violations(page, axe))


def test_theme_follows_the_system_until_the_reader_chooses(
    open_page: OpenPage, explorer_url: str
) -> None:
    page = open_page(explorer_url, color_scheme="dark")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Use the dark theme").click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.goto(explorer_url)
    expect(root).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440, 2200])
def test_nothing_overflows_at_any_width(open_page: OpenPage, explorer_url: str, width: int) -> None:
    page = open_page(explorer_url, viewport={"width": width, "height": 800})
    for selector in ("[data-view=table]", "[data-view=compare]", "[data-view=map]"):
        if width <= 820:
            page.locator(f".bottom-tab{selector.replace('view', 'panel')}").click()
        else:
            page.locator(f".tab{selector}").click()
        wide, controls = page.evaluate(
            """() => [document.documentElement.scrollWidth,
              Array.from(document.querySelectorAll("header, .stage-bar, .view-bar"))
              .flatMap((bar) => Array.from(bar.querySelectorAll("button, select, input")))
              .filter((n) => n.checkVisibility({ visibilityProperty: true }) && !n.dataset.skip)
              .map((n) => n.getBoundingClientRect())
              .filter((r) => r.width > 0 && (r.left < 0 || r.right > innerWidth + 0.5)).length]"""
        )
        assert (wide, controls) == (width, 0)


def test_narrow_page_shows_one_panel_and_the_details_of_what_is_chosen(
    open_page: OpenPage, explorer_url: str
) -> None:
    page = open_page(explorer_url, viewport={"width": 390, "height": 780}, has_touch=True)
    expect(page.locator("#stage")).to_be_visible()
    expect(page.locator("#tree")).to_be_hidden()
    page.locator(".bottom-tab[data-panel=tree]").click()
    expect(page.locator("#tree")).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()
    name = page.locator("[role=treeitem] .tree-name").nth(1).inner_text()
    page.locator("[role=treeitem]").nth(1).click()
    expect(page.locator("#details")).to_be_visible()
    expect(page.locator(".details-name")).to_have_text(name)
    page.go_back()
    expect(page.locator("#tree")).to_be_visible()


def test_print_shows_the_details_in_full_and_no_controls(page: Page) -> None:
    page.locator("[role=treeitem]").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".details-name")).to_be_visible()
    expect(page.locator("#tree")).to_be_hidden()
    expect(page.locator("#search-input")).to_be_hidden()
    assert page.locator("#details").evaluate("(n) => n.scrollHeight <= n.clientHeight + 1")


def test_panels_hide_and_change_their_width_by_keys(page: Page) -> None:
    page.get_by_role("button", name="Hide the tree").click()
    expect(page.locator("#tree")).to_be_hidden()
    page.get_by_role("button", name="Show the tree").click()
    separator = page.get_by_role("separator", name="Width of the tree")
    before = page.locator("#tree").bounding_box()
    separator.focus()
    page.keyboard.press("ArrowRight")
    after = page.locator("#tree").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == before["width"] + 24
    page.reload()
    expect(separator).to_have_attribute("aria-valuenow", "324")
