"""What sources say of conversations: as written, in its order, with means, on map and table."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from benchmarks.explorer_release import Shape, build_home, make_tables, write_release
from clio_assets.summaries.schema import ATTRIBUTES, MEANS

OpenPage = Callable[..., Page]
SHAPE = Shape(leaves=60, weeks=5)
#: Facet of the synthetic release -> the attribute that it becomes: its values by the facet's, each
#: with the place that it is declared in.
CLIENT = {
    "English": ("web", 1),
    "French": ("ios", 2),
    "German": ("Android 14", 3),
    "Spanish": ("phone_call", 0),
    "Chinese": ("other", 4),
}
SECONDS = {
    "1": ("1 to under 5", 1),
    "2": ("under 1", 0),
    "3-5": ("5 to under 1,000", 2),
    "6-10": ("1,000 or more", 3),
}
OPEN = {"Direct request": "swift-2", "Iteration": "owl", "Other": "other"}


def _renamed(rows: pa.Table, facet: str, name: str, values: dict[str, str]) -> pa.Table:
    """Rows of breakdowns of a facet as those of an attribute, of some values."""
    own = rows.filter(pc.equal(rows["facet"], facet))
    own = own.filter(pc.is_in(own["value"], value_set=pa.array(list(values))))
    found = own.to_pydict()
    found["facet"] = [name] * own.num_rows
    found["value"] = [values[value] for value in found["value"]]
    return pa.table(found, schema=rows.schema)


def _order(window: str) -> pa.Table:
    places = [
        *(("client", "category", *one) for one in CLIENT.values()),
        *(("latency_seconds", "number", *one) for one in SECONDS.values()),
        *(("model", "category", value, None) for value in OPEN.values()),
        ("streamed", "boolean", "true", 0),
    ]
    return pa.Table.from_pylist(
        [{"window": window, **dict(zip(ATTRIBUTES.names[1:], one, strict=True))} for one in places],
        schema=ATTRIBUTES,
    )


def _means(window: str, clusters: list[str]) -> pa.Table:
    """Of the window, of each cluster; of every tenth none."""
    told = np.random.default_rng(5).integers(2, 9, len(clusters)).tolist()
    rows: list[tuple[str | None, float | None, float | None]] = [(None, 4.32, 0.02)]
    rows += [
        (id_, None, None) if at % 10 == 3 else (id_, float(mean), 0.5)
        for at, (id_, mean) in enumerate(zip(clusters, told, strict=True))
    ]
    same = {"window": window, "clustered_facet": "request", "attribute": "latency_seconds"}
    return pa.Table.from_pylist(
        [
            {**same, "cluster": id_, "mean": mean, "step": step, "suppressed": mean is None}
            for id_, mean, step in rows
        ],
        schema=MEANS,
    )


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    made = make_tables(SHAPE)
    rows = made["breakdowns"]
    clusters = made["clusters"]
    window = clusters["window"][0].as_py()
    made["breakdowns"] = pa.concat_tables(
        [
            rows,
            _renamed(rows, "language", "client", {old: new for old, (new, _) in CLIENT.items()}),
            _renamed(
                rows, "turns", "latency_seconds", {old: new for old, (new, _) in SECONDS.items()}
            ),
            _renamed(rows, "collaboration", "model", OPEN),
            _renamed(rows, "flagged", "streamed", {"true": "true"}),
        ]
    )
    made["attributes"] = _order(window)
    made["means"] = _means(window, clusters["id"].to_pylist())
    return made


@pytest.fixture(scope="module")
def url(
    tables: dict[str, pa.Table],
    tmp_path_factory: pytest.TempPathFactory,
    serve_home: Callable[[Path], Any],
) -> Iterator[str]:
    home = build_home(tmp_path_factory.mktemp("attributes") / "home", SHAPE)
    write_release(home / "public" / "insights.duckdb", tables)
    with serve_home(home) as found:
        yield found


@pytest.fixture
def page(open_page: OpenPage, url: str) -> Page:
    return open_page(url)


def _labels(page: Page, facet: str) -> list[str]:
    found: list[str] = page.locator(f"[data-facet='{facet}'] .bar-label").all_inner_texts()
    return found


@pytest.mark.parametrize(
    ("attribute", "labels"),
    [
        ("client", ["phone_call", "web", "ios", "Android 14", "other"]),
        ("latency_seconds", ["under 1", "1 to under 5", "5 to under 1,000", "1,000 or more"]),
        ("model", ["swift-2", "owl", "other"]),
        ("streamed", ["Yes"]),
    ],
)
def test_values_stand_as_written_in_declared_order_when_a_source_says_them(
    page: Page, attribute: str, labels: list[str]
) -> None:
    assert _labels(page, attribute) == labels


def test_values_of_facets_keep_their_names_and_order_when_attributes_stand_beside_them(
    page: Page,
) -> None:
    assert _labels(page, "concern") == ["1", "2", "3", "4", "5"]
    assert _labels(page, "turns") == ["1", "2", "3-5", "6-10", "11+"]


def test_details_tell_the_mean_beside_that_of_the_window_when_a_cluster_is_open(
    page: Page, tables: dict[str, pa.Table]
) -> None:
    mean = page.locator(".mean")
    expect(mean).to_have_count(1)
    expect(mean.locator(".mean-number")).to_have_text("4.32 ± 0.01")
    expect(mean.locator(".mean-base")).to_have_text("in the whole window")
    told = {row["cluster"]: row for row in tables["means"].to_pylist()}
    for hidden in (False, True):
        chosen = next(id_ for id_, row in told.items() if id_ and row["suppressed"] == hidden)
        page.goto(f"{page.url.partition('#')[0]}#cluster={':'.join(chosen.split(':')[-2:])}")
        expect(page.locator(".details-name")).not_to_have_text("All time")
        text = "suppressed" if hidden else f"{told[chosen]['mean']:g} ± 0.25"
        expect(mean.locator(".mean-number")).to_have_text(text)
        expect(mean.locator(".mean-base")).to_have_text("whole window 4.32 ± 0.01")


def test_map_is_coloured_by_the_mean_when_it_is_pressed_and_by_size_when_it_is_again(
    page: Page,
) -> None:
    mean = page.locator(".mean")
    mean.click()
    expect(mean).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".legend-title")).to_have_text("Latency seconds (mean)")
    assert "colour=mean" in page.url
    ticks = page.locator(".legend-tick-label").all_inner_texts()
    assert ticks == ["2", "5", "8"]
    expect(page.locator(".legend-missing")).to_contain_text("Suppressed")
    mean.click()
    expect(mean).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".legend-title")).to_have_text("Conversations")


def test_map_is_coloured_by_a_value_when_its_bar_is_pressed(page: Page) -> None:
    page.locator("[data-facet='client'] .bar[data-value='ios']").click()
    expect(page.locator(".legend-title")).to_have_text("Client: ios share")
    page.locator("[data-facet='latency_seconds'] .bar[data-value='5 to under 1,000']").click()
    expect(page.locator(".legend-title")).to_have_text("Latency seconds: 5 to under 1,000 share")


def test_table_and_csv_have_columns_of_values_and_of_the_mean(
    page: Page, tables: dict[str, pa.Table]
) -> None:
    page.locator(".tab[data-view=table]").click()
    page.select_option("#table-facet", "client")
    heads = page.locator("#table-view th .sorter").all_inner_texts()
    assert heads[-6:] == [
        "Latency seconds (mean)",
        "phone_call",
        "web",
        "ios",
        "Android 14",
        "other",
    ]
    page.get_by_role("button", name="Latency seconds (mean)").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Latency seconds")
    first = page.locator("#table-view tbody tr").first
    expect(first).to_contain_text("8 ± 0.25")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    found = {row["Id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    for row in tables["means"].to_pylist():
        if row["cluster"]:
            told = found[row["cluster"]]
            both = told["Latency seconds (mean)"], told["Latency seconds (step)"]
            expected = ("suppressed",) * 2 if row["suppressed"] else (f"{row['mean']:g}", "0.5")
            assert both == expected
            assert "Client ios share" in told
