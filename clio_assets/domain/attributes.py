"""What an attribute is: something that the operator knows of a conversation, not from its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

AttributeKind = Literal["category", "number", "boolean"]

#: The label of what is no declared value, too long, of another type, or too rare.
OTHER: Final = "other"
TRUE, FALSE = "true", "false"


@dataclass(frozen=True)
class AttributeDefinition:
    """A breakdown by what a source says of conversations beside their words.

    `source` is a name among the landed attributes, or a dotted path after `metadata.`. A category
    has `values`, or the `top` most common ones of each window; a number has `bins`, its edges.
    """

    name: str
    source: str
    kind: AttributeKind
    values: tuple[str, ...] = ()
    top: int = 0
    bins: tuple[float, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its values are whatever the source says: a category without declared ones."""
        return self.kind == "category" and not self.values

    @property
    def has_mean(self) -> bool:
        """Whether its numbers have a range to be averaged in: from the first edge to the last."""
        return len(self.bins) > 1

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can be called in the order it is declared in, but for OTHER; of an open one
        nothing is known before."""
        if self.kind == "boolean":
            return (TRUE, FALSE)
        return bin_labels(self.bins) if self.kind == "number" else self.values


def bin_labels(edges: Sequence[float]) -> tuple[str, ...]:
    """The labels of the ranges between edges, the lowest first.

    >>> bin_labels([1, 2.5, 1000])
    ('under 1', '1 to under 2.5', '2.5 to under 1,000', '1,000 or more')
    """
    shown = [f"{int(edge):,}" if float(edge).is_integer() else f"{edge:,}" for edge in edges]
    between = [f"{low} to under {high}" for low, high in pairwise(shown)]
    return (f"under {shown[0]}", *between, f"{shown[-1]} or more")
