"""Values of typed files as plain Python, as they would come out of JSON.

Tools change types on the way: DuckDB makes UUIDs of text that looks like one, at any depth, and
objects with a member for each key that occurs in the file; `datasets` writes messages as JSON text
once one of them has a key that others lack. What a column's type says is undone here; what only its
text says, in `nested`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from clio_assets.sources.readers.decode import DECODER

if TYPE_CHECKING:
    import pyarrow as pa

Convert = Callable[[Any], object]


def plain_bytes(value: object) -> object:
    """Bytes that are text as text: some writers do not say which of their bytes are."""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value
    return value if "\0" in text else text


def without_strangers(value: object) -> object:
    """An object of objects without its empty members: they are keys of other records, for which a
    table has to have a place in every row."""
    if not isinstance(value, Mapping) or None not in value.values():
        return value
    own = {key: member for key, member in value.items() if member is not None}
    return own if own and all(isinstance(member, Mapping) for member in own.values()) else value


def converter(kind: "pa.DataType") -> Convert | None:
    """What makes plain values of those of an Arrow type; None where they are plain."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        return _of_extension(kind)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return converter(kind.value_type)
    if pa.types.is_decimal(kind):
        return _number
    if _is_binary(kind):
        return plain_bytes
    if pa.types.is_map(kind):
        return _of_map(kind)
    if pa.types.is_struct(kind):
        return _of_struct(kind)
    if pa.types.is_nested(kind) and hasattr(kind, "value_type"):
        return _of_list(kind)
    return None


def json_value(text: object) -> object:
    """What a text holds that its type calls JSON; the text where it is none after all."""
    if not isinstance(text, str):
        return text
    try:
        return cast("object", DECODER.decode(text))
    except (ValueError, RecursionError):
        return text


def _of_extension(kind: Any) -> Convert | None:
    if kind.extension_name == "arrow.json":
        return json_value
    if kind.extension_name == "arrow.uuid":
        return lambda value: None if value is None else str(value)
    return converter(kind.storage_type)


def _is_binary(kind: Any) -> bool:
    import pyarrow as pa

    return any(
        check(kind)
        for check in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_fixed_size_binary,
        )
    )


def _number(value: object) -> object:
    """A decimal number as a whole one, or as one with a point."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _of_list(kind: Any) -> Convert | None:
    inner = converter(kind.value_type)
    if inner is None:
        return None
    return lambda value: None if value is None else [inner(item) for item in value]


def _of_map(kind: Any) -> Convert:
    inner = converter(kind.item_type) or _same
    return lambda value: (
        None if value is None else {_key(key): inner(item) for key, item in value.items()}
    )


def _of_struct(kind: Any) -> Convert | None:
    found = {field.name: converter(field.type) for field in kind}
    inner = {name: convert for name, convert in found.items() if convert}

    def convert(value: Any) -> object:
        if value is None:
            return None
        members = {key: inner.get(key, _same)(member) for key, member in value.items()}
        return without_strangers(members)

    return convert if inner or _is_wide(kind) else None


def _is_wide(kind: Any) -> bool:
    """Whether a struct may have members that are other records' keys."""
    import pyarrow as pa

    return any(pa.types.is_nested(field.type) for field in kind)


def _key(value: object) -> str:
    """The key of an object, which is text in JSON."""
    return str(value if isinstance(value, UUID) else plain_bytes(value))


def _same(value: object) -> object:
    return value
