"""The page: self-contained, every text escaped, every number also as text."""

import re

from clio_assets.evaluate.page.charts import svg
from clio_assets.evaluate.page.render import render
from clio_assets.evaluate.page.sheet import Bars, Figure, Heat, Sheet, Stacks, Table

HOSTILE = '<script>alert("x")</script>'
CHARTS = (
    Bars("Bars", "says", [(HOSTILE, 0.5, "of 3"), ("over", 1.7, ""), ("under", -0.2, "")]),
    Stacks("Stacks", "says", ["low", HOSTILE], [(HOSTILE, [0.25, 0.75], "4 texts")]),
    Heat("Heat", "says", [HOSTILE, "b"], [HOSTILE, "b"], [[1.0, 0.0], [0.5, 0.5]]),
)
SHEET = Sheet(
    "A title",
    [HOSTILE],
    [Figure("Purity", 0.5, "says")],
    CHARTS,
    [Table("Rows", "says", ("name", "count", "share"), [(HOSTILE, 12345, 0.25)])],
    [HOSTILE],
)


def test_page_runs_and_loads_nothing_when_texts_are_hostile() -> None:
    page = render(SHEET, [HOSTILE], "2026-01-01")
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r'(?:src|href)="', page)
    assert page.count("<svg") == page.count("</svg>") == 3


def test_numbers_stand_as_text_when_the_page_is_read_aloud() -> None:
    page = render(SHEET, [], "2026-01-01")
    assert "12,345" in page
    assert ">0.500 of 3<" in page
    assert "Thresholds of clio.toml" not in page


def test_bars_stay_inside_when_values_leave_the_scale() -> None:
    widths = [
        float(width) for width in re.findall(r'class="bar"[^>]* width="([\d.]+)"', svg(CHARTS[0]))
    ]
    assert max(widths) <= 340
    assert min(widths) >= 1
