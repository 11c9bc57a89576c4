"""A sheet as one self-contained page: no script, nothing loaded from elsewhere."""

from pathlib import Path

from clio_assets.evaluate.page.charts import svg
from clio_assets.evaluate.page.sheet import Sheet, shown

TEMPLATE = Path(__file__).with_name("page.html")


def render(sheet: Sheet, shortfalls: list[str], made_at: str) -> str:
    """The page. `shortfalls` are the thresholds that were not reached, `made_at` is printed."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(svg=svg, shown=shown)
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    return template.render(sheet=sheet, shortfalls=shortfalls, made_at=made_at)
