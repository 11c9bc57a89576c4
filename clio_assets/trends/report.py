"""What a release changed, in plain words: Markdown, or one page that loads nothing."""

from collections.abc import Sequence
from pathlib import Path

from clio_assets.ground.windows import map_of, window_in
from clio_assets.trends.alerts import Alert
from clio_assets.trends.movements import APPEARED, VANISHED, Moved, Movement

TEMPLATE = Path(__file__).with_name("report.html")
#: Topics that a section lists at most.
LISTED = 10
_MARKDOWN = "\\`*_{}[]<>#|!"


def title_of(moved: Moved) -> str:
    """Of what the report is."""
    named = map_of(moved.window)
    return f"{f'Map {named}, ' if named else ''}{window_in(moved.window)}, {moved.facet}"


def opening(moved: Moved) -> str:
    """How many topics there are and what became of those of the window before, in a sentence."""
    present = [one for one in moved.movements if one.share is not None]
    if moved.before is None:
        return f"{_many(len(present))}. Nothing earlier is published to compare them with."
    return (
        f"{_many(len(present))}. Since {window_in(moved.before)}, "
        f"{len(moved.of('continued'))} continued, {len(moved.of(*APPEARED))} appeared and "
        f"{len(moved.of(*VANISHED))} vanished."
    )


def sections(moved: Moved) -> list[tuple[str, Sequence[Movement]]]:
    """Heading and topics of each part that has any."""
    parts = [
        ("Growing", moved.growing),
        ("Shrinking", moved.shrinking),
        ("New", moved.of(*APPEARED)),
        ("Gone", moved.of(*VANISHED)),
    ]
    return [(heading, found[:LISTED]) for heading, found in parts if found]


def said(one: Movement) -> str:
    """What became of a topic, without its name."""
    if one.share is None:
        where = f"; now part of {one.related}" if one.related else ""
        return f"was {one.share_before or 0:.1%}{where}"
    if one.share_before is None:
        of = f"; it was part of {one.related}" if one.related else ""
        again = ", after it was gone" if one.event == "back" else ""
        return f"{one.share:.1%} of conversations{again}{of}"
    return f"{one.share_before:.1%} to {one.share:.1%}"


def markdown(moved: Moved, alerts: Sequence[Alert]) -> str:
    """The report as Markdown."""
    lines = [f"# {_escaped(title_of(moved))}", "", opening(moved), ""]
    if alerts:
        lines += ["## Alerts", "", *(f"- {_escaped(one.sentence)}" for one in alerts), ""]
    for heading, found in sections(moved):
        lines += [f"## {heading}", ""]
        lines += [f"- **{_escaped(one.name)}**: {_escaped(said(one))}" for one in found]
        lines.append("")
    return "\n".join(lines)


def page(moved: Moved, alerts: Sequence[Alert]) -> str:
    """The report as one page."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(said=said, points=points)
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        title=title_of(moved), opening=opening(moved), alerts=alerts, sections=sections(moved)
    )


def points(shares: Sequence[float | None]) -> str:
    """A topic's shares as the points of a line in a box of 100 by 20; nothing is 0."""
    values = [share or 0.0 for share in shares]
    most, last = max(values) or 1.0, max(1, len(values) - 1)
    return " ".join(
        f"{100 * at / last:.1f},{20 - 18 * value / most:.1f}" for at, value in enumerate(values)
    )


def _many(number: int) -> str:
    return f"{number} topic" if number == 1 else f"{number} topics"


def _escaped(text: str) -> str:
    """Text in which nothing is Markdown, on one line."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in plain)
