"""Choose the conversations of a named map's window."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.maps.parts import Mask, fits_each, is_on, numbered, tells_of_few
from clio_assets.maps.population import Everyone, MapRules
from clio_assets.slices.schema import SLICES, SLICES_SET_ASIDE

OUTSIDE: Final = "outside"
TOO_FEW_BESIDE: Final = "too_few_beside"


@dataclass(frozen=True)
class SliceTables:
    """The stage's output: every conversation with facets is in one of the two."""

    slices: pa.Table
    set_aside: pa.Table

    def by_name(self) -> dict[str, pa.Table]:
        """Table name -> table."""
        return dict(vars(self))


def build_slice(everyone: Everyone, rules: MapRules) -> SliceTables:
    """The conversations of the map; none where its numbers would tell of few beside those of the
    other maps."""
    labels = everyone.labels(rules.definitions)
    wanted = is_on(labels, rules.named)
    held_back = _tells_of_few(everyone, labels, wanted, rules)
    kept = np.zeros_like(wanted) if held_back else wanted
    reason = pc.if_else(pa.array(wanted), TOO_FEW_BESIDE, OUTSIDE)
    conversations = labels["conversation"]
    aside = pa.table([conversations, reason], schema=SLICES_SET_ASIDE)
    return SliceTables(
        pa.table([conversations.filter(pa.array(kept))], schema=SLICES),
        aside.filter(pa.array(~kept)),
    )


def _tells_of_few(everyone: Everyone, labels: pa.Table, wanted: Mask, rules: MapRules) -> bool:
    """Whether the map's size would, for any of its facets: beside the sizes of the other maps, or
    beside what their breakdowns tell of those who fit one line of its `where`."""
    users, maps = numbered(labels["user"]), rules.maps_before(labels)
    everybody = np.ones_like(wanted)
    for facet in rules.named.facets:
        for among in (everybody, *fits_each(labels, rules.named)):
            rows = everyone.has_vector(facet) & among
            known = [one[rows] for one in maps]
            if wanted[rows].any() and tells_of_few(known, wanted[rows], users[rows], rules.policy):
                return True
    return False
