"""A release of several maps: of all conversations, and named ones of some of them."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from benchmarks.explorer_release import Shape, build_home

OpenPage = Callable[..., Page]

OLD, NEW = "2026-03-30", "2026-05-11"
SHAPE = Shape(
    leaves=60, weeks=6, windows=2, clustered=("request", "task"), maps=("mobile",),
    hidden=("german",),
)  # fmt: skip
OPTIONS = "(select) => Array.from(select.options, (o) => [o.value, o.label, o.disabled])"


@pytest.fixture(scope="module")
def home_of_maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two windows of two facets of all conversations and of `mobile`; nothing of `german`."""
    return build_home(tmp_path_factory.mktemp("maps") / "home", SHAPE)


@pytest.fixture(scope="module")
def url(home_of_maps: Path, serve_home: Callable[[Path], Any]) -> Iterator[str]:
    with serve_home(home_of_maps) as address:
        yield address


def _options(page: Page, select: str) -> list[list[Any]]:
    found: list[list[Any]] = page.locator(select).evaluate(OPTIONS)
    return found


def test_map_is_not_asked_for_when_there_is_one_alone(page: Page) -> None:
    expect(page.locator("#window")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator(".details-name")).to_have_text("May 2026")


def test_choosers_list_maps_and_windows_of_the_chosen_one_when_there_are_several(
    open_page: OpenPage, url: str
) -> None:
    page = open_page(url)
    assert _options(page, "#map") == [
        ["", "All conversations", False],
        ["mobile", "mobile", False],
        ["german", "german (nothing shown)", True],
    ]
    months = [[NEW, "May 2026", False], [OLD, "March 2026", False]]
    assert _options(page, "#window") == months
    page.select_option("#map", "mobile")
    expect(page.locator(".details-name")).to_have_text("mobile · May 2026")
    assert _options(page, "#window") == [[f"mobile@{key}", *rest] for key, *rest in months]
    expect(page).to_have_title("mobile · Clio explorer")


def test_map_keeps_window_and_facet_when_another_one_is_chosen(
    open_page: OpenPage, url: str
) -> None:
    page = open_page(f"{url}#window={OLD}&facet=task")
    page.select_option("#map", "mobile")
    expect(page.locator("#window")).to_have_value(f"mobile@{OLD}")
    expect(page.locator("#facet")).to_have_value("task")
    assert f"window=mobile@{OLD}&facet=task" in page.url
    page.go_back()
    expect(page.locator("#map")).to_have_value("")
    expect(page.locator("#window")).to_have_value(OLD)


def test_map_comes_to_its_newest_window_when_it_has_none_of_these_days(
    open_page: OpenPage, serve_home: Callable[[Path], Any], tmp_path: Path
) -> None:
    home = build_home(tmp_path / "home", SHAPE)
    with duckdb.connect(str(home / "public" / "insights.duckdb")) as connection:
        connection.execute('DELETE FROM windows WHERE "window" = ?', [f"mobile@{OLD}"])
    with serve_home(home) as address:
        page = open_page(f"{address}#window={OLD}")
        page.select_option("#map", "mobile")
        expect(page.locator("#window")).to_have_value(f"mobile@{NEW}")


@pytest.mark.parametrize(
    ("fragment", "named", "window", "said"),
    [
        (f"#window={OLD}", "", OLD, ""),
        (f"#window=mobile@{OLD}", "mobile", f"mobile@{OLD}", ""),
        (f"#window=mobile%40{OLD}&cluster=mobile@{OLD}:request:0:1", "mobile", f"mobile@{OLD}", ""),
        ("#window=mobile@2025-01-01", "mobile", f"mobile@{NEW}", ""),
        (f"#window=german@{OLD}", "", NEW, "Nothing is shown of the map german"),
        (f"#window=gone@{OLD}", "", NEW, "Nothing is shown of the map gone"),
    ],
)
def test_link_opens_its_map_or_says_that_it_is_not_shown_when_opened(
    open_page: OpenPage, url: str, fragment: str, named: str, window: str, said: str
) -> None:
    page = open_page(url + fragment)
    expect(page.locator("#map")).to_have_value(named)
    expect(page.locator("#window")).to_have_value(window)
    expect(page.locator("#notice")).to_contain_text(said)
    if "cluster=" in fragment:
        expect(page.locator(".breadcrumb li").first).to_have_text("mobile")
        expect(page).to_have_title(
            f"{page.locator('.details-name').inner_text()} · mobile · Clio explorer"
        )


