"""Batches in which a text's vector does not depend on the texts beside it.

A matrix product adds up a row in an order that depends on the shape of the whole product, and
floating-point sums in another order differ in their last bits. Which shapes are added up alike is
the library's business and differs between processors, so no two shapes are taken to be alike: a
text is padded to a length that its own number of tokens decides, and each length has one number of
rows, always. All products of a text then have one shape, whatever else is embedded; a re-run that
embeds other subsets of the same texts gives the same bytes. What is left to trust, and was measured
(benchmarks/RESULTS.md): that the rows of one product are added up alike wherever they stand in it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: Tokens of a batch (rows x padded length), at least. Larger batches are hardly faster a text (one
#: thread computes a batch); smaller ones would cost less where few texts are embedded.
_TOKENS: Final = 256

#: Rows of a batch, at least: among the longest texts a place goes to a filler now and then.
_FEWEST_ROWS: Final = 4

#: Tokens of a batch are a multiple of this, so that no row lies in an incomplete tile of a product:
#: the rows of the tiles in use (4 to 64) divide it.
TILE: Final = 64

#: Up to a number of tokens, padded lengths are multiples of a step: little padding, few shapes.
_STEPS: Final = ((32, 4), (64, 8), (128, 16))
_LARGEST_STEP: Final = 32


@dataclass(frozen=True)
class Batch:
    """Positions of texts that are padded to one length, and the rows of every batch of it.

    `fillers` more texts complete the rows; their vectors are thrown away.
    """

    positions: tuple[int, ...]
    length: int
    rows: int

    @property
    def fillers(self) -> int:
        """Rows that no text of `positions` takes."""
        return self.rows - len(self.positions)


def padded_length(tokens: int, limit: int | None) -> int:
    """The length that a text of so many tokens is padded to, at most the model's limit."""
    step = next((step for end, step in _STEPS if tokens <= end), _LARGEST_STEP)
    length = max(step, math.ceil(tokens / step) * step)
    return length if limit is None else min(length, limit)


def rows_of(length: int) -> int:
    """Rows of every batch of that padded length: a power of two, nearly always."""
    rows = _FEWEST_ROWS
    while rows * length < _TOKENS:
        rows *= 2
    whole = TILE // math.gcd(TILE, length)
    return math.ceil(rows / whole) * whole


def batches(token_counts: Sequence[int], limit: int | None) -> Iterator[Batch]:
    """Batches over all texts, shortest first.

    A batch in which no row is padded gets a filler in place of its last text: models leave out the
    mask of such a batch, which would be another computation.
    """
    by_length: dict[int, list[int]] = {}
    for position, tokens in enumerate(token_counts):
        by_length.setdefault(padded_length(tokens, limit), []).append(position)
    for length in sorted(by_length):
        positions, rows, start = by_length[length], rows_of(length), 0
        while start < len(positions):
            part = tuple(positions[start : start + rows])
            if len(part) == rows and all(token_counts[position] == length for position in part):
                part = part[:-1]
            yield Batch(part, length, rows)
            start += len(part)
