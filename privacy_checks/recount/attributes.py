"""Labels of declared attributes, read off the landed copy and put together a second time."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import Codes, codes, distinct_in_groups, sizes_of_groups
from privacy_checks.stored.declared import OTHER, DeclaredAttribute

LONGEST_LABEL = 60  # characters
_SAYS_NOTHING = frozenset(
    ("", "None", "none", "null", "NULL", "nan", "NaN", "NaT", "<NA>", "undefined")
)
_WORDS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def landed_labels(
    attribute: DeclaredAttribute, landed: pa.Table, looks_personal: Callable[[str], bool]
) -> Counter[str]:
    """How many landed records have each label of an attribute; `landed` has its JSON columns."""
    found = Counter(_label(attribute, value) for value in _landed_values(attribute, landed))
    labels: Counter[str] = Counter()
    for label, count in found.items():
        if isinstance(label, str):
            personal = attribute.is_open and label != OTHER and looks_personal(label)
            labels[OTHER if personal else label] += count
    return labels


def landed_numbers(attribute: DeclaredAttribute, landed: pa.Table) -> Counter[float]:
    """How many landed records have each number of an attribute, drawn into its range."""
    lowest, highest = attribute.bins[0], attribute.bins[-1]
    found: Counter[float] = Counter()
    for value in _landed_values(attribute, landed):
        said = _first_said(value)
        number = _as_number(said[0]) if said else None
        if number is not None:
            found[float(lowest if number < lowest else min(number, highest))] += 1
    return found


def _landed_values(attribute: DeclaredAttribute, landed: pa.Table) -> Iterator[object]:
    from_metadata = attribute.source.startswith("metadata.")
    path = attribute.source.removeprefix("metadata.")
    for text in landed["metadata" if from_metadata else "attributes"].to_pylist():
        said = json.loads(text) if text else {}
        if isinstance(said, dict):
            yield _under(said, path) if from_metadata else said.get(path)


def _under(said: Mapping[str, Any], path: str) -> object:
    """What stands at a dotted path: a key that holds the dots itself comes first."""
    if path in said:
        return said[path]
    key, dot, rest = path.partition(".")
    inner = said.get(key)
    if isinstance(inner, str) and inner.lstrip()[:1] in ("[", "{"):
        try:
            inner = json.loads(inner)
        except (ValueError, RecursionError):
            return None
    return _under(inner, rest) if dot and isinstance(inner, dict) else None


def _label(attribute: DeclaredAttribute, value: object) -> str | None:
    said = _first_said(value)
    if not said:
        return None
    words = [_word(one) for one in said]
    if attribute.kind == "boolean":
        return _WORDS.get(words[0].casefold(), OTHER)
    if attribute.kind == "number":
        return _bin(said[0], attribute)
    if attribute.values:
        known = [word for word in words if word in attribute.values]
        return known[0] if known else OTHER
    fits = 0 < len(words[0]) <= LONGEST_LABEL and words[0].isprintable()
    return words[0] if fits else OTHER


def _first_said(value: object) -> list[object]:
    """The values of a list, or the one, without those that say nothing."""
    said = value if isinstance(value, list) else [value]
    return [one for one in said if one not in ([], {}) and not _is_missing(one)]


def _is_missing(value: object) -> bool:
    if isinstance(value, str):
        return value.strip() in _SAYS_NOTHING
    return value is None or (isinstance(value, float) and math.isnan(value))


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _bin(value: object, attribute: DeclaredAttribute) -> str:
    number = _as_number(value)
    if number is None:
        return OTHER
    return attribute.labels[sum(number >= edge for edge in attribute.bins)]


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def put_together(
    attribute: DeclaredAttribute, labels: pa.Array, users: Codes, policy: PrivacyPolicy
) -> pa.Array:
    """What a window's breakdowns count of an attribute: labels of too few, or beyond the `top` most
    common ones, are one.

    >>> policy = PrivacyPolicy(min_cell_users=1, min_cell_conversations=2)
    >>> model = DeclaredAttribute("model", "model", "category", top=5)
    >>> labels = pa.array(["a", "b", "a", None])
    >>> put_together(model, labels, np.array([1, 2, 2, 1]), policy).to_pylist()
    ['a', 'other', 'a', None]
    """
    if not attribute.is_open:
        return labels
    code, names = codes(labels)
    texts = names.to_pylist()
    size = sizes_of_groups(code, len(texts))
    behind = distinct_in_groups(code, users, len(texts))
    many = (size >= policy.min_cell_conversations) & (behind >= policy.min_cell_users)
    ranked = sorted(
        (at for at in np.flatnonzero(many).tolist() if texts[at] != OTHER),
        key=lambda at: (-size[at], texts[at]),
    )
    told_apart = set(ranked[: attribute.top])
    shown = [text if at in told_apart else OTHER for at, text in enumerate(texts)]
    return pa.array([*shown, None], pa.string()).take(pa.array(code % (len(shown) + 1)))
