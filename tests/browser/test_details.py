"""The details panel: overlays, relatives, several clusters at once, lineage."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = '"window" = (SELECT max("window") FROM windows) AND facet = \'request\''


@pytest.fixture
def leaf(page: Page, rows: Rows) -> tuple[str, str]:
    """Id and name of the largest leaf, selected."""
    found = rows(
        f"SELECT id, name FROM clusters WHERE {NEWEST} AND level = 0 ORDER BY size DESC, id LIMIT 1"
    )[0]
    page.evaluate("(h) => { location.hash = h }", f"#cluster={found[0]}")
    expect(page.locator(".details-name")).to_have_text(found[1])
    return found[0], found[1]


@pytest.mark.usefixtures("leaf")
def test_bar_becomes_the_overlay_when_it_is_pressed(page: Page) -> None:
    bar = page.locator("[data-facet=language] [data-value=English]")
    bar.click()
    expect(bar).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#colour")).to_have_value("share:language:English")
    expect(page.locator(".legend-title")).to_have_text("Language: English share")
    page.get_by_role("button", name="lift", exact=True).click()
    expect(page.locator("#colour")).to_have_value("lift:language:English")
    expect(page.locator(".legend-title")).to_have_text("Language: English over base rate")
    bar.click()
    expect(page.locator("#colour")).to_have_value("size")
    expect(bar).to_have_attribute("aria-pressed", "false")


@pytest.mark.usefixtures("leaf")
def test_bars_have_a_tick_where_the_base_rate_is(page: Page, rows: Rows) -> None:
    shares = dict(
        rows(
            "SELECT value, share FROM breakdowns WHERE cluster IS NULL AND facet = 'language' AND "
            'clustered_facet = \'request\' AND "window" = (SELECT max("window") FROM windows)'
        )
    )
    left = page.locator("[data-facet=language] .bar").evaluate_all(
        "(bars) => bars.map((bar) => [bar.dataset.value, "
        "parseFloat(bar.querySelector('.tick').style.left)])"
    )
    english = dict(left)["English"] / shares["English"]
    for value, place in left:
        assert place == pytest.approx(shares[value] * english, rel=0.01)


def test_relatives_are_those_of_the_database(page: Page, leaf: tuple[str, str], rows: Rows) -> None:
    siblings = rows(
        "SELECT name FROM clusters WHERE parent = (SELECT parent FROM clusters WHERE id = ?) "
        "AND id <> ?",
        leaf[0],
        leaf[0],
    )
    section = page.locator(".part", has=page.get_by_role("heading", name="Siblings"))
    if section.get_by_role("button", name="Show all").count():
        section.get_by_role("button", name="Show all").click()
    assert sorted(section.locator(".cluster-name").all_inner_texts()) == sorted(
        name for (name,) in siblings
    )
    nearest = rows(
        f"SELECT id FROM clusters, (SELECT x AS ax, y AS ay FROM clusters WHERE id = ?) WHERE "
        f"{NEWEST} AND level = 0 AND id <> ? ORDER BY (x - ax) ** 2 + (y - ay) ** 2 LIMIT 6",
        leaf[0],
        leaf[0],
    )
    section = page.locator(".part", has=page.get_by_role("heading", name="Nearest on the map"))
    shown = section.locator(".cluster-link").evaluate_all("(all) => all.map((a) => a.dataset.id)")
    assert set(shown) == {identifier for (identifier,) in nearest}


def test_breadcrumb_leads_up_to_the_top_and_to_nothing_selected(
    page: Page, leaf: tuple[str, str]
) -> None:
    steps = page.locator(".breadcrumb button")
    expect(steps).to_have_count(3)
    name = steps.nth(1).inner_text()
    steps.nth(1).click()
    expect(page.locator(".details-name")).to_have_text(name)
    page.locator(".breadcrumb button").first.click()
    expect(page.locator("[data-figure=conversations]")).to_be_visible()
    assert "cluster=" not in page.url
    assert leaf[0] not in page.url


@pytest.mark.usefixtures("leaf")
def test_lineage_names_analyst_policy_verdicts_and_commands(page: Page, rows: Rows) -> None:
    window = rows('SELECT max("window") FROM windows')[0][0]
    passed = rows('SELECT count(*) FROM verdicts WHERE passed AND "window" = ?', window)[0][0]
    lineage = page.locator(".lineage")
    expect(lineage).to_contain_text("local")
    expect(lineage).to_contain_text(f"{passed} of ")
    expect(lineage.locator("code").first).to_have_text(f"clio verdicts {window}")
    expect(lineage.locator("code").last).to_have_text(
        f"clio tree --window {window} --facet request"
    )
    lineage.locator("summary").click()
    expect(lineage.locator(".stages tbody tr")).to_have_count(6)


def test_trend_has_a_column_for_each_period(page: Page, leaf: tuple[str, str], rows: Rows) -> None:
    expected = rows(
        "SELECT value, size FROM breakdowns WHERE cluster = ? AND facet = 'time' ORDER BY value",
        leaf[0],
    )
    columns = page.locator(".trend-column")
    shown = columns.evaluate_all("(all) => all.map((one) => [one.dataset.value, one.title])")
    assert [value for value, _ in shown] == [value for value, _ in expected]
    for (_, title), (_, size) in zip(shown, expected, strict=True):
        assert title.endswith(": suppressed" if size is None else f": {size:,}")


def test_lasso_sums_published_sizes_and_says_what_is_suppressed(page: Page, rows: Rows) -> None:
    box = page.locator(".map-stage").bounding_box()
    assert box is not None
    left, top = box["x"] + 90, box["y"] + 60
    right, bottom = box["x"] + box["width"] - 60, box["y"] + box["height"] - 60
    page.keyboard.down("Shift")
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 5)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator(".details-name")).to_contain_text("clusters")
    page.get_by_role("button", name="Show all").first.click()
    chosen = page.locator(".cluster-link").evaluate_all("(all) => all.map((a) => a.dataset.id)")
    assert len(chosen) > 5
    marks = ", ".join("?" for _ in chosen)
    size = rows(
        f"SELECT sum(size) FROM clusters WHERE id IN ({marks}) "
        f"AND (parent IS NULL OR parent NOT IN ({marks}))",
        *chosen,
        *chosen,
    )[0][0]
    expect(page.locator("[data-figure=size] dd")).to_have_text(f"{size:,}")
    expect(page.locator(".sums .is-suppressed").first).to_contain_text("suppressed in")
    address = page.url
    page.go_back()
    expect(page.locator("[data-figure=conversations]")).to_be_visible()
    page.go_forward()
    assert page.url == address
    expect(page.locator("[data-figure=size] dd")).to_have_text(f"{size:,}")


SELECT_MANY = """async (times) => {
  const found = [];
  for (let at = 0; at < times; at += 1) {
    const links = document.querySelectorAll("#details .cluster-link");
    const from = performance.now();
    links[(at * 7) % links.length].click();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    found.push(performance.now() - from);
  }
  return found;
}"""


@pytest.mark.usefixtures("leaf")
def test_two_hundred_selections_neither_slow_down_nor_leave_anything_behind(page: Page) -> None:
    session = page.context.new_cdp_session(page)

    def held() -> tuple[int, int]:
        session.send("HeapProfiler.collectGarbage")
        counters = session.send("Memory.getDOMCounters")
        return counters["nodes"], counters["jsEventListeners"]

    page.evaluate(SELECT_MANY, 30)
    before = held()
    took = page.evaluate(SELECT_MANY, 200)
    after = held()
    # Each selection shows another cluster, so that what exists at a time varies a little.
    assert after[0] < before[0] * 1.5
    assert after[1] < before[1] * 1.5
    assert median(took[-50:]) < 2 * median(took[:50])
