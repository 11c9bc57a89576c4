"""What an evaluation shows, wherever it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

#: A cell of a table.
Cell = str | int | float


@dataclass(frozen=True)
class Figure:
    """One number between 0 and 1 (or a little below) and what it says in plain words."""

    name: str
    value: float
    says: str


@dataclass(frozen=True)
class Bars:
    """One bar a row. `bars`: label, value between 0 and 1, and a note such as a count."""

    kind: ClassVar[str] = "bars"
    title: str
    says: str
    bars: Sequence[tuple[str, float, str]]


@dataclass(frozen=True)
class Stacks:
    """One stack a row whose parts sum to 1. `parts` name them; `rows`: label, shares, note."""

    kind: ClassVar[str] = "stacks"
    title: str
    says: str
    parts: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float], str]]


@dataclass(frozen=True)
class Heat:
    """Share of each row that falls into each column."""

    kind: ClassVar[str] = "heat"
    title: str
    says: str
    rows: Sequence[str]
    columns: Sequence[str]
    shares: Sequence[Sequence[float]]


Chart = Bars | Stacks | Heat


@dataclass(frozen=True)
class Table:
    """Rows of cells under a head; floats are shares or coefficients."""

    title: str
    says: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Sheet:
    """One evaluation: what was looked at, the figures, then the details."""

    title: str
    about: Sequence[str]
    figures: Sequence[Figure]
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    limits: Sequence[str] = field(default=())


def shown(cell: Cell) -> str:
    """A cell as text: counts with separators, shares with three digits."""
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
