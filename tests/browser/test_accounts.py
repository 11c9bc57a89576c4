"""What became of the conversations: on the page of a window, on a mixed group, on an empty map."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from benchmarks.explorer_release import Shape, build_home

OpenPage = Callable[..., Page]
Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = '"window" = (SELECT max("window") FROM windows) AND facet = \'request\''


ACCOUNTS = (
    'FROM accounts WHERE "window" = (SELECT max("window") FROM windows) AND '
    "(facet IS NULL OR facet = 'request')"
)


def test_window_says_how_many_were_seen_and_why_some_are_set_aside(page: Page, rows: Rows) -> None:
    (seen,) = rows(f"SELECT sum(conversations) {ACCOUNTS} AND stage = 'conversations'")[0]
    expect(page.locator("[data-figure=seen] dd")).to_have_text(f"{int(seen):,}")
    (coherent, everyone) = rows(f"SELECT coherent, conversations FROM windows WHERE {NEWEST}")[0]
    expect(page.locator("[data-figure=coherent] dd")).to_have_text(f"{coherent / everyone:.0%}")
    set_aside = dict(
        rows(f"SELECT reason, sum(conversations) {ACCOUNTS} AND reason IS NOT NULL GROUP BY reason")
    )
    shown = page.locator(".reasons li").evaluate_all(
        "(items) => items.map((item) => [item.dataset.reason, "
        "item.querySelector('.reason-number').textContent])"
    )
    assert dict(shown) == {reason: f"{int(count):,}" for reason, count in set_aside.items()}


@pytest.mark.parametrize(("below", "notes"), [(True, 1), (False, 0)])
def test_group_says_that_it_is_mixed_when_it_lies_under_the_bound(
    page: Page, rows: Rows, below: bool, notes: int
) -> None:
    side = "<" if below else ">="
    identifier, name = rows(
        f"SELECT id, name FROM clusters WHERE {NEWEST} AND level = 0 AND coherence {side} "
        f"(SELECT min(min_coherence) FROM windows WHERE {NEWEST}) ORDER BY size DESC, id LIMIT 1"
    )[0]
    page.evaluate("(h) => { location.hash = h }", f"#cluster={identifier}")
    expect(page.locator(".details-name")).to_have_text(name)
    expect(page.locator(".mixed-note")).to_have_count(notes)


@pytest.mark.parametrize(
    ("reason", "title", "command"),
    [
        ("text_failed", "No name passed the checks", "clio verdicts"),
        ("not_named", "No name passed the checks", "clio verdicts"),
        ("other", "No group is large enough to be shown", "clio policy"),
    ],
)
def test_empty_map_says_why_and_what_can_be_done(
    reason: str,
    title: str,
    command: str,
    tmp_path: Path,
    serve_home: Callable[[Path], Any],
    open_page: OpenPage,
) -> None:
    home = build_home(tmp_path / "home", Shape(leaves=20, weeks=2))
    with duckdb.connect(str(home / "public" / "insights.duckdb")) as connection:
        for table in ("clusters", "lineage"):
            connection.execute(f'DELETE FROM "{table}"')
        connection.execute("DELETE FROM breakdowns WHERE cluster IS NOT NULL")
        connection.execute("UPDATE accounts SET reason = ? WHERE reason = 'text_failed'", [reason])
    with serve_home(home) as url:
        empty = open_page(url).locator(".empty")
        expect(empty.get_by_role("heading", level=2)).to_have_text(title)
        expect(empty.locator("code").last).to_contain_text(command)
