"""Short labels for `attributes`, and ids for records that bring none."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

from clio_assets.domain.transcript import Message, encode_messages, storable
from clio_assets.sources.formats import fields

_LONGEST_LABEL: Final = 100
_MOST_LABELS: Final = 50


def label(value: object) -> str | None:
    """A name on one line, as of a model or a plan; None for anything longer, which is no label."""
    if not isinstance(value, str) or fields.is_missing(value):
        return None
    text = storable(value).strip()
    return text if len(text) <= _LONGEST_LABEL and text.isprintable() else None


def labels(values: object) -> list[str] | None:
    """The labels of a list, None where it holds none."""
    found = [label(value) for value in values] if isinstance(values, list) else []
    return [name for name in found if name][:_MOST_LABELS] or None


def last_label(values: Iterable[object]) -> str | None:
    """The last of the values that is a label."""
    return next((name for name in map(label, reversed(list(values))) if name), None)


def number(value: object) -> float | int | None:
    """A number that is one."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def known(**attributes: object) -> Mapping[str, object]:
    """Attributes without those of which nothing is known."""
    return {name: value for name, value in attributes.items() if value is not None}


def digest_id(*parts: object) -> str | None:
    """An id made of what a record without one tells; None where it tells nothing."""
    if all(fields.is_missing(part) for part in parts):
        return None
    return digest(json.dumps(["" if fields.is_missing(part) else str(part) for part in parts]))


def digest(text: str) -> str:
    """An id made of text."""
    return f"digest {blake2b(storable(text).encode(), digest_size=16).hexdigest()}"


def first_words(messages: Iterable[Message]) -> str | None:
    """What the user said first, to tell conversations apart."""
    first = next((message for message in messages if message.role == "user"), None)
    return encode_messages([first]) if first else None
