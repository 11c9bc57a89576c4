"""Facets that need no analyst."""

from collections.abc import Callable, Mapping
from typing import Any, Final

#: Facet -> its value, from a row of the conversations table.
COMPUTED: Final[Mapping[str, Callable[[Mapping[str, Any]], int]]] = {
    "turns": lambda row: int(row["turns"]),
    "length": lambda row: len(row["transcript"]),
}
