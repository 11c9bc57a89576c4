"""A reply for the Messages API server that few readers of JSON Lines expect."""

from typing import Any


def answer(body: dict[str, Any]) -> str:
    """What Unicode, but not JSON Lines, takes for ends of lines."""
    del body
    return "one\u2028two\u0085three"
