"""Choose the conversations of a named map's window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.facets.labels import labels_of
from clio_assets.slices.parts import Mask, fits_each, is_on, numbered, tells_of_few
from clio_assets.slices.schema import SLICES, SLICES_SET_ASIDE
from privacy_checks.policy.model import PrivacyPolicy

OUTSIDE = "outside"
TOO_FEW_BESIDE = "too_few_beside"


@dataclass(frozen=True)
class DayTables:
    """What the window's days hold: FACETS, facet and conversation of every vector, and the labels
    of the declared attributes, where there are any."""

    facets: pa.Table
    embedded: pa.Table
    attributes: pa.Table | None = None


@dataclass(frozen=True)
class SliceRules:
    """The map, the named maps before it, and all facets of the home."""

    named: MapDefinition
    before: Sequence[MapDefinition]
    definitions: Sequence[FacetDefinition]
    policy: PrivacyPolicy


@dataclass(frozen=True)
class SliceTables:
    """The stage's output: every conversation with facets is in one of the two."""

    slices: pa.Table
    set_aside: pa.Table

    def by_name(self) -> dict[str, pa.Table]:
        """Table name -> table."""
        return dict(vars(self))


def build_slice(tables: DayTables, rules: SliceRules) -> SliceTables:
    """The conversations of the map; none where it would give few away beside the other maps."""
    labels = all_labels(tables.facets, tables.attributes, rules.definitions)
    wanted = is_on(labels, rules.named)
    held_back = _gives_few_away(tables, labels, wanted, rules)
    kept = np.zeros_like(wanted) if held_back else wanted
    reason = pc.if_else(pa.array(wanted), TOO_FEW_BESIDE, OUTSIDE)
    conversations = labels["conversation"]
    aside = pa.table([conversations, reason], schema=SLICES_SET_ASIDE)
    return SliceTables(
        pa.table([conversations.filter(pa.array(kept))], schema=SLICES),
        aside.filter(pa.array(~kept)),
    )


def all_labels(
    facets: pa.Table, attributes: pa.Table | None, definitions: Sequence[FacetDefinition]
) -> pa.Table:
    """By what conversations can be told apart: a row of `facets` each, null where nothing is known.

    The time is left out: it is what windows are for.
    """
    found = labels_of(facets, definitions, "day").drop_columns(["time"])
    if attributes is None:
        return found
    known = attributes["conversation"].combine_chunks()
    told = attributes.take(pc.index_in(found["conversation"], value_set=known))
    for name in told.column_names:
        if name != "conversation":
            found = found.append_column(name, told[name])
    return found


def maps_before(labels: pa.Table, rules: SliceRules) -> list[Mask]:
    """The rows that are on each map before: on the home's own, all; then on the named ones."""
    return [np.ones(labels.num_rows, bool), *(is_on(labels, one) for one in rules.before)]


def _gives_few_away(tables: DayTables, labels: pa.Table, wanted: Mask, rules: SliceRules) -> bool:
    """Whether the map's size would tell of few, for any of its facets."""
    users, maps = numbered(labels["user"]), maps_before(labels, rules)
    lines = fits_each(labels, rules.named)
    known = [*maps, *(one & line for one in maps for line in lines)]
    for facet in rules.named.facets:
        rows = has_vector(labels, tables.embedded, facet)
        within = [one[rows] for one in known]
        if wanted[rows].any() and tells_of_few(within, wanted[rows], users[rows], rules.policy):
            return True
    return False


def has_vector(labels: pa.Table, embedded: pa.Table, facet: str) -> Mask:
    """The rows of `labels` that a facet's map counts: those with a vector of it."""
    own = embedded.filter(pc.equal(embedded["facet"], facet))["conversation"].combine_chunks()
    found = pc.is_in(labels["conversation"], value_set=own)
    return np.asarray(found.to_numpy(), dtype=bool)
