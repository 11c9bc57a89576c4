"""What a home's configuration declares to the gates, and the lake that tells them so."""

from clio_assets.domain.clusters import ClusterText
from clio_assets.facets.in_force import facets_in_force
from clio_assets.hierarchy.categories import read_categories
from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake
from privacy_checks.stored.declared import Declared, DeclaredCategory, DeclaredFacet


def lake_of(home: Home) -> Lake:
    """The home's lake, under its policy and its declared facets and categories."""
    return Lake(home.lake, home.policy, declared_by(home))


def declared_by(home: Home) -> Declared:
    """What the gates hold a producer to. UsageError where the configuration cannot be used."""
    facets = facets_in_force(home.settings, home.policy)
    return Declared(
        tuple(DeclaredFacet(f.name, f.kind, f.clustered, f.values) for f in facets),
        tuple(DeclaredCategory(one.name, one.description) for one in categories_of(home)),
    )


def categories_of(home: Home) -> tuple[ClusterText, ...]:
    """The categories of the fixed top level; none where `top_level` is not set."""
    named = home.settings.hierarchy.top_level
    return read_categories(home.path / named, home.policy) if named else ()
