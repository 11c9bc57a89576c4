"""The labels of declared attributes, and numbers for means: nothing else of what a source says
leaves the landed copy.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clio_assets.domain.attributes import (
    FALSE,
    OTHER,
    TRUE,
    AttributeDefinition,
    bin_labels,
)
from clio_assets.sources.formats.fields import at_path, is_missing
from privacy_checks.detectors import Registry, registry_of
from privacy_checks.policy.model import PrivacyPolicy

LONGEST_LABEL: Final = 60  # characters
_METADATA: Final = "metadata."
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


@dataclass(frozen=True)
class Labels:
    """Reads the labels of some attributes off landed rows, under what policy calls personal data.

    >>> plan = AttributeDefinition("plan", "metadata.plan", "category", ("free", "paid"))
    >>> labels = Labels((plan,), registry_of(PrivacyPolicy()))
    >>> [labels.of(None, json.dumps({"plan": said})) for said in ("free", "trial", "")]
    [{'plan': 'free'}, {'plan': 'other'}, {'plan': None}]
    """

    attributes: Sequence[AttributeDefinition]
    registry: Registry
    _safe: dict[str, bool] = field(default_factory=dict)  # by text: few are told apart

    @classmethod
    def under(cls, attributes: Sequence[AttributeDefinition], policy: PrivacyPolicy) -> "Labels":
        """Labels of the attributes by the detectors of a policy."""
        return cls(attributes, registry_of(policy))

    def of(self, attributes: str | None, metadata: str | None) -> dict[str, str | None]:
        """Attribute -> label, None where the source says nothing, of two JSON objects."""
        told, beside = _object(attributes), _object(metadata)
        return {
            one.name: self._label(one, _said(one.source, told, beside)) for one in self.attributes
        }

    @property
    def averaged(self) -> tuple[AttributeDefinition, ...]:
        """The attributes that have a mean."""
        return tuple(one for one in self.attributes if one.has_mean)

    def numbers(self, attributes: str | None, metadata: str | None) -> dict[str, float | None]:
        """Averaged attribute -> number, None where the source says none, of two JSON objects.

        Drawn into the range from the first edge to the last, so that no outlier is stored.

        >>> cost = AttributeDefinition("cost", "metadata.usd", "number", bins=(1, 5))
        >>> labels = Labels((cost,), registry_of(PrivacyPolicy()))
        >>> [labels.numbers(None, json.dumps({"usd": said})) for said in ("2.5", 900, "much")]
        [{'cost': 2.5}, {'cost': 5.0}, {'cost': None}]
        """
        if not self.averaged:
            return {}
        told, beside = _object(attributes), _object(metadata)
        return {
            one.name: _within(_values(_said(one.source, told, beside)), one.bins)
            for one in self.averaged
        }

    def _label(self, attribute: AttributeDefinition, said: object) -> str | None:
        values = _values(said)
        if not values:
            return None
        if attribute.kind == "number":
            return _range(values[0], attribute.bins)
        if attribute.kind == "boolean":
            return _yes_or_no(values[0])
        texts = [_text(one) for one in values]
        if attribute.values:
            return next((text for text in texts if text in attribute.values), OTHER)
        return texts[0] if self._is_label(texts[0]) else OTHER

    def _is_label(self, text: str) -> bool:
        """Whether it is short, on one line, and nothing that a detector knows."""
        if not text or len(text) > LONGEST_LABEL or not text.isprintable():
            return False
        if text not in self._safe:
            self._safe[text] = not self.registry.has_hit(text)
        return self._safe[text]


def _object(text: str | None) -> Mapping[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def _said(source: str, told: Mapping[str, Any], beside: Mapping[str, Any]) -> object:
    if source.startswith(_METADATA):
        return at_path(beside, source.removeprefix(_METADATA))
    return told.get(source)


def _values(said: object) -> list[object]:
    return [one for one in (said if isinstance(said, list) else [said]) if not _says_nothing(one)]


def _says_nothing(value: object) -> bool:
    return is_missing(value) or value in ([], {})


def _text(value: object) -> str:
    """A label of a scalar; "" of anything else, which is no label."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _yes_or_no(value: object) -> str:
    word = _text(value).casefold()
    return TRUE if word in _TRUE else FALSE if word in _FALSE else OTHER


def _range(value: object, bins: Sequence[float]) -> str:
    """The range that a number lies in; `other` of what is none."""
    number = _number(value)
    return OTHER if number is None else bin_labels(bins)[bisect_right(bins, number)]


def _within(values: Sequence[object], bins: Sequence[float]) -> float | None:
    """The first value, if it is a number, drawn into the range of all bins."""
    number = _number(values[0]) if values else None
    return None if number is None else float(min(max(number, bins[0]), bins[-1]))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
