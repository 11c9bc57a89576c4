"""The table: every cluster, sorted and filtered, and its CSV."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = '"window" = (SELECT max("window") FROM windows) AND facet = \'request\''


@pytest.fixture
def table(page: Page) -> Page:
    page.locator(".tab[data-view=table]").click()
    expect(page.locator("#table-view .grid")).to_be_visible()
    return page


def _column(page: Page, place: int) -> list[str]:
    found: list[str] = page.locator(f"#table-view tbody tr > :nth-child({place})").all_inner_texts()
    return found


def _download(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_table_says_how_many_rows_there_are_while_few_exist(table: Page, rows: Rows) -> None:
    total = rows(f"SELECT count(*) FROM clusters WHERE {NEWEST}")[0][0]
    grid = table.locator("#table-view .grid")
    expect(grid).to_have_attribute("aria-rowcount", str(total + 1))
    assert table.locator("#table-view tbody tr").count() < 60
    places = table.locator("#table-view tbody tr").evaluate_all(
        "(rows) => rows.map((row) => Number(row.getAttribute('aria-rowindex')))"
    )
    assert places == list(range(2, len(places) + 2))
    table.locator("#table-view .grid-scroller").evaluate("(n) => { n.scrollTop = n.scrollHeight }")
    expect(table.locator(f"#table-view tr[aria-rowindex='{total + 1}']")).to_be_visible()


def test_table_sorts_when_a_head_is_pressed(table: Page, rows: Rows) -> None:
    sizes = [int(text.replace(",", "")) for text in _column(table, 4)]
    assert sizes == sorted(sizes, reverse=True)
    head = table.get_by_role("button", name="Conversations")
    head.click()
    expect(table.locator("th[aria-sort=ascending]")).to_contain_text("Conversations")
    smallest = rows(f"SELECT min(size) FROM clusters WHERE {NEWEST}")[0][0]
    assert _column(table, 4)[0] == f"{smallest:,}"
    expect(table.get_by_role("button", name="Conversations")).to_be_focused()
    table.get_by_role("button", name="Name", exact=True).click()
    names = _column(table, 1)
    assert names == sorted(names)


def test_table_filters_by_words_level_and_size(table: Page, rows: Rows) -> None:
    table.fill("#table-text", "examples")
    table.select_option("#table-level", "0")
    table.fill("#table-minimum", "300")
    expected = rows(
        f"SELECT count(*) FROM clusters WHERE {NEWEST} AND level = 0 AND size >= 300 AND "
        "lower(name || ' ' || description) LIKE '%examples%'"
    )[0][0]
    assert expected > 0
    expect(table.locator("#table-view .tally")).to_have_text(f"{expected} of 342 clusters")
    expect(table.locator("#table-view .grid")).to_have_attribute("aria-rowcount", str(expected + 1))


def test_table_selects_when_a_name_is_pressed_and_arrows_move(table: Page) -> None:
    table.locator("#table-view .cell-link").first.focus()
    table.keyboard.press("ArrowDown")
    table.keyboard.press("ArrowDown")
    table.keyboard.press("Enter")
    third = _column(table, 1)[2]
    expect(table.locator(".details-name")).to_have_text(third)
    expect(table.locator("#table-view tr[aria-current=true]")).to_contain_text(third)


def test_csv_holds_what_is_shown_and_no_suppressed_number(table: Page, rows: Rows) -> None:
    table.select_option("#table-facet", "language")
    table.select_option("#table-level", "0")
    found = {row["Id"]: row for row in _download(table)}
    expected = rows(
        "SELECT cluster, value, breakdowns.size, breakdowns.share FROM breakdowns "
        "JOIN clusters ON cluster = id WHERE level = 0 AND breakdowns.facet = 'language' AND "
        'clusters."window" = (SELECT max("window") FROM windows) AND clusters.facet = \'request\''
    )
    assert len(found) == 300
    suppressed = 0
    for cluster, value, size, share in expected:
        number = found[cluster][f"Language {value} conversations"]
        part = found[cluster][f"Language {value} share"]
        if size is None:
            suppressed += 1
            assert (number, part) == ("suppressed", "suppressed")
        else:
            assert int(number) == size
            assert float(part) == pytest.approx(share)
    assert suppressed > 0


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("plain", "plain"),
        ('a "quoted", text', '"a ""quoted"", text"'),
        ("two\nlines", '"two\nlines"'),
    ],
)
def test_csv_field_is_no_formula(page: Page, text: str, written: str) -> None:
    found = page.evaluate(
        "async (text) => (await import(new URL('static/js/csv.js', document.baseURI).href))"
        ".field(text)",
        text,
    )
    assert found == written
