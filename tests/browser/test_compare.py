"""Comparisons of a facet value with its base rate, and of two windows."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def comparison(page: Page) -> Page:
    page.locator(".tab[data-view=compare]").click()
    expect(page.locator("#compare-view .grid")).to_be_visible()
    return page


def _rows(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.locator("#compare-view tbody tr").evaluate_all(
        "(rows) => rows.map((row) => Array.from(row.children, (cell) => cell.innerText.trim()))"
    )
    return found


def test_comparison_orders_clusters_by_lift_and_leaves_suppressed_ones_out(
    comparison: Page, rows: Rows
) -> None:
    comparison.select_option("#compare-facet", "language")
    comparison.select_option("#compare-value", "Spanish")
    comparison.select_option("#compare-level", "0")
    expected = rows(
        "SELECT name, breakdowns.size, clusters.size, lift FROM breakdowns JOIN clusters "
        "ON cluster = id WHERE level = 0 AND breakdowns.facet = 'language' AND value = 'Spanish' "
        'AND clusters."window" = (SELECT max("window") FROM windows) '
        "AND clusters.facet = 'request' ORDER BY lift DESC NULLS LAST, breakdowns.size DESC"
    )
    shown = [row for row in expected if row[1] is not None]
    note = comparison.locator("#compare-view .compare-note")
    expect(note).to_contain_text(f"{len(shown)} clusters by lift")
    expect(note).to_contain_text(f"{len(expected) - len(shown)} left out")
    found = _rows(comparison)
    assert len(expected) > len(shown) > 10
    for row, (name, cell, size, lift) in zip(found[:12], shown, strict=False):
        assert row[0] == name
        assert row[1] == f"{cell:,} of {size:,}"
        number = float(row[4].removeprefix("×").replace(",", ""))
        assert abs(number - lift) <= (0.5 if lift >= 9.95 else 0.05) + 1e-9


def test_comparison_matches_windows_by_level_and_name(comparison: Page, rows: Rows) -> None:
    comparison.select_option("#compare-by", "windows")
    comparison.select_option("#compare-level", "0")
    expected = rows(
        """WITH leaves AS (SELECT * FROM clusters WHERE facet = 'request' AND level = 0),
        ends AS (SELECT min("window") AS first, max("window") AS last FROM windows)
        SELECT now.name, now.size, was.size, now.share / was.share AS change FROM leaves AS now
        JOIN leaves AS was ON was.name = now.name, ends
        WHERE now."window" = last AND was."window" = first ORDER BY change DESC"""
    )
    note = comparison.locator("#compare-view .compare-note")
    expect(note).to_contain_text(f"{len(expected)} clusters by the change")
    for row, (name, now, was, _) in zip(_rows(comparison)[:12], expected, strict=False):
        assert row[0] == name
        assert row[1].startswith(f"{now:,} · ")
        assert row[2].startswith(f"{was:,} · ")


def test_comparison_of_base_rates_shows_both_windows(comparison: Page, rows: Rows) -> None:
    comparison.select_option("#compare-by", "windows")
    comparison.select_option("#compare-level", "rates")
    sizes = dict(
        rows(
            "SELECT value, size FROM breakdowns WHERE cluster IS NULL AND facet = 'language' AND "
            'clustered_facet = \'request\' AND "window" = (SELECT max("window") FROM windows)'
        )
    )
    expect(comparison.locator("#compare-view tbody")).to_contain_text("Language: Spanish")
    found = {row[0]: row[1] for row in _rows(comparison)}
    assert found["Language: Spanish"].startswith(f"{sizes['Spanish']:,} · ")


def test_comparison_starts_with_the_value_that_colours_the_map(page: Page) -> None:
    page.select_option("#colour", "lift:concern:2")
    page.locator(".tab[data-view=compare]").click()
    expect(page.locator("#compare-facet")).to_have_value("concern")
    expect(page.locator("#compare-value")).to_have_value("2")


def test_comparison_selects_a_cluster_when_its_name_is_pressed(comparison: Page) -> None:
    link = comparison.locator("#compare-view .cell-link").nth(2)
    name = link.inner_text()
    link.click()
    expect(comparison.locator(".details-name")).to_have_text(name)