@pytest.mark.parametrize(
    ("here", "there", "options", "heads", "note"),
    [
        # some conversations with all of the same days, though there is a window before
        (f"mobile@{NEW}", NEW, 3, ["mobile", "All conversations", "Ratio"], "on both maps"),
        (NEW, OLD, 3, ["May 2026", "March 2026", "Change"], "Each window is clustered on its own"),
        # of the first window there is none before
        (OLD, f"mobile@{OLD}", 3, ["All conversations", "mobile", "Ratio"], "on both maps"),
    ],
)
def test_comparison_starts_with_the_window_that_says_most_when_none_is_chosen(
    open_page: OpenPage,
    url: str,
    here: str,
    there: str,
    options: int,
    heads: list[str],
    note: str,
) -> None:
    page = open_page(f"{url}#window={here}&view=compare&by=windows")
    expect(page.locator("#compare-window")).to_have_value(there)
    assert len(_options(page, "#compare-window")) == options
    expect(page.locator("#compare-view thead th").nth(3)).to_have_text(heads[2])
    assert page.locator("#compare-view thead th").all_inner_texts()[1:] == heads
    expect(page.locator(".compare-note")).to_contain_text(note)


def test_comparison_divides_published_shares_when_maps_are_compared(
    open_page: OpenPage, url: str, home_of_maps: Path
) -> None:
    page = open_page(f"{url}#window=mobile@{NEW}&view=compare&by=windows&on=0")
    with duckdb.connect(
        str(home_of_maps / "public" / "insights.duckdb"), read_only=True
    ) as connection:
        expected = connection.execute(
            "SELECT here.name, here.size, there.size FROM clusters AS here JOIN clusters AS there "
            "USING (level, name, facet) WHERE level = 0 AND facet = 'request' "
            'AND here."window" = ? AND there."window" = ? '
            "ORDER BY here.share / there.share DESC",
            [f"mobile@{NEW}", NEW],
        ).fetchall()
    assert len(expected) > 3
    expect(page.locator(".compare-note")).to_contain_text(f"{len(expected)} clusters by the ratio")
    found = page.locator("#compare-view tbody tr")
    for at, (name, here, there) in enumerate(expected[:3]):
        cells = found.nth(at).locator("th, td").all_inner_texts()
        assert cells[0] == name
        assert cells[1].startswith(f"{here:,} · ")
        assert cells[2].startswith(f"{there:,} · ")


def test_comparison_says_so_when_maps_are_not_of_the_same_days(
    open_page: OpenPage, url: str
) -> None:
    page = open_page(f"{url}#window=mobile@{NEW}&view=compare&by=windows&on=rates&with={OLD}")
    expect(page.locator(".compare-note")).to_contain_text("not of the same days")
    expect(page.locator("#compare-view thead")).to_contain_text("All conversations · March 2026")


def test_csv_names_the_map_when_there_are_several(open_page: OpenPage, url: str) -> None:
    page = open_page(f"{url}#window=mobile@{NEW}&view=table")
    with page.expect_download() as caught:
        page.get_by_role("button", name="CSV").click()
    assert caught.value.suggested_filename == f"clusters-mobile-{NEW}-request.csv"
    text = Path(caught.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {(row["Map"], row["Window"]) for row in rows} == {("mobile", NEW)}


def test_lineage_and_about_name_the_map_when_there_are_several(
    open_page: OpenPage, url: str
) -> None:
    page = open_page(f"{url}#window=mobile@{NEW}")
    expect(page.locator(".facts")).to_contain_text("mobile · May 2026")
    lineage = page.locator(".lineage")
    expect(lineage).to_contain_text(f"clio verdicts mobile@{NEW}")
    expect(lineage).to_contain_text(f"clio tree --map mobile --window {NEW} --facet request")
    page.keyboard.press("?")
    about = page.locator("dialog")
    expect(about).to_contain_text("Maps: All conversations (2 windows), mobile (2 windows).")
    expect(about).to_contain_text("Nothing is shown of german")


@pytest.mark.parametrize("width", [390, 700, 900, 1200])
def test_choosers_stay_within_the_page_when_it_is_narrow(
    open_page: OpenPage, url: str, width: int
) -> None:
    page = open_page(f"{url}#window=mobile@{NEW}", viewport={"width": width, "height": 800})
    for name in ("#map", "#window", "#facet", "#tools", "#search-input"):
        box = page.locator(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["width"] > 40
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_export_holds_every_map_when_there_are_several(
    home_of_maps: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    clio = Path(sys.executable).with_name("clio")
    file = tmp_path / "explorer.html"
    command = [str(clio), "--home", str(home_of_maps), "export", str(file)]
    subprocess.run(command, check=True, timeout=120)
    page = open_page(file.as_uri())
    page.select_option("#map", "mobile")
    page.select_option("#window", f"mobile@{OLD}")
    expect(page.locator(".details-name")).to_have_text("mobile · March 2026")
