"""What a home's configuration declares to the gates, and the lake that tells them so.

The only place that says where a home's bytes lie: every command opens its lake here.
"""

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.source_vectors import SourceVectors
from clio_assets.errors import UsageError
from clio_assets.facets.attributes_in_force import attributes_in_force
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.maps_in_force import maps_in_force
from clio_assets.facets.source_vectors_in_force import source_vectors_in_force
from clio_assets.hierarchy.categories import read_categories
from clio_assets.home.home import Home
from clio_assets.home.layout_version import layout_of
from clio_assets.lake.lake import Lake
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.signing import Signing
from clio_assets.lake.storage import LocalStorage
from clio_assets.phrases.book import PhraseBook, book_with, bundled_book
from privacy_checks.detectors import registry_of
from privacy_checks.language.names import suspected_names
from privacy_checks.stored.declared import (
    Declared,
    DeclaredAttribute,
    DeclaredCategory,
    DeclaredFacet,
    DeclaredMap,
    DeclaredVectors,
)


def lake_of(home: Home) -> Lake:
    """The home's lake, under its policy and its declared facets and categories.

    UsageError where the policy or the configuration cannot be used.
    """
    layout_of(home.path)  # one of a newer version is refused
    return Lake(LocalStorage(home.private), home.policy, declared_by(home))


def partitions_of(home: Home) -> Partitions:
    """The home's partitions, for what asks for no seal and so needs no policy and nothing declared.

    Facets or categories that cannot be used must not stand in the way of an erasure, or of a look
    at the home.
    """
    layout_of(home.path)  # one of a newer version is refused
    return Partitions(LocalStorage(home.private))


def signing_of(home: Home) -> Signing:
    """The home's signing keys."""
    return Signing(LocalStorage(home.private))


def declared_by(home: Home) -> Declared:
    """What the gates hold a producer to. UsageError where the configuration cannot be used."""
    facets, phrases = facets_in_force(home.settings, home.policy), phrases_of(home)
    attributes = attributes_in_force(home.settings, facets, home.policy)
    return Declared(
        tuple(DeclaredFacet(f.name, f.kind, f.clustered, f.values) for f in facets),
        tuple(DeclaredCategory(one.name, one.description) for one in categories_of(home)),
        phrases.headings,
        phrases.texts,
        _thresholds_of(home),
        tuple(DeclaredAttribute(**asdict(one)) for one in attributes),
        tuple(
            DeclaredMap(one.name, one.where, one.facets)
            for one in maps_in_force(home.settings, facets, attributes)
        ),
        source_vectors=_vectors(source_vectors_in_force(home.settings, facets)),
    )


def _vectors(found: SourceVectors | None) -> DeclaredVectors | None:
    return None if found is None else DeclaredVectors(found.facet, found.dimension)


def _thresholds_of(home: Home) -> tuple[str, ...]:
    """What a release is held to, and by which labels: other ones would have to judge it again."""
    limits = home.settings.evaluate.bounds
    if not limits:
        return ()
    held_to = [f"{bound}_{name} = {limit!r}" for name, (bound, limit) in limits.items()]
    for given in (home.settings.evaluate.labels, home.settings.evaluate.parents):
        file = home.path / given.partition("#")[0]
        held_to.append(
            f"{given} {sha256(file.read_bytes()).hexdigest() if given and file.is_file() else ''}"
        )
    return tuple(held_to)


def phrases_of(home: Home, own: Path | None = None) -> PhraseBook:
    """The bundled phrase book, after the operator's own: the given file, else the one that
    `phrase_book` names, if any. UsageError where that cannot be used.
    """
    named = home.settings.clusters.phrase_book
    book = book_with(own or (home.path / named if named else None))
    fixed = {*book.headings, *book.texts} - {*bundled_book().headings, *bundled_book().texts}
    registry = registry_of(home.policy)
    for said in fixed:  # published as it stands, whatever users wrote
        if registry.has_hit(said) or suspected_names(said, home.policy.allowed_names):
            raise UsageError(
                f"a line or heading of the phrase book {own.name if own else named} looks like "
                "personal data, or seems to name a person, a place or an organisation, and may be "
                "published as it stands; a name that may be published belongs into allowed_names "
                "of privacy.toml"
            )
    return book


def categories_of(home: Home) -> tuple[ClusterText, ...]:
    """The categories of the fixed top level; none where `top_level` is not set."""
    named = home.settings.hierarchy.top_level
    return read_categories(home.path / named, home.policy) if named else ()
