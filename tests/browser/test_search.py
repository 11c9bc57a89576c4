"""Search: instant, ranked, free of accents, and dimming the rest."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = '"window" = (SELECT max("window") FROM windows) AND facet = \'request\''


def _tally(page: Page) -> str:
    return page.locator(".search-tally").inner_text()


def test_search_finds_what_a_query_of_the_database_finds(page: Page, rows: Rows) -> None:
    words = ("with", "checklist")
    condition = " AND ".join("lower(name || ' ' || description) LIKE ?" for _ in words)
    expected = rows(
        f"SELECT count(*) FROM clusters WHERE {NEWEST} AND {condition}",
        *(f"%{word}%" for word in words),
    )[0][0]
    page.keyboard.press("/")
    page.keyboard.type(" ".join(words))
    assert expected > 1
    assert _tally(page).startswith(f"{expected} clusters")
    names = page.locator(".search-name").all_inner_texts()
    in_name = [all(word in name.lower() for word in words) for name in names]
    assert in_name == sorted(in_name, reverse=True)


def test_search_folds_case_and_accents(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("EXPLÁIN")
    folded = _tally(page)
    page.fill("#search-input", "explain")
    assert _tally(page) == folded != "No cluster has these words"


def test_search_says_so_when_nothing_is_found(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("zzzz")
    assert _tally(page) == "No cluster has these words"
    page.keyboard.press("Enter")
    assert "cluster=" not in page.url


def test_search_selects_what_the_arrows_choose(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("students")
    names = page.locator(".search-name").all_inner_texts()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.locator("#search-results [aria-selected=true]")
    expect(page.locator("#search-input")).to_have_attribute(
        "aria-activedescendant", chosen.get_attribute("id") or "none"
    )
    page.keyboard.press("Enter")
    expect(page.locator(".details-name")).to_have_text(names[1])
    expect(page.locator(".search-popup")).to_be_hidden()


def test_search_dims_the_rest_until_escape_clears_it(page: Page) -> None:
    before = page.locator("#map-view canvas").first.screenshot()
    page.keyboard.press("/")
    page.keyboard.type("zzzz")
    page.wait_for_timeout(300)
    assert page.locator(".tree-row.dimmed").count() == page.locator(".tree-row").count()
    assert page.locator("#map-view canvas").first.screenshot() != before
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator(".tree-row.dimmed").count() == 0
    expect(page.locator("#search-input")).to_have_value("")


def test_slash_is_a_letter_when_another_field_has_the_focus(page: Page) -> None:
    page.locator(".tab[data-view=table]").click()
    page.locator("#table-text").focus()
    page.keyboard.type("a/b")
    expect(page.locator("#table-text")).to_have_value("a/b")
