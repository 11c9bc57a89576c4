"""JSON text of one record to an object."""

import json
from collections.abc import Mapping
from typing import Final

from clio_assets.sources.formats.protocol import Malformed, Record

#: NaN and infinities, which JSON does not have but some writers write, become null.
DECODER: Final = json.JSONDecoder(parse_constant=lambda _: None)


def decode(raw: bytes) -> Record:
    """The object that a record's bytes hold. Raises Malformed."""
    try:
        value = DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise Malformed("invalid_utf8") from None
    except RecursionError:
        raise Malformed("nested_too_deeply") from None
    except ValueError:
        raise Malformed("broken_json") from None
    if not isinstance(value, Mapping):
        raise Malformed("not_an_object")
    return value
