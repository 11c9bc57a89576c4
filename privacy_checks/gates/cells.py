"""Breakdown cells, counted again from the facets of the members, and what gives them away."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from privacy_checks.gates.counting import (
    Codes,
    codes,
    distinct_in_groups,
    joined,
    numbers,
    positions,
    sizes_of_groups,
)

Mask = npt.NDArray[np.bool_]

#: First number of turns of each bucket, and its name.
_TURNS = ((1, "1"), (2, "2"), (3, "3-5"), (6, "6-10"), (11, "11+"))
_MONDAY = 3  # days from a Monday to 1970-01-01


@dataclass(frozen=True)
class Places:
    """Where conversations are counted: each published cluster, and each facet's whole window.

    `size` is a place's number of conversations; `above` the place above it, -1 for a window;
    `window` its window, itself for one. `keys` join clustered facet and cluster id ("" for none).
    """

    keys: pa.Array
    size: Codes
    above: Codes
    window: Codes

    def of(self, breakdowns: pa.Table) -> Codes:
        """The place of each row of a table with `clustered_facet` and `cluster`; -1 for none."""
        cluster = breakdowns["cluster"].fill_null("")
        return positions(joined(breakdowns["clustered_facet"], cluster), self.keys)


@dataclass(frozen=True)
class Cells:
    """Every cell with a conversation in it: its place, attribute, value, and who is behind it."""

    place: Codes
    attribute: Codes
    value: Codes  # a number for attribute and value together
    size: Codes
    users: Codes
    keys: pa.Array  # place, attribute and value as text


def attributes(facets: pa.Table, weekly: bool) -> dict[str, pa.Array]:
    """What breakdowns are by, as text, one value a row of `facets`; null where it is unknown."""
    turns = numbers(facets["turns"])
    starts = np.array([start for start, _ in _TURNS])
    bucket = np.maximum(np.searchsorted(starts, turns, side="right") - 1, 0)
    days = numbers(facets["started_at"].cast(pa.date32()).cast(pa.int32()))
    if weekly:
        days = days - (days + _MONDAY) % 7
    return {
        "language": facets["language"],
        "concern": facets["concern"].cast(pa.string()),
        "turns": pa.array([name for _, name in _TURNS]).take(pa.array(bucket)),
        "flagged": facets["flagged"].cast(pa.string()),
        "time": pa.array(days, pa.int32()).cast(pa.date32()).cast(pa.string()),
    }


def counted(
    rows_of_places: list[tuple[Codes, Codes]], values: Mapping[str, pa.Array], users: Codes
) -> Cells:
    """The cells of all places.

    Each pair of `rows_of_places` says for some rows of the facets table (first array) which place
    they are in (second array); the same place does not occur in two pairs. `values` and `users`
    say what those rows hold.
    """
    parts: list[tuple[Codes, ...]] = []
    names: list[pa.Array] = []
    offset = 0
    for number, (attribute, column) in enumerate(values.items()):
        value_of_row, found = codes(column)
        width = max(1, len(found))
        for rows, place in rows_of_places:
            known = value_of_row[rows] >= 0
            pair = place[known] * width + value_of_row[rows][known]
            present = np.flatnonzero(np.bincount(pair))
            cell = np.searchsorted(present, pair)
            label = present % width
            parts.append(
                (
                    present // width,
                    np.full(len(present), number, dtype=np.int64),
                    label + offset,
                    sizes_of_groups(cell, len(present)),
                    distinct_in_groups(cell, users[rows][known], len(present)),
                )
            )
            labels = found.take(pa.array(label))
            names.append(
                joined(pa.array(present // width), pa.repeat(attribute, len(labels)), labels)
            )
        offset += len(found)
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Cells(nothing, nothing, nothing, nothing, nothing, pa.array([], pa.string()))
    place, by, value, size, people = map(np.concatenate, zip(*parts, strict=True))
    return Cells(place, by, value, size, people, pa.concat_arrays(names))


def rows_as_cells(breakdowns: pa.Table, places: Places) -> pa.Array:
    """The key of each published cell, to be found among `Cells.keys`."""
    return joined(pa.array(places.of(breakdowns)), breakdowns["facet"], breakdowns["value"])


def given_away(cells: Cells, hidden: Mask, places: Places) -> int:
    """Number of sums and quotients from which a hidden cell can be worked out.

    Three things are public: the cells of one attribute add up to their place's size; cells of one
    value in all places below a place add up to that place's cell, where everything in it is
    published below it; and a shown lift holds the share of the window.
    """
    if not len(cells.place):
        return 0
    width = int(cells.value.max()) + 1
    cell_at = cells.place * width + cells.value
    lifts = int(np.count_nonzero(~hidden & hidden[in_window(cells, places)]))
    return lifts + _by_row(cells, hidden) + _by_tree(cells, hidden, places, cell_at, width)


def in_window(cells: Cells, places: Places) -> Codes:
    """For each cell the cell of the whole window with the same value."""
    width = int(cells.value.max(initial=0)) + 1
    wanted = places.window[cells.place] * width + cells.value
    return _find(cells.place * width + cells.value, wanted)


def _by_row(cells: Cells, hidden: Mask) -> int:
    """Places and attributes whose size gives a hidden cell away: one alone, or nothing but ones."""
    row = cells.place * (int(cells.attribute.max()) + 1) + cells.attribute
    count = int(row.max()) + 1
    number = np.bincount(row, weights=hidden, minlength=count)
    shown = np.bincount(row, weights=~hidden, minlength=count)
    behind = np.bincount(row, weights=hidden * cells.size, minlength=count)
    # a row without a shown cell holds what the place's size says already
    return int(
        np.count_nonzero((shown > 0) & ((number == 1) | ((number > 0) & (behind == number))))
    )


def _by_tree(cells: Cells, hidden: Mask, places: Places, cell_at: Codes, width: int) -> int:
    """Cells that follow from those of the place above, or give those away."""
    above = places.above[cells.place]
    part = np.flatnonzero(above >= 0)
    total = _find(cell_at, above[part] * width + cells.value[part])
    part, total = part[total >= 0], total[total >= 0]
    count = len(cells.place)
    number = np.bincount(total, weights=hidden[part], minlength=count)
    shown = np.bincount(total, weights=~hidden[part] * cells.size[part], minlength=count)
    is_total = np.bincount(total, minlength=count) > 0
    held = np.bincount(
        places.above[places.above >= 0],
        weights=places.size[places.above >= 0],
        minlength=len(places.size),
    )
    complete = (held == places.size)[cells.place]
    alone = complete & (number == 1)
    all_ones = (number > 0) & (cells.size - shown == number)
    added_up = complete & (number == 0)
    gives_away = np.where(hidden, added_up, alone | all_ones)
    return int(np.count_nonzero(is_total & gives_away))


def _find(keys: Codes, wanted: Codes) -> Codes:
    """Position of each wanted key; -1 where it is not there."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    at = order[np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)]
    return np.where(keys[at] == wanted, at, -1)
