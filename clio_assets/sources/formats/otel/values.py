"""Values as telemetry writes them: of attributes, ids and times.

    {"stringValue": "hi"}  {"intValue": "3"}  {"arrayValue": {"values": [...]}}
    {"kvlistValue": {"values": [{"key": "role", "value": {"stringValue": "user"}}]}}

Ids are hexadecimal, with `0x` on the console, or base64 where a program turned the protocol buffer
into JSON by itself. Times are nanoseconds since 1970, often as text, or ISO text on the console.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from clio_assets.sources.formats import fields
from clio_assets.sources.formats.otel.item import objects
from clio_assets.sources.formats.protocol import Malformed, Record, Span

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BASE64: Final = frozenset((12, 24))  # characters of a span's and of a trace's id
_LONGEST_NANOSECONDS: Final = 19


def field(record: Record, name: str) -> object:
    """A field under its name of the JSON encoding, or under that of the protocol buffer."""
    if name in record:
        return record[name]
    return record.get(forms(name)[1])


@cache
def forms(name: str) -> tuple[str, str]:
    """Both names of a field."""
    return name, "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def attributes(pairs: object) -> dict[str, object]:
    """The attributes of a list of keys and values; an object of them as it is."""
    if isinstance(pairs, Mapping):
        return {str(key): value for key, value in pairs.items()}
    try:
        return {str(pair.get("key")): plain(pair.get("value")) for pair in objects(pairs)}
    except RecursionError:
        raise Malformed("nested_too_deeply") from None


def plain(value: object) -> object:
    """What a tagged value holds; None where it holds nothing."""
    if not isinstance(value, Mapping):
        return value
    for name in ("stringValue", "boolValue", "doubleValue"):
        if (found := field(value, name)) is not None:
            return found
    number = field(value, "intValue")
    if number is not None:
        return int(number) if isinstance(number, str) and _is_whole(number) else number
    listed = field(value, "arrayValue")
    if isinstance(listed, Mapping):
        values = listed.get("values")
        return [plain(inner) for inner in values] if isinstance(values, list) else []
    keyed = field(value, "kvlistValue")
    if isinstance(keyed, Mapping):
        return attributes(keyed.get("values") or [])
    return None


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) <= _LONGEST_NANOSECONDS + 1


def span_of(trace: object, own: object, parent: object = None) -> Span | None:
    """Where something lies; None where it names no trace or no span."""
    names = [_identity(value) for value in (trace, own, parent)]
    return Span(names[0], names[1], names[2]) if names[0] and names[1] else None


def _identity(value: object) -> str | None:
    """An id in lower-case hexadecimal, so that it is the same wherever it came from."""
    if not isinstance(value, str) or fields.is_missing(value):
        return None
    text = value.strip()
    if len(text) in _BASE64 and text.endswith("="):
        try:
            text = base64.b64decode(text, validate=True).hex()
        except binascii.Error:
            return text
    text = text.lower().removeprefix("0x")
    return text if text.strip("0") else None


def moment(value: object) -> datetime | None:
    """A point in time; None where there is none, it is 0 or cannot be read."""
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    try:
        if digits.isdecimal() and len(digits) <= _LONGEST_NANOSECONDS:
            nanoseconds = int(digits)
            return _EPOCH + timedelta(microseconds=nanoseconds // 1000) if nanoseconds else None
        return fields.instant(value)
    except (Malformed, OverflowError):
        return None


def count(value: object) -> int:
    """A count that may be absent, or text."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= _LONGEST_NANOSECONDS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
