"""Reading the fields that shapes have in common."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, cast
from uuid import UUID

from clio_assets.domain.transcript import storable
from clio_assets.sources.formats.protocol import Malformed, Reason, Record
from clio_assets.sources.formats.python_text import is_cut_off, python_value

#: Nothing older is believed: dates before it come from clocks and fields that were never set.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

#: What tools write into a text column where there is nothing.
_MISSING: Final = frozenset(
    ("", "None", "none", "null", "NULL", "nan", "NaN", "NaT", "<NA>", "undefined")
)

_VERDICTS: Final = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_IN_WORDS = re.compile(r"\d{9,19}(\.\d+)?")
_UNITS_PER_SECOND: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # from this size on: ns, us, ms


def conversation_id(value: object) -> str:
    """A conversation id that must be there."""
    found = _identifier(value, "conversation_id_of_wrong_type")
    if found is None:
        raise Malformed("conversation_id_missing")
    return found


def user_id(value: object) -> str | None:
    """A user id that may be absent."""
    return _identifier(value, "user_id_of_wrong_type")


def is_missing(value: object) -> bool:
    """Whether a field says nothing: absent, empty, NaN, or a word that tools write for that."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and value.strip() in _MISSING)


def _identifier(value: object, wrong: Reason) -> str | None:
    """An id as text, the same whatever tool the table went through: whole numbers that became
    floats are whole again, UUIDs and byte strings are text."""
    if is_missing(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bytes):
        value = _text_of(value)
    if isinstance(value, bool) or not isinstance(value, str | int | UUID | Decimal):
        raise Malformed(wrong)
    text = storable(str(value)).strip()
    return None if is_missing(text) else text


def _text_of(value: bytes) -> str:
    """Text where the bytes are some, else their hexadecimal digits."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()
    return text if text.isprintable() else value.hex()


def instant(value: object) -> datetime | None:
    """A point in time: ISO 8601 (UTC where no offset is given), or seconds since 1970 and the
    usual fractions of them, told apart by size. None where the field is absent or empty."""
    if is_missing(value):
        return None
    try:
        return _instant(value)
    except (ValueError, OverflowError):
        raise Malformed("started_at_unreadable") from None


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        text = value.strip()
        if _EPOCH_IN_WORDS.fullmatch(text):
            return _instant(float(text))
        value = datetime.fromisoformat(text.removesuffix(" UTC"))
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("neither text nor number")
    units = next((units for size, units in _UNITS_PER_SECOND if abs(value) >= size), 1.0)
    return _EPOCH + timedelta(seconds=value / units)


def span(
    whole: Iterable[object], messages: Iterable[object]
) -> tuple[datetime | None, datetime | None]:
    """First and last point in time that a record tells.

    Those of the `whole` record must be readable; those of single `messages` count where they are
    readable and plausible.
    """
    found = [moment for moment in map(instant, whole) if moment is not None]
    for value in messages:
        try:
            moment = instant(value)
        except Malformed:
            continue
        if moment is not None and moment >= EARLIEST:
            found.append(moment)
    return (min(found), max(found)) if found else (None, None)


def message_list(record: Record, key: str) -> list[Record]:
    """A list of objects that must be there, as JSON text too; it may be empty."""
    value = unwrapped(record.get(key))
    if is_missing(value):
        raise Malformed("messages_missing")
    if not isinstance(value, list):
        cut = isinstance(value, str) and is_cut_off(value)
        raise Malformed("messages_cut_off" if cut else "messages_not_a_list")
    if not all(isinstance(message, Mapping) for message in value):
        raise Malformed("message_not_an_object")
    return cast("list[Record]", value)


def flagged(value: object) -> bool | None:
    """The verdict of the operator's own classifier, where there is one; tables without a type for
    it have words or numbers."""
    if is_missing(value):
        return None
    if isinstance(value, bool | int | float | str):
        verdict = _VERDICTS.get(str(value).strip().lower())
        if verdict is not None:
            return verdict
    raise Malformed("flagged_not_boolean")


def metadata(value: object) -> str | None:
    """A JSON object as text, out of one or out of such text; dates of it become text too."""
    value = unwrapped(value)
    if is_missing(value):
        return None
    if not isinstance(value, Mapping):
        raise Malformed("metadata_not_an_object")
    try:
        return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))
    except RecursionError:
        raise Malformed("nested_too_deeply") from None
    except TypeError:  # keys that are not text, which only Parquet has
        raise Malformed("metadata_not_an_object") from None


def first_present(record: Record, keys: Iterable[str]) -> object:
    """The first of the fields that says something."""
    return next((record[key] for key in keys if not is_missing(record.get(key))), None)


def at_path(record: Record, path: str) -> object:
    """What stands under a dotted path: `a.b` is the key `a.b` if there is one, else `b` in `a`."""
    if path in record:
        return record[path]
    key, _, rest = path.partition(".")
    inner = unwrapped(record.get(key))
    return at_path(inner, rest) if rest and isinstance(inner, Mapping) else None


def first_at(record: Record, paths: Iterable[str]) -> object:
    """The first of the dotted paths under which something stands; None where nothing does."""
    return next((found for path in paths if not is_missing(found := at_path(record, path))), None)


def unwrapped(value: object) -> object:
    """A list or object that a writer stored as JSON text, or as Python prints it; anything else as
    it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{", "array(")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        found = python_value(value)
        return value if found is None else found
