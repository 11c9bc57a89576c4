"""What the page says of every cluster is what the public database says."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, Route

Rows = Callable[..., list[tuple[Any, ...]]]
#: Facet -> value -> size and share.
Cells = dict[str, dict[str, tuple[int | None, float | None]]]

#: Goes to each cluster by its link and reads its details, as they are shown.
READ = """async (ids) => {
  const text = (node, selector) => node.querySelector(selector)?.textContent ?? null;
  const found = {};
  for (const id of ids) {
    const [window, facet] = id.split(":");
    location.hash = `#window=${window}&facet=${facet}&cluster=${id}`;
    while (history.state?.cluster !== id) await new Promise((done) => setTimeout(done));
    const panel = document.querySelector("#details");
    const bars = (chart) => Array.from(chart.querySelectorAll("[data-value]"), (bar) => [
      bar.dataset.value, text(bar, ".bar-number") ?? bar.getAttribute("aria-label")]);
    found[id] = {
      name: text(panel, ".details-name"),
      description: text(panel, ".description"),
      size: text(panel, "[data-figure=size] dd"),
      users: text(panel, "[data-figure=users] dd"),
      share: text(panel, "[data-figure=share] dd"),
      path: Array.from(panel.querySelectorAll(".breadcrumb bdi"), (step) => step.textContent),
      facets: Object.fromEntries(Array.from(panel.querySelectorAll(".facet"), (chart) =>
        [chart.dataset.facet, bars(chart)])),
    };
  }
  return found;
}"""


def _matches(shown: str, share: float) -> bool:
    """Whether a percentage as shown is the share, as exactly as it is shown."""
    if shown == "<0.1%":
        return 0 < share < 0.001
    if shown == ">99.9%":
        return 0.999 < share < 1
    digits = re.fullmatch(r"(\d+)(?:\.(\d))?%", shown)
    assert digits is not None
    step = 0.1 if 100 * share < 9.95 or 0.995 <= share < 1 else 1.0
    return abs(float(shown.removesuffix("%")) - 100 * share) <= step / 2 + 1e-9


def _agrees(shown: str, size: int | None, share: float | None) -> bool:
    """Whether the text of a bar or of a column says this size and share."""
    number = shown.rsplit(": ", maxsplit=1)[-1]
    if size is None or share is None:
        return number == "suppressed"
    parts = number.split(" · ")
    return parts[0] == f"{size:,}" and (len(parts) == 1 or _matches(parts[1], share))


def _published(rows: Rows, facet: str) -> list[tuple[Any, ...]]:
    return rows(
        "SELECT id, name, description, size, users, share, parent FROM clusters "
        'WHERE facet = ? AND "window" = (SELECT max("window") FROM windows)',
        facet,
    )


def _cells(rows: Rows) -> dict[str, Cells]:
    """Size and share of every value of every facet of each cluster."""
    cells: dict[str, Cells] = defaultdict(lambda: defaultdict(dict))
    for cluster, name, value, size, share in rows(
        "SELECT cluster, facet, value, size, share FROM breakdowns WHERE cluster IS NOT NULL"
    ):
        cells[cluster][name][value] = (size, share)
    return cells


def _read(page: Page, facet: str, clusters: list[tuple[Any, ...]]) -> dict[str, Any]:
    # The map is loaded once; after that every move is at once.
    window = clusters[0][0].split(":")[0]
    page.evaluate("(h) => { location.hash = h }", f"#window={window}&facet={facet}")
    page.wait_for_function("(f) => document.querySelector('#facet').value === f", arg=facet)
    found: dict[str, Any] = page.evaluate(READ, [row[0] for row in clusters])
    return found


def _differing(
    clusters: list[tuple[Any, ...]], cells: dict[str, Cells], shown: dict[str, Any]
) -> list[str]:
    """Ids of the clusters of which the page says anything else than the database."""
    by_id = {row[0]: row for row in clusters}
    wrong = []
    for identifier, name, description, size, users, share, parent in clusters:
        seen = shown[identifier]
        texts = (seen["name"], seen["description"], seen["size"], seen["users"])
        same = texts == (name, description, f"{size:,}", f"{users:,}")
        above = [by_id[parent][1]] if parent else []
        charts = [
            {value for value, _ in bars} == set(expected)
            and all(_agrees(text, *expected[value]) for value, text in bars)
            for facet, expected in cells[identifier].items()
            for bars in [seen["facets"].get(facet, [])]
        ]
        path = seen["path"][-1:] == above
        if not (same and _matches(seen["share"], share) and path and all(charts)):
            wrong.append(identifier)
    return wrong


@pytest.mark.parametrize("facet", ["request", "task"])
def test_details_equal_the_database_for_every_cluster(page: Page, rows: Rows, facet: str) -> None:
    clusters = _published(rows, facet)
    shown = _read(page, facet, clusters)
    assert len(shown) == len(clusters) > 300
    assert _differing(clusters, _cells(rows), shown) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return this.data.users[i];", "return this.data.users[i] + 5;"),
        ("size / this.data.size[i];", "size / this.data.users[i];"),
        ("suppressed ? SUPPRESSED : `", "suppressed ? `0 · 0%` : `"),
    ],
)
def test_comparison_catches_a_page_that_says_something_else(
    page: Page, rows: Rows, right: str, wrong: str
) -> None:
    def seed(route: Route) -> None:
        response = route.fetch()
        body = response.text()
        assert right in body
        route.fulfill(response=response, body=body.replace(right, wrong))

    page.route("**/static/explorer.js", seed)
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready === 'true'")
    clusters = _published(rows, "request")
    assert _differing(clusters, _cells(rows), _read(page, "request", clusters)) != []


def test_suppressed_cells_occur_and_say_so(page: Page, rows: Rows) -> None:
    cluster, value = rows(
        "SELECT cluster, value FROM breakdowns WHERE suppressed AND facet = 'language' AND cluster "
        'LIKE \'%:request:0:%\' AND "window" = (SELECT max("window") FROM windows) LIMIT 1'
    )[0]
    page.evaluate("(h) => { location.hash = h }", f"#cluster={cluster}")
    bar = page.locator(f'#details [data-facet=language] [data-value="{value}"]')
    assert bar.locator(".bar-number").inner_text() == "suppressed"
    assert bar.locator(".hatched").count() == 1
    assert bar.locator(".fill").count() == 0


def test_window_shows_base_rates_when_nothing_is_selected(page: Page, rows: Rows) -> None:
    base = rows(
        "SELECT facet, value, size, share FROM breakdowns WHERE cluster IS NULL "
        "AND facet <> 'time' "
        'AND clustered_facet = \'request\' AND "window" = (SELECT max("window") FROM windows)'
    )
    for facet, value, size, share in base:
        bar = page.locator(f'#details [data-facet="{facet}"] [data-value="{value}"] .bar-number')
        assert _agrees(bar.inner_text(), size, share), (facet, value)
