"""The attributes in force: what `[[attributes]]` of clio.toml declares, checked."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from clio_assets.domain.attributes import OTHER, AttributeDefinition, bin_labels
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import UsageError
from clio_assets.facets.in_force import RESERVED
from clio_assets.facets.schema import BUCKETS, DEFAULT_FACETS
from clio_assets.home.settings import AttributeSettings, Settings
from privacy_checks.detectors import registry_of
from privacy_checks.policy.model import PrivacyPolicy

LONGEST_VALUE: Final = 60  # characters
#: The names of default facets stay theirs, in homes that leave them out too.
_TAKEN: Final = RESERVED | set(BUCKETS) | {facet.name for facet in DEFAULT_FACETS}


def attributes_in_force(
    settings: Settings, facets: Sequence[FacetDefinition], policy: PrivacyPolicy
) -> tuple[AttributeDefinition, ...]:
    """The declared attributes in their order.

    UsageError, naming the attribute and what to change, where one cannot be used. `policy` says
    what counts as personal data in declared values, which are published as they stand.
    """
    taken = _TAKEN | {facet.name for facet in facets}
    for attribute in settings.attributes:
        if attribute.name in taken:
            _refuse(attribute, "a facet, a column or another attribute has that name")
        taken |= {attribute.name}
        _check(attribute, policy)
    return tuple(_definition(attribute) for attribute in settings.attributes)


def _check(attribute: AttributeSettings, policy: PrivacyPolicy) -> None:
    """Refuse what an attribute of its kind cannot have, or lacks."""
    if attribute.source.strip() != attribute.source or attribute.source.rstrip(".") == "metadata":
        _refuse(attribute, "`from` is a name, or `metadata.` and a path, without blanks around it")
    if attribute.kind != "category" and attribute.values:
        _refuse(attribute, "only a category has values")
    if attribute.kind != "category" and "top" in attribute.model_fields_set:
        _refuse(attribute, "only a category without values has a top")
    if attribute.values and "top" in attribute.model_fields_set:
        _refuse(attribute, "it has values or a top, not both")
    if attribute.kind != "number" and attribute.bins:
        _refuse(attribute, "only a number has bins")
    if attribute.kind == "number":
        _check_bins(attribute, policy)
    _check_values(attribute, policy)


def _check_bins(attribute: AttributeSettings, policy: PrivacyPolicy) -> None:
    bins = attribute.bins
    rising = all(low < high for low, high in pairwise(bins))
    if not bins or not rising or not all(map(math.isfinite, bins)):
        _refuse(
            attribute, "a number needs bins: the edges of its ranges, each above the one before"
        )
    if any(map(registry_of(policy).has_hit, bin_labels(bins))):
        _refuse(attribute, "a label of its ranges looks like personal data: choose other edges")


def _check_values(attribute: AttributeSettings, policy: PrivacyPolicy) -> None:
    values = attribute.values
    if len(set(values)) != len(values) or OTHER in values:
        _refuse(attribute, f"each value is listed once, and `{OTHER}` goes without saying")
    for at, value in enumerate(values, start=1):
        if not value or value != " ".join(value.split()) or not value.isprintable():
            _refuse(
                attribute, f"value {at} is empty, or has blanks or control characters to take out"
            )
        if len(value) > LONGEST_VALUE:
            _refuse(attribute, f"value {at} is longer than {LONGEST_VALUE} characters")
        if registry_of(policy).has_hit(value):
            _refuse(attribute, f"value {at} looks like personal data, and values are published")


def _refuse(attribute: AttributeSettings, why: str) -> None:
    raise UsageError(f"the attribute {attribute.name} of clio.toml cannot be used: {why}")


def _definition(attribute: AttributeSettings) -> AttributeDefinition:
    is_open = attribute.kind == "category" and not attribute.values
    return AttributeDefinition(
        name=attribute.name,
        source=attribute.source or attribute.name,
        kind=attribute.kind,
        values=attribute.values,
        top=attribute.top if is_open else 0,
        bins=attribute.bins,
    )
