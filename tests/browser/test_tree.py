"""The tree: keys, order, what assistive technology is told, and how few rows exist."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Locator, Page, expect

Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = '"window" = (SELECT max("window") FROM windows) AND facet = \'request\''
#: The same of a join with breakdowns, for one language.
JOINED = (
    'clusters."window" = (SELECT max("window") FROM windows) AND clusters.facet = \'request\' '
    "AND parent IS NULL AND breakdowns.facet = 'language' AND value = ?"
)


def _focused(page: Page) -> Locator:
    return page.locator("[role=treeitem]:focus")


def _focus_first(page: Page) -> None:
    page.locator("[role=treeitem][tabindex='0']").focus()


def _names(page: Page) -> list[str]:
    return page.locator("[role=treeitem] .tree-name").all_inner_texts()


def test_tree_shows_the_top_level_by_size_when_the_page_opens(page: Page, rows: Rows) -> None:
    tops = rows(f"SELECT name FROM clusters WHERE {NEWEST} AND parent IS NULL ORDER BY size DESC")
    assert _names(page) == [name for (name,) in tops]
    expect(page.locator("[role=treeitem][tabindex='0']")).to_have_count(1)


def test_tree_says_place_and_level_of_every_row(page: Page) -> None:
    _focus_first(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    found = page.locator("[role=treeitem]").evaluate_all(
        """(rows) => rows.map((row) => ["level", "posinset", "setsize"].map(
          (name) => Number(row.getAttribute(`aria-${name}`))))"""
    )
    children = [row for row in found if row[0] == 2]
    assert [row[1] for row in children] == list(range(1, len(children) + 1))
    assert {row[2] for row in children} == {len(children)}
    expect(_focused(page)).to_have_attribute("aria-level", "2")


def test_tree_moves_as_a_tree_does_when_keys_are_pressed(page: Page) -> None:
    _focus_first(page)
    first = _focused(page).locator(".tree-name").inner_text()
    page.keyboard.press("ArrowRight")
    expect(_focused(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(_focused(page)).to_have_attribute("aria-level", "2")
    page.keyboard.press("ArrowLeft")
    expect(_focused(page).locator(".tree-name")).to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(_focused(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("End")
    last = _focused(page).locator(".tree-name").inner_text()
    assert last != first
    page.keyboard.press("Home")
    page.keyboard.type(last[:4].lower())
    expect(_focused(page).locator(".tree-name")).to_have_text(last)
    page.keyboard.press("*")
    expect(page.locator("[role=treeitem][aria-level='1'][aria-expanded=false]")).to_have_count(0)


def test_tree_closes_branches_again_when_the_selection_moves_on(page: Page, rows: Rows) -> None:
    leaves = rows(
        f"SELECT any_value(id) FROM clusters WHERE {NEWEST} AND level = 0 GROUP BY parent LIMIT 2"
    )
    for (leaf,) in leaves:
        page.evaluate("(h) => { location.hash = h }", f"#cluster={leaf}")
        expect(page.locator("[role=treeitem][aria-selected=true]")).to_be_in_viewport()
        expect(page.locator("[role=treeitem][aria-level='2'][aria-expanded=true]")).to_have_count(1)


def test_tree_keeps_branches_that_were_opened_by_hand(page: Page, rows: Rows) -> None:
    _focus_first(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("[role=treeitem][aria-level='1'][aria-expanded=true]")).to_have_count(1)


def test_tree_sorts_siblings_by_the_measure_chosen(page: Page, rows: Rows) -> None:
    by_spanish = rows(
        "SELECT name FROM clusters JOIN breakdowns ON cluster = id "
        f"WHERE {JOINED} ORDER BY breakdowns.share DESC",
        "Spanish",
    )
    page.select_option("#sort", "share:language:Spanish")
    assert _names(page) == [name for (name,) in by_spanish]
    page.select_option("#sort", "name")
    assert _names(page) == sorted(name for (name,) in by_spanish)


def test_tree_has_few_rows_and_keeps_the_focus_when_it_is_long(page: Page) -> None:
    _focus_first(page)
    page.keyboard.press("*")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("*")
    name = _focused(page).locator(".tree-name").inner_text()
    scroller = page.locator(".tree-scroller")
    total = page.evaluate("() => document.querySelector('.tree-rows').clientHeight / 42")
    scroller.evaluate("(node) => { node.scrollTop = node.scrollHeight }")
    page.wait_for_timeout(100)
    assert total > 100
    assert page.locator("[role=treeitem]").count() < 60
    expect(_focused(page).locator(".tree-name")).to_have_text(name)


def test_tree_shows_the_active_measure_beside_the_size(page: Page, rows: Rows) -> None:
    name, size, share = rows(
        "SELECT name, clusters.size, breakdowns.share FROM clusters JOIN breakdowns "
        f"ON cluster = id WHERE {JOINED} ORDER BY clusters.size DESC LIMIT 1",
        "English",
    )[0]
    page.select_option("#colour", "share:language:English")
    row = page.locator("[role=treeitem]").filter(has_text=name).first
    assert row.locator(".tree-size").inner_text() == f"{size:,}"
    assert abs(float(row.locator(".tree-measure").inner_text().rstrip("%")) - 100 * share) <= 0.5
