"""All conversations of a window's days, and which of them are on which of a home's maps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.conversations.schema import attributes_schema
from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.embeddings.schema import embeddings_schema
from clio_assets.facets.schema import facets_schema
from clio_assets.maps.labels import labels_of
from clio_assets.maps.parts import Mask, is_on
from clio_assets.workbench.workbench import Workbench
from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class Everyone:
    """What the window's days hold, on the map or not: FACETS, facet and conversation of every
    vector, and the labels of the declared attributes, where there are any."""

    facets: pa.Table
    embedded: pa.Table
    attributes: pa.Table | None = None

    def labels(self, definitions: Sequence[FacetDefinition]) -> pa.Table:
        """By what conversations can be told apart: a row of `facets` each, null where nothing is
        known. The time is left out: it is what windows are for.
        """
        found = labels_of(self.facets, definitions, "day").drop_columns(["time"])
        if self.attributes is None:
            return found
        known = self.attributes["conversation"].combine_chunks()
        told = self.attributes.take(pc.index_in(found["conversation"], value_set=known))
        for name in told.column_names:
            if name != "conversation":
                found = found.append_column(name, told[name])
        return found

    def has_vector(self, facet: str) -> Mask:
        """The rows of `facets` that a facet's map counts: those with a vector of it."""
        own = self.embedded.filter(pc.equal(self.embedded["facet"], facet))["conversation"]
        found = pc.is_in(self.facets["conversation"], value_set=own.combine_chunks())
        return np.asarray(found.to_numpy(), dtype=bool)


@dataclass(frozen=True)
class MapRules:
    """A named map, the named maps before it, and all facets of the home."""

    named: MapDefinition
    before: Sequence[MapDefinition]
    definitions: Sequence[FacetDefinition]
    policy: PrivacyPolicy

    def maps_before(self, labels: pa.Table) -> list[Mask]:
        """The rows that are on each map before: on the home's own, all; then on the named ones."""
        return [np.ones(labels.num_rows, bool), *(is_on(labels, one) for one in self.before)]


def everyone_of(bench: Workbench, window: str) -> Everyone:
    """Read what the days of a window hold."""
    days, read = bench.days_of(window), bench.lake.read_all
    embeddings = read("embeddings", days, "embeddings", embeddings_schema(bench.embedder.dimension))
    told = attributes_schema(bench.attributes)
    return Everyone(
        read("facets", days, "facets", facets_schema(bench.facets)),
        embeddings.select(["facet", "conversation"]),
        read("conversations", days, "attributes", told) if bench.attributes else None,
    )


def rules_of(bench: Workbench, window: str) -> MapRules | None:
    """What decides who is on a window's map; nothing for the home's own, which is of all."""
    named = bench.map_of(window)
    if named is None:
        return None
    before = bench.maps[: bench.maps.index(named)]
    return MapRules(named, before, bench.facets, bench.policy)
