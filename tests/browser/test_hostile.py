"""Names and descriptions that attack: inert, in their place, and laid out well."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from benchmarks.explorer_release import Shape, build_home, make_tables, write_release

OpenPage = Callable[..., Page]
SHAPE = Shape(leaves=60, weeks=6)
LONG = "Endless " * 1250
UNBROKEN = "x" * 10_000

#: Text as published, and as it is shown.
HOSTILE: dict[str, tuple[str, str]] = {
    "script": ("<script>window.attacked = 1</script>", "<script>window.attacked = 1</script>"),
    "image": ('<img src=x onerror="window.attacked = 1">', ""),
    "quotes": ("\"><b>'`${window.attacked = 1}`'</b>&lt;&#60;", ""),
    "address": ("javascript:window.attacked=1", ""),
    "override": ("Refund \u202emoc.live\u202c \u2066now\u2069", "Refund moc.live now"),
    "controls": ("Bell\u0007 and\u0000 null\r\nbreak\u2028line", "Bell and null break line"),
    "right to left": ("مساعدة في كتابة رسالة 123 (مسودة)", ""),
    "mixed": ("Translate שלום (peace) to English", ""),
    "emoji": ("👩‍👩‍👧‍👦 Plan 🏴󠁧󠁢󠁷󠁬󠁳󠁿 trips 🧳", ""),
    "marks": ("Z" + "\u0301" * 400 + "algo", "Z\u0301\u0301\u0301algo"),
    "formula": ('=HYPERLINK("http://127.0.0.1:1/","x")', ""),
    "long": (LONG, LONG.strip()),
    "unbroken": (UNBROKEN, ""),
    "polluting": ("__proto__", ""),
    "template": ("{{constructor.constructor('window.attacked=1')()}}", ""),
}


def _shown(kind: str) -> str:
    published, shown = HOSTILE[kind]
    return shown or published


@pytest.fixture(scope="module")
def hostile_url(
    tmp_path_factory: pytest.TempPathFactory, serve_home: Callable[[Path], Any]
) -> Iterator[str]:
    """A server over a release whose first leaves have hostile texts, and facet values too."""
    home = build_home(tmp_path_factory.mktemp("hostile") / "home", SHAPE)
    tables = make_tables(SHAPE)
    clusters = tables["clusters"].to_pandas()
    leaves = clusters.index[clusters["level"] == 0]
    for row, (published, _) in zip(leaves, HOSTILE.values(), strict=False):
        clusters.loc[row, "name"] = published
        clusters.loc[row, "description"] = published
    tops = clusters.index[clusters["level"] == clusters["level"].max()]
    clusters.loc[tops[0], "name"] = LONG
    tables["clusters"] = tables["clusters"].from_pandas(
        clusters, schema=tables["clusters"].schema, preserve_index=False
    )
    breakdowns = tables["breakdowns"].to_pandas()
    breakdowns["value"] = breakdowns["value"].replace("Spanish", HOSTILE["image"][0])
    tables["breakdowns"] = tables["breakdowns"].from_pandas(
        breakdowns, schema=tables["breakdowns"].schema, preserve_index=False
    )
    write_release(home / "public" / "insights.duckdb", tables)
    with serve_home(home) as url:
        yield url


@pytest.fixture
def attacked(open_page: OpenPage, hostile_url: str) -> Iterator[Page]:
    """The page; fails its test if anything published ran, or became an element."""
    page = open_page(hostile_url)
    page.on("dialog", lambda dialog: pytest.fail("a dialog opened"))
    yield page
    assert page.evaluate("() => window.attacked ?? null") is None
    assert page.evaluate("() => ({}).attacked ?? null") is None
    assert page.locator("script:not([src])").count() == 0
    assert page.locator("img, iframe, object, embed").count() == 0


def _select(page: Page, number: int) -> None:
    page.evaluate(
        """(hash) => new Promise((done) => {
          addEventListener("popstate", () => requestAnimationFrame(done), { once: true });
          location.hash = hash;
        })""",
        f"#cluster=all:request:0:{number}",
    )


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_text_in_every_place(attacked: Page, kind: str) -> None:
    expected = _shown(kind)
    _select(attacked, list(HOSTILE).index(kind))
    heading = attacked.locator(".details-name bdi")
    assert heading.text_content() == expected
    assert attacked.locator(".description bdi").text_content() == expected
    row = attacked.locator("[role=treeitem][aria-selected=true] .tree-name")
    assert row.text_content() == expected
    attacked.locator(".tab[data-view=table]").click()
    attacked.select_option("#table-facet", "language")
    row = attacked.locator("#table-view tr[aria-current=true] .cell-link")
    if row.count():
        assert (row.text_content() or "")[:100] == expected[:100]
    wide = attacked.evaluate("() => document.documentElement.scrollWidth")
    assert wide == 1440


def test_long_texts_are_cut_and_can_be_read_whole(attacked: Page) -> None:
    _select(attacked, list(HOSTILE).index("long"))
    heading = attacked.locator(".details-name")
    box = heading.bounding_box()
    assert box is not None
    assert box["height"] < 130
    attacked.get_by_role("button", name="Show the whole name").click()
    whole = heading.bounding_box()
    assert whole is not None
    assert whole["height"] > 2000
    attacked.get_by_role("button", name="Show less of the name").click()
    for row in attacked.locator(".tree-row").all()[:8]:
        inner = row.locator(".tree-name").bounding_box()
        assert inner is not None
        assert inner["height"] <= 42


def test_direction_of_a_name_does_not_reach_the_numbers_beside_it(attacked: Page) -> None:
    for kind in ("right to left", "override", "mixed"):
        _select(attacked, list(HOSTILE).index(kind))
        row = attacked.locator("[role=treeitem][aria-selected=true]")
        name = row.locator(".tree-name").bounding_box()
        numbers = row.locator(".tree-numbers").bounding_box()
        assert name is not None
        assert numbers is not None
        assert numbers["x"] >= name["x"] + name["width"]
        assert row.locator(".tree-numbers").inner_text().replace(",", "").isdigit()


def test_hostile_facet_value_can_be_chosen_linked_and_compared(
    attacked: Page, open_page: OpenPage
) -> None:
    value = HOSTILE["image"][0]
    attacked.locator("[data-facet=language] .bar", has_text="onerror").click()
    expect(attacked.locator("#colour")).to_have_value(f"share:language:{value}")
    other = open_page(attacked.url)
    expect(other.locator("#colour")).to_have_value(f"share:language:{value}")
    expect(other.locator(".legend-title")).to_contain_text("onerror")
    other.locator(".tab[data-view=compare]").click()
    expect(other.locator("#compare-value")).to_have_value(value)


def test_search_finds_hostile_names_as_text(attacked: Page) -> None:
    attacked.keyboard.press("/")
    attacked.keyboard.type("<script>")
    found = attacked.locator(".search-name")
    expect(found).to_have_count(1)
    assert found.first.text_content() == _shown("script")
    attacked.keyboard.press("Enter")
    expect(attacked.locator(".details-name")).to_have_text(_shown("script"))


def test_map_is_drawn_beside_hostile_names(attacked: Page) -> None:
    attacked.wait_for_timeout(500)
    assert attacked.locator("canvas[data-layer=points]").count() == 1
    attacked.locator(".map-stage").hover()
    attacked.mouse.wheel(0, -1500)
    attacked.wait_for_timeout(600)
    assert attacked.evaluate("() => document.documentElement.scrollWidth") == 1440
