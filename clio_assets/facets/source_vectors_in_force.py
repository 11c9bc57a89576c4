"""The source's vectors in force: what `[embeddings]` of clio.toml says of them, checked."""

from collections.abc import Sequence

from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.source_vectors import SourceVectors
from clio_assets.errors import UsageError
from clio_assets.home.settings import Settings


def source_vectors_in_force(
    settings: Settings, facets: Sequence[FacetDefinition]
) -> SourceVectors | None:
    """The vectors that are taken from the source, if any.

    UsageError where they should group a facet that is not grouped.
    """
    found = settings.embeddings
    if not found.from_source or found.dimension is None:
        return None
    clustered = [facet.name for facet in facets if facet.clustered]
    if found.source_facet not in clustered:
        raise UsageError(
            "source_facet of [embeddings] in clio.toml names no clustered facet; there are: "
            + ", ".join(clustered)
        )
    return SourceVectors(found.from_source, found.source_model, found.dimension, found.source_facet)
