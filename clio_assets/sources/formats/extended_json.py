"""Values that databases write as objects of their own.

{"$oid": "65f0..."}   {"$date": "2026-03-01T10:00:00Z"}   {"$date": {"$numberLong": "177..."}}
{"seconds": 1772366400, "nanos": 5000000}
"""

from collections.abc import Mapping
from typing import Final

_WRAPPED: Final = (
    "$oid",
    "$date",
    "$uuid",
    "$numberLong",
    "$numberInt",
    "$numberDouble",
    "$numberDecimal",
)
_SECONDS: Final = ("seconds", "_seconds")
_NANOSECONDS: Final = ("nanos", "nanoseconds", "_nanoseconds")


def bare(value: object) -> object:
    """The value inside, as text or number; anything else as it is."""
    for _ in range(2):  # a date may hold a number
        if not isinstance(value, Mapping):
            return value
        inner = next((value[key] for key in _WRAPPED if key in value), None)
        if inner is None:
            return _seconds(value)
        value = inner
    return value


def _seconds(value: Mapping[str, object]) -> object:
    whole = next((value[key] for key in _SECONDS if key in value), None)
    part = next((value[key] for key in _NANOSECONDS if key in value), 0)
    if not isinstance(whole, int | float) or not isinstance(part, int | float):
        return value
    return whole + part / 1e9
