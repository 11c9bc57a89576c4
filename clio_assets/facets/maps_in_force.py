"""The named maps in force: what `[[maps]]` of clio.toml declares, checked."""

from collections.abc import Mapping, Sequence
from typing import Final

from clio_assets.domain.attributes import FALSE, OTHER, TRUE, AttributeDefinition, bin_labels
from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.errors import UsageError
from clio_assets.facets.schema import BUCKETS
from clio_assets.home.map_settings import MapSettings
from clio_assets.home.settings import Settings

#: What a scale can be.
_SCALE: Final = tuple("12345")
#: Known labels of something; None where they are whatever conversations say.
_Labels = tuple[str, ...] | None


def maps_in_force(
    settings: Settings,
    facets: Sequence[FacetDefinition],
    attributes: Sequence[AttributeDefinition],
) -> tuple[MapDefinition, ...]:
    """The declared maps in their order.

    UsageError, naming the map and what to change, where one cannot be used.
    """
    known = {facet.name: _of_facet(facet) for facet in facets if facet.kind != "text"}
    known |= {attribute.name: _of_attribute(attribute) for attribute in attributes}
    names: set[str] = set()
    for one in settings.maps:
        if one.name in names:
            _refuse(one, "another map has that name")
        names.add(one.name)
        _check_where(one, known)
        _check_facets(one, facets)
    return tuple(_definition(one, facets) for one in settings.maps)


def _of_facet(facet: FacetDefinition) -> _Labels:
    if facet.kind == "computed":
        return tuple(label for _, label in BUCKETS[facet.name])
    return {"category": facet.values, "scale": _SCALE}.get(facet.kind)


def _of_attribute(attribute: AttributeDefinition) -> _Labels:
    if attribute.is_open:
        return None
    of_kind = {"boolean": (TRUE, FALSE), "number": bin_labels(attribute.bins or (0,))}
    return (*of_kind.get(attribute.kind, attribute.values), OTHER)


def _check_where(one: MapSettings, known: Mapping[str, _Labels]) -> None:
    for name, wanted in one.where.items():
        if name not in known:
            _refuse(
                one,
                f"`where` names {name}, which is no attribute and no facet with values; there are: "
                f"{', '.join(known) or 'none'}",
            )
        labels = known[name]
        if labels is not None and not set(wanted) <= set(labels):
            _refuse(one, f"a value of {name} in `where` is none of: {', '.join(labels)}")


def _check_facets(one: MapSettings, facets: Sequence[FacetDefinition]) -> None:
    clustered = {facet.name for facet in facets if facet.clustered}
    if unknown := sorted(set(one.facets) - {facet.name for facet in facets}):
        _refuse(one, f"`facets` names {', '.join(unknown)}, which this home does not have")
    if one.facets and not clustered & set(one.facets):
        _refuse(one, f"`facets` needs a clustered one of: {', '.join(sorted(clustered))}")


def _definition(one: MapSettings, facets: Sequence[FacetDefinition]) -> MapDefinition:
    wanted = set(one.facets) or {facet.name for facet in facets}
    return MapDefinition(
        name=one.name,
        where=tuple((name, tuple(labels)) for name, labels in sorted(one.where.items())),
        facets=tuple(facet.name for facet in facets if facet.name in wanted),
        kind=one.cadence,
    )


def _refuse(one: MapSettings, why: str) -> None:
    raise UsageError(f"the map {one.name} of clio.toml cannot be used: {why}")
