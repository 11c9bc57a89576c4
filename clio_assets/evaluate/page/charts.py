"""Charts as inline SVG: no script, colours from the page's style, every number also as text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from clio_assets.evaluate.page.sheet import Bars, Chart, Heat, Stacks

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH: Final = 760
_LABELS: Final = 270
_NOTES: Final = 150
_PLOT: Final = _WIDTH - _LABELS - _NOTES
_ROW: Final = 26
_LONGEST_LABEL: Final = 40
_CELL: Final = 24


def svg(chart: Chart) -> "Markup":
    """The chart's picture. Texts are escaped."""
    from markupsafe import Markup

    if isinstance(chart, Bars):
        body, height = _bars(chart)
    elif isinstance(chart, Stacks):
        body, height = _stacks(chart)
    else:
        body, height = _heat(chart)
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{_safe(chart.title)}">'
        f"{''.join(body)}</svg>"
    )


def _bars(chart: Bars) -> tuple[list[str], int]:
    body = _scale(len(chart.bars))
    for row, (label, value, note) in enumerate(chart.bars):
        top = row * _ROW
        width = max(1.0, min(1.0, max(0.0, value)) * _PLOT)
        body += [
            _label(label, top),
            f'<rect class="bar" x="{_LABELS}" y="{top + 4}" width="{width:.1f}" height="16"/>',
            _text(_LABELS + width + 6, top + 17, f"{value:.3f} {note}".strip(), "note"),
        ]
    return body, max(_ROW, len(chart.bars) * _ROW) + 16


def _stacks(chart: Stacks) -> tuple[list[str], int]:
    body = _scale(len(chart.rows))
    for row, (label, shares, note) in enumerate(chart.rows):
        top, left = row * _ROW, float(_LABELS)
        body.append(_label(label, top))
        for part, share in enumerate(shares):
            width = share * _PLOT
            if width <= 0:
                continue
            body.append(
                f'<rect class="part{part}" x="{left:.1f}" y="{top + 4}" width="{width:.1f}" '
                f'height="16"><title>{_safe(chart.parts[part])}: {share:.1%}</title></rect>'
            )
            if width >= 38:
                body.append(_text(left + width / 2, top + 16, f"{share:.0%}", f"in{part} middle"))
            left += width
        body.append(_text(_LABELS + _PLOT + 6, top + 17, note, "note"))
    bottom = len(chart.rows) * _ROW + 22
    left = float(_LABELS)
    for part, name in enumerate(chart.parts):
        body += [
            f'<rect class="part{part}" x="{left:.1f}" y="{bottom - 10}" width="12" height="12"/>',
            _text(left + 17, bottom, name, "note"),
        ]
        left += 30 + 7 * len(name)
    return body, bottom + 12


def _heat(chart: Heat) -> tuple[list[str], int]:
    body: list[str] = []
    top = 150
    for at, name in enumerate(chart.columns):
        x = _LABELS + at * _CELL + 15
        body.append(
            f'<text class="note" transform="translate({x} {top - 6}) rotate(-60)">'
            f"{_safe(_cut(name, 24))}</text>"
        )
    for row, (name, shares) in enumerate(zip(chart.rows, chart.shares, strict=True)):
        y = top + row * _CELL
        body.append(_label(name, y - 2))
        for at, share in enumerate(shares):
            x = _LABELS + at * _CELL
            body.append(
                f'<rect class="cell" x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}"/>'
                f'<rect class="bar" x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}" '
                f'fill-opacity="{share:.3f}"><title>{_safe(name)}, guessed '
                f"{_safe(chart.columns[at])}: {share:.1%}</title></rect>"
            )
    return body, top + len(chart.rows) * _CELL + 8


def _scale(rows: int) -> list[str]:
    """Lines at quarters, from 0 to 1."""
    height = max(1, rows) * _ROW
    marks: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)
    return [
        f'<line class="grid" x1="{_LABELS + mark * _PLOT:.1f}" y1="0" '
        f'x2="{_LABELS + mark * _PLOT:.1f}" y2="{height}"/>'
        for mark in marks
    ]


def _label(text: str, top: float) -> str:
    cut = _cut(text, _LONGEST_LABEL)
    whole = f"<title>{_safe(text)}</title>" if cut != text else ""
    return (
        f'<text class="label" x="{_LABELS - 8}" y="{top + 17}" text-anchor="end">{whole}'
        f"{_safe(cut)}</text>"
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{_safe(text)}</text>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _safe(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))
