"""How closely Dagster is told of numbers: whoever sees its pages sees them."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, Final

import dagster as dg

from clio_assets.home.dagster_settings import Counts

#: Rounded counts are multiples of it.
STEP: Final = 10
_SHARE_DIGITS: Final = 1


def told(metadata: Mapping[str, Any], counts: Counts) -> dict[str, Any]:
    """Metadata with its numbers as the operator wants them told: exact, rounded, or not at all.

    Texts, digests, links and truths stay. Rounding is for pages that more people see than may
    know exact numbers; it is no protection against somebody who asks many times.
    """
    if counts == "exact":
        return dict(metadata)
    found = {name: _told(value, counts) for name, value in metadata.items()}
    return {name: value for name, value in found.items() if value is not None}


def _told(value: Any, counts: Counts) -> Any:
    """One value; None where it is not told. What is of no known kind is not told either."""
    if isinstance(value, dg.JsonMetadataValue):
        inner = _told(value.data, counts)
        return None if inner is None else dg.MetadataValue.json(inner)
    if isinstance(value, dg.IntMetadataValue | dg.FloatMetadataValue):
        return _told(value.value, counts)
    if isinstance(value, Mapping):
        return told(value, counts) or None
    if isinstance(value, bool | str | dg.UrlMetadataValue | dg.TextMetadataValue):
        return value
    if counts == "none" or not isinstance(value, Real):
        return None
    if isinstance(value, Integral):
        return STEP * round(int(value) / STEP)
    return round(float(value), _SHARE_DIGITS)
