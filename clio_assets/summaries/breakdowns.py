"""Break every published cluster down by the other facets and over time (paper, B.4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.lake.engine import Engine
from clio_assets.summaries.beside import Values
from clio_assets.summaries.identifiers import cluster_id
from clio_assets.summaries.places import Mask, Numbers, Places
from clio_assets.summaries.rounding import Rounded, rounded_cells
from clio_assets.summaries.schema import BREAKDOWNS
from clio_assets.summaries.suppress import Board, suppressed
from privacy_checks.policy.model import PrivacyPolicy

_PLACE = pa.field("place", pa.int64())


@dataclass(frozen=True)
class Counted:
    """One clustered facet's places and their published numbers."""

    places: Places
    rounded: Rounded


def breakdown_cells(engine: Engine, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Columns clustered_facet, place, facet, value, size, users: one row a cell that occurs.

    `tables` are those that breakdowns.sql describes.
    """
    return engine.query(files(__package__).joinpath("breakdowns.sql").read_text("utf-8"), tables)


def breakdowns_table(
    window: str,
    cells: pa.Table,
    counted: Sequence[Counted],
    policy: PrivacyPolicy,
    indistinct: Mapping[str, Values] | None = None,
) -> pa.Table:
    """The BREAKDOWNS table: every value shown for the whole window, in every published place.

    Rounded, with share and lift of rounded numbers, and null where `suppressed`. A value that is
    hidden for the whole window is not named at all, for no clustered facet: they group the same
    conversations, so what one of them hides the other's number would give away. `indistinct` has,
    by clustered facet, values that are hidden because of other maps.
    """
    parts = [BREAKDOWNS.append(_PLACE).empty_table()]
    found = [
        _hidden(cells, facet, (indistinct or {}).get(facet.places.facet, {}), policy)
        for facet in counted
    ]
    unnamed = {value for boards in found for board in boards for value in board.unnamed}
    for facet, boards in zip(counted, found, strict=True):
        for board in boards:
            unseen = [(board.attribute, name) in unnamed for name in board.names]
            rows = _rows(facet, board.names, board.cells, board.hidden | np.array(unseen))
            same = {
                "window": window,
                "clustered_facet": facet.places.facet,
                "facet": board.attribute,
            }
            columns = {name: pa.repeat(text, len(rows["value"])) for name, text in same.items()}
            columns["cluster"] = pa.array(
                [key and cluster_id(window, *key) for key in facet.places.keys], pa.string()
            ).take(rows["place"])
            parts.append(pa.table({**rows, **columns}).select(parts[0].column_names))
    order = [(name, "ascending") for name in ("clustered_facet", "place", "facet", "value")]
    table = pa.concat_tables(part.cast(parts[0].schema) for part in parts)
    return table.sort_by(order).drop_columns(["place"])


@dataclass(frozen=True)
class _Hidden:
    """One attribute's values and rounded cells (places by values), and which are hidden."""

    attribute: str
    names: Sequence[str | None]
    cells: Numbers
    hidden: Mask

    @property
    def unnamed(self) -> Iterator[tuple[str, str | None]]:
        """Attribute and value of what is hidden for the whole window."""
        return ((self.attribute, self.names[at]) for at in np.flatnonzero(self.hidden[0]).tolist())


def _hidden(
    cells: pa.Table, facet: Counted, indistinct: Values, policy: PrivacyPolicy
) -> list[_Hidden]:
    """Each attribute of a clustered facet, in the order of the alphabet."""
    own = cells.filter(pc.equal(cells["clustered_facet"], facet.places.facet))
    found = []
    for attribute in sorted(set(own["facet"].to_pylist())):
        names, board = _board(own.filter(pc.equal(own["facet"], attribute)), facet, policy)
        if others := indistinct.get(attribute):
            board = replace(board, indistinct=np.array([name in others for name in names]))
        found.append(_Hidden(attribute, names, board.cells, suppressed(board, policy)))
    return found


def _board(
    cells: pa.Table, facet: Counted, policy: PrivacyPolicy
) -> tuple[list[str | None], Board]:
    """One attribute's values, in order with null last, and its numbers."""
    places, rounded = facet.places, facet.rounded
    found = set(cells["value"].to_pylist())
    names = [
        *sorted(name for name in found if name is not None),
        *([None] if None in found else []),
    ]
    column = {name: at for at, name in enumerate(names)}
    at = cells["place"].to_numpy(), [column[name] for name in cells["value"].to_pylist()]
    sizes, users = np.zeros((2, len(places.parent), len(names)), dtype=np.int64)
    sizes[at], users[at] = cells["size"].to_numpy(), cells["users"].to_numpy()
    atoms = np.flatnonzero(places.is_atom)
    numbers = np.zeros_like(sizes)
    numbers[atoms] = rounded_cells(
        sizes[atoms], rounded.offsets, rounded.sizes[atoms], policy.rounding
    )
    for row in places.upwards():
        if places.parent[row] >= 0:
            numbers[places.parent[row]] += numbers[row]
    nameless = np.array([name is None for name in names])
    return names, Board(places.parent, places.published, sizes, users, numbers, nameless)


def _rows(
    facet: Counted, names: Sequence[str | None], cells: Numbers, hidden: Mask
) -> dict[str, pa.Array]:
    """Columns of the values shown for the window, in all published places."""
    values, rows = np.flatnonzero(~hidden[0]), np.flatnonzero(facet.places.published)
    place, value = (grid.ravel() for grid in np.meshgrid(rows, values, indexing="ij"))
    gone = hidden[place, value]
    size = cells[place, value]
    share = size / np.maximum(facet.rounded.sizes[place], 1)
    base_rate = cells[0, value] / max(int(facet.rounded.sizes[0]), 1)
    return {
        "place": pa.array(place),
        "value": pa.array([names[at] for at in value.tolist()], pa.string()),
        "size": pa.array(size, pa.int32(), mask=gone),
        "share": pa.array(share, mask=gone),
        "lift": pa.array(share / base_rate, mask=gone),
        "suppressed": pa.array(gone),
    }
