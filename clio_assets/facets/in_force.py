"""The facets in force: the default ones, and what clio.toml adds, replaces or leaves out."""

from collections.abc import Sequence
from typing import Final

from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import UsageError
from clio_assets.facets.schema import BUCKETS, CARRIED, DEFAULT_FACETS
from clio_assets.home.settings import FacetSettings, Settings
from privacy_checks.detectors import registry_of
from privacy_checks.policy.model import PrivacyPolicy

#: Names that columns of the lake's and the published tables have already.
RESERVED: Final = frozenset(
    {
        *CARRIED.names,
        *("time", "facet", "value", "cluster", "clustered_facet", "window", "place", "leaf"),
        *("transcript", "reason"),
    }
)
FEWEST_VALUES, MOST_VALUES = 2, 50
LONGEST_VALUE = 60  # characters


def facets_in_force(
    settings: Settings, policy: PrivacyPolicy | None = None
) -> tuple[FacetDefinition, ...]:
    """The default facets in their order, then those of clio.toml in theirs.

    An entry of a default's name takes its place. UsageError, naming the facet and what to change,
    where the facets cannot be used. `policy` says what counts as personal data in the values of a
    category, which are published.
    """
    _check_names(settings)
    own = {facet.name: facet for facet in settings.facets}
    for facet in own.values():
        _check(facet, policy or PrivacyPolicy())
    left_out = set(settings.without_facets)
    found = [
        _definition(own.pop(facet.name)) if facet.name in own else facet
        for facet in DEFAULT_FACETS
        if facet.name not in left_out
    ]
    found += [_definition(facet) for facet in own.values()]
    if not any(facet.clustered for facet in found):
        raise UsageError(
            "no facet is clustered, so there is nothing to make a map of: keep `request`, or set "
            "clustered = true for a text facet of yours"
        )
    return tuple(found)


def _check_names(settings: Settings) -> None:
    names = [facet.name for facet in settings.facets]
    defaults = [facet.name for facet in DEFAULT_FACETS]
    if unknown := [name for name in settings.without_facets if name not in defaults]:
        raise UsageError(
            f"without_facets names {_listed(unknown)}; the default facets are {_listed(defaults)}"
        )
    if both := [name for name in names if name in settings.without_facets]:
        raise UsageError(
            f"{_listed(both)} is defined under [[facets]] and left out by without_facets: "
            "take it out of one of them"
        )
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise UsageError(f"[[facets]] defines {_listed(twice)} more than once")
    if taken := [name for name in names if name in RESERVED]:
        raise UsageError(
            f"no facet can be called {_listed(taken)}, because a column has that name: choose "
            f"another (not {_listed(sorted(RESERVED))})"
        )


def _check(facet: FacetSettings, policy: PrivacyPolicy) -> None:
    """Refuse what a facet of its kind cannot have, or lacks."""
    if facet.kind == "computed" and facet.name not in BUCKETS:
        _refuse(facet, f"the computed facets are {_listed(list(BUCKETS))}")
    if facet.kind != "computed" and facet.name in BUCKETS:
        _refuse(facet, 'that is the name of a computed facet: set kind = "computed"')
    if facet.kind != "computed" and not facet.question.strip():
        _refuse(facet, "it needs a question, which the analyst is asked of every conversation")
    if facet.clustered and facet.kind != "text":
        _refuse(facet, "only text facets can be clustered")
    if facet.clustered and not facet.criteria.strip():
        _refuse(facet, "a clustered facet needs criteria: what a good name of a cluster looks like")
    if facet.kind != "category" and facet.values:
        _refuse(facet, "only categories have values")
    if facet.kind == "category":
        _check_values(facet, policy)


def _check_values(facet: FacetSettings, policy: PrivacyPolicy) -> None:
    values = facet.values
    if len(set(values)) != len(values) or not FEWEST_VALUES <= len(values) <= MOST_VALUES:
        _refuse(facet, f"a category has {FEWEST_VALUES} to {MOST_VALUES} values, each listed once")
    for at, value in enumerate(values, start=1):
        if not value or value != " ".join(value.split()) or not value.isprintable():
            _refuse(facet, f"value {at} is empty, or has blanks or control characters to take out")
        if len(value) > LONGEST_VALUE:
            _refuse(facet, f"value {at} is longer than {LONGEST_VALUE} characters")
        if registry_of(policy).has_hit(value):
            _refuse(facet, f"value {at} looks like personal data, and values are published")


def _refuse(facet: FacetSettings, why: str) -> None:
    raise UsageError(f"the facet {facet.name} of clio.toml cannot be used: {why}")


def _definition(facet: FacetSettings) -> FacetDefinition:
    return FacetDefinition(
        name=facet.name,
        kind=facet.kind,
        question=" ".join(facet.question.split()),
        clustered=facet.clustered,
        criteria=" ".join(facet.criteria.split()),
        values=facet.values,
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
