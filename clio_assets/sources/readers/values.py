"""Values of typed files as plain Python: text, numbers, times, lists and objects."""

from decimal import Decimal
from uuid import UUID


def plain_bytes(value: object) -> object:
    """Bytes that are text as text: some writers do not say which of their bytes are."""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value
    return value if "\0" in text else text


def plain_number(value: object) -> object:
    """A decimal number as a whole one, or as one with a point."""
    if not isinstance(value, Decimal):
        return value
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def plain_key(value: object) -> str:
    """The key of an object, which is text in JSON."""
    return str(value if isinstance(value, UUID) else plain_bytes(value))
